package vocabulary_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/checkpoint/vocabulary"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/sequence"
	"cuaderno/training/tokenize"
)

// reviews are texts that every rule of the encoding matters for.
var reviews = []string{
	"", " ", "a", "This film wasn't bad at all; it's WONDERFUL!!!", "one\ntwo\r\nthree\tfour", "non\u00a0breaking and thin\u2009blanks",
	"ÉCLAIR İstanbul ß ſ K", "the-best/worst_film(of)all[time]{ever}~`^|\\@#$%&*+=<>:\"?.,", "naïve 漢字 🎬 film", "'quoted' rock'n'roll",
	"isn’t “good”—wonderful… – wombat’s", "¡Pésima! ¿PÉSIMA? «don’t»…", "👍 PE\u0301SIMA",
	"a NUL \x00 and a \x0b tab \x1c between", strings.Repeat("the plot was slow but the acting was great ", 30), "vertical\u2028line\u0085next",
}

func settings(change func(*training.Settings)) training.Settings {
	s := training.Defaults()
	s.NumWords, s.Maxlen = 500, 20
	change(&s)
	return s
}

var cases = map[string]training.Settings{
	"the usual sides":       settings(func(*training.Settings) {}),
	"the other sides":       settings(func(s *training.Settings) { s.Padding, s.Truncating = "post", "post" }),
	"more words than exist": settings(func(s *training.Settings) { s.NumWords, s.Maxlen = 80_000, 400 }),
	"hardly any words":      settings(func(s *training.Settings) { s.NumWords, s.Maxlen, s.Truncating = 100, 1, "post" }),
}

// rows is what the notebook itself makes of the reviews.
func rows(s training.Settings, words *imdb.WordIndex, texts []string) [][]int {
	var out [][]int
	for _, text := range texts {
		row := make([]int32, s.Maxlen)
		sequence.Pad(row, words.Encode(text, s.NumWords).IDs, sequence.Side(s.Padding), sequence.Side(s.Truncating))
		ids := []int{}
		for _, id := range row {
			ids = append(ids, int(id))
		}
		out = append(out, ids)
	}
	return out
}

func written(t *testing.T, s training.Settings, words *imdb.WordIndex) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := vocabulary.Write(&b, vocabulary.Of(s, words)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// indexes are one under each rule.
func indexes() map[tokenize.Rule]*imdb.WordIndex {
	all := map[tokenize.Rule]*imdb.WordIndex{tokenize.IMDB: practice.New().Words}
	for _, rule := range []tokenize.Rule{tokenize.Unicode, tokenize.ASCII} {
		words := []string{"pésima", "don't", "👍", "¿pésima?", "éclair", "Éclair", "wasn't"}
		for rank := 1; len(words) < 2000; rank++ {
			word, ok := all[tokenize.IMDB].Word(rank)
			if !ok {
				break
			}
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
		all[rule] = imdb.NewWordIndexBy(rule, words)
	}
	return all
}

// encode knows nothing but the JSON.
func encode(v map[string]any, text string) []int {
	number := func(key string) int { return int(v[key].(float64)) }
	text = strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		if strings.ContainsRune(v["filters"].(string), r) {
			return ' '
		}
		return r
	}, text)
	words := v["words"].(map[string]any)
	var plain []string
	for typed, read := range v["plain"].(map[string]any) {
		plain = append(plain, typed, read.(string))
	}
	ids := []int{number("start_id")}
	for _, typed := range strings.Split(text, " ") {
		read := []string{typed}
		if _, known := words[typed]; !known {
			read = strings.Split(strings.NewReplacer(plain...).Replace(typed), " ")
		}
		for _, word := range read {
			id, known := words[word]
			switch {
			case known && int(id.(float64)) < number("num_words"):
				ids = append(ids, int(id.(float64)))
			case known, word != "" && v["unknown"] == "oov_id":
				ids = append(ids, number("oov_id"))
			}
		}
	}
	maxlen := number("maxlen")
	if over := len(ids) - maxlen; over > 0 && v["truncating"] == "pre" {
		ids = ids[over:]
	} else if over > 0 {
		ids = ids[:maxlen]
	}
	for len(ids) < maxlen {
		if v["padding"] == "pre" {
			ids = append([]int{number("pad_id")}, ids...)
		} else {
			ids = append(ids, number("pad_id"))
		}
	}
	return ids
}

func TestTheFileAloneEncodes(t *testing.T) {
	for rule, words := range indexes() {
		if rule == tokenize.Unicode {
			continue // its classes of characters are known to Python, below
		}
		for name, s := range cases {
			t.Run(string(rule)+", "+name, func(t *testing.T) {
				var v map[string]any
				if err := json.Unmarshal(written(t, s, words), &v); err != nil {
					t.Fatal(err)
				}
				for i, want := range rows(s, words, reviews) {
					if diff := cmp.Diff(want, encode(v, reviews[i])); diff != "" {
						t.Errorf("%.30q:\n%s", reviews[i], diff)
					}
				}
				// Where a word beyond num_words is another thing than one that nobody knows, it must be there.
				want := words.Len()
				if rule == tokenize.ASCII {
					want = min(want, s.NumWords-imdb.IndexFrom-1)
				}
				if n := len(v["words"].(map[string]any)); n != want || v["rule"] != string(rule) {
					t.Errorf("%d words under %v, want %d", n, v["rule"], want)
				}
			})
		}
	}
}

// The Python of the package's description, as it stands there.
func TestThePythonOfTheDescription(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatal("CI must have python3")
		}
		t.Skip("no python3 here to encode with")
	}
	source, err := os.ReadFile("vocabulary.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(source), "lines of \"standardize\":\n//\n")
	text, _, _ = strings.Cut(text, "package vocabulary")
	if !found {
		t.Fatal("no Python in the description")
	}
	code := strings.NewReplacer("//\t", "", "//\n", "\n").Replace(text)
	type job struct {
		Dir, Code string
		name      string
		want      [][]int
	}
	var jobs []job
	for rule, words := range indexes() {
		for name, s := range cases {
			dir, file := t.TempDir(), written(t, s, words)
			if err := os.WriteFile(filepath.Join(dir, "vocabulary.json"), file, 0o600); err != nil {
				t.Fatal(err)
			}
			var lines struct{ Standardize []string }
			if err := json.Unmarshal(file, &lines); err != nil {
				t.Fatal(err)
			}
			jobs = append(jobs, job{dir, strings.Join(lines.Standardize, "\n") + "\n" + code, string(rule) + ", " + name, rows(s, words, reviews)})
		}
	}
	asked, err := json.Marshal([]any{jobs, reviews})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, "-c", `
import json, os, sys
jobs, texts = json.load(sys.stdin)
out = []
for job in jobs:
    os.chdir(job["Dir"])
    scope = {}
    exec(job["Code"], scope)
    out.append([scope["encode"](text) for text in texts])
print(json.dumps(out))`)
	command.Stdin = bytes.NewReader(asked)
	var errs strings.Builder
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var got [][][]int
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(jobs) {
		t.Fatal(len(got), err)
	}
	for i, j := range jobs {
		if diff := cmp.Diff(j.want, got[i]); diff != "" {
			t.Errorf("%s:\n%s", j.name, diff)
		}
	}
}

func TestWordsStandInOrder(t *testing.T) {
	text := string(written(t, cases["the usual sides"], imdb.NewWordIndex([]string{"the", `qu"ote`, "é"})))
	if want := `"words": {
  "the": 4,
  "qu\"ote": 5,
  "é": 6
 }`; !strings.Contains(text, want) {
		t.Errorf("%s\nlacks\n%s", text, want)
	}
}
