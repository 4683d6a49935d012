package tokenize_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/tokenize"
)

func words(r tokenize.Rule, text string) []string {
	out := []string{}
	for w := range r.Words(text) {
		out = append(out, w.Text)
	}
	return out
}

func TestUnicode(t *testing.T) {
	for text, want := range map[string][]string{
		"¡Pésima! ¿«PÉSIMA»? —pésima…":  {"pésima", "pésima", "pésima"},
		"PE\u0301SIMA pésima":           {"pésima", "pésima"},
		"don't don’t 'quoted' ‘so’ '":   {"don't", "don't", "quoted", "so"},
		"rock'n'roll l’homme dogs'":     {"rock'n'roll", "l'homme", "dogs"},
		"10/10, 1.5 under_score a-b":    {"10", "10", "1", "5", "under", "score", "a", "b"},
		"ΟΔΟΣ οδός ΣΑΣ. İstanbul":       {"οδος", "οδός", "σας", "i̇stanbul"},
		"हिन्दी العَرَبِيَّة 映画":        {"हिन्दी", "العَرَبِيَّة", "映画"},
		"👍👍 bien❤\ufe0f fin":            {"👍", "👍", "bien", "❤", "fin"},
		"\u0301 a\u00a0b\u2009c\u2028d": {"a", "b", "c", "d"},
		"a\xff\xc3b":                    {"a", "b"},
		"":                              {}, " \t\r\n!?": {},
	} {
		if diff := cmp.Diff(want, words(tokenize.Unicode, text)); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

// nasty are texts that the rules may read otherwise in Go than in Python: characters at the beginning,
// within and at the end of a word, all of the scripts that have capitals or marks and some of the large ones.
func nasty() []string {
	texts := []string{"", "Σ ΑΣ ΑΣ' ΑΣ'Α ΑΣ.Α ΑΣ’", "a'\u0301b a’’b a' 'b a'1 1'a", "👍🏽 👩‍👩‍👧 🇪🇸 ❤️ a️b", "one\ntwo\r\nthree\tfour\x0bfive\x1c"}
	var b strings.Builder
	for c := rune(1); c < 0x30000; c++ {
		if c == 0xd800 {
			c = 0xe000
		}
		b.WriteString(string(c) + "Ab" + string(c) + "'É" + string(c) + "Σ " + string(c) + "\u0301 ")
		if b.Len() > 1<<14 {
			texts = append(texts, b.String())
			b.Reset()
		}
		if c > 0x3100 && c < 0xa600 || c > 0xac00 && c < 0xf900 || c > 0x12000 && c < 0x1d000 || c >= 0x20000 {
			c += 0x3a
		}
	}
	return append(texts, b.String())
}

// Python's function gives the words that Go gives.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatal("CI must have python3")
		}
		t.Skip("no python3 here to cut texts with")
	}
	for _, rule := range []tokenize.Rule{tokenize.IMDB, tokenize.Unicode, tokenize.ASCII} {
		t.Run(string(rule), func(t *testing.T) {
			texts, err := json.Marshal(nasty())
			if err != nil {
				t.Fatal(err)
			}
			// Characters that this Python does not know are left out of the comparison.
			code := rule.Python() + `
import json, sys, unicodedata
known = lambda text: "".join(c for c in text if unicodedata.category(c) != "Cn")
texts = [known(text) for text in json.load(sys.stdin)]
print(json.dumps([(text, [word for word in standardize(text).split(" ") if word]) for text in texts]))
`
			command := exec.CommandContext(t.Context(), python, "-c", code)
			command.Stdin = bytes.NewReader(texts)
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, code)
			}
			var got [][2]json.RawMessage
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, pair := range got {
				var text string
				var python []string
				if err := json.Unmarshal(pair[0], &text); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(pair[1], &python); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(words(rule, text), python); diff != "" {
					t.Fatalf("%.40q:\n%.2000s", text, diff)
				}
				compared += len(python)
			}
			if compared < 50_000 {
				t.Errorf("only %d words compared", compared)
			}
		})
	}
}

// The table of plain signs is the same in Python.
func TestPlain(t *testing.T) {
	python := tokenize.IMDB.Python()
	_, table, _ := strings.Cut(python, `plain = str.maketrans("`)
	signs, plain, _ := strings.Cut(table, `", "`)
	plain, _, _ = strings.Cut(plain, `"`)
	got := map[rune]rune{}
	for i, c := range slices.Collect(slices.Values([]rune(strings.ReplaceAll(signs, `\u00a0`, "\u00a0")))) {
		got[c] = rune(plain[i])
	}
	if diff := cmp.Diff(tokenize.Plain, got); diff != "" {
		t.Error(diff)
	}
}

// What is cut again and again stays, at the places that are said.
func FuzzWords(f *testing.F) {
	f.Add("The BEST; film-of é ¡Ñandú! 👍 a'b’c")
	f.Add("\xffΣ' İ\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		for _, rule := range []tokenize.Rule{tokenize.IMDB, tokenize.Unicode} {
			end := 0
			for w := range rule.Words(text) {
				if w.Start < end || w.End <= w.Start || w.End > len(text) || w.Text == "" {
					t.Fatalf("%s: %+v of %q", rule, w, text)
				}
				if rule == tokenize.IMDB && len(w.Text) != w.End-w.Start {
					t.Fatalf("%+v", w)
				}
				end = w.End
			}
			once := rule.Standardize(text)
			if !slices.Equal(words(rule, once), words(rule, text)) {
				t.Fatalf("%s: %q gives %q, and then %q", rule, text, words(rule, text), words(rule, once))
			}
		}
	})
}
