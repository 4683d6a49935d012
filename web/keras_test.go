package web_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// combinations are settings that between them take every branch of the snippets, all choices with
// all choices.
func combinations() []training.Settings {
	all := []training.Settings{training.Defaults()}
	expand := func(change ...func(*training.Settings)) {
		var next []training.Settings
		for _, s := range all {
			for _, c := range change {
				t := s
				c(&t)
				next = append(next, t)
			}
		}
		all = next
	}
	choices := func(name string) (set []func(*training.Settings)) {
		f, _ := training.FieldByName(name)
		for _, c := range f.Choices {
			set = append(set, func(s *training.Settings) {
				if err := f.Set(s, c); err != nil {
					panic(err)
				}
			})
		}
		return set
	}
	for _, name := range []string{"padding", "truncating", "layer", "validation", "early_stopping"} {
		expand(choices(name)...)
	}
	expand(func(s *training.Settings) {}, func(s *training.Settings) { s.RestoreBest = true })
	expand(func(s *training.Settings) {}, func(s *training.Settings) { s.Dropout, s.RecurrentDropout, s.BPTTSteps = 0, 0, 7 })
	expand(func(s *training.Settings) {}, func(s *training.Settings) { s.LearningRate, s.Dropout = 5, 1e-5 })
	// The optimizers touch one line only: once each is enough.
	for _, set := range choices("optimizer") {
		s := training.Defaults()
		set(&s)
		all = append(all, s)
	}
	return all
}

// hostile are reviews that would end a Python string if they could.
var hostile = []string{
	"", `"`, `\`, `"""`, `\"); import os #`, "two\nlines\r\nand a tab\t", "a\x00b\x01c\x02", "naïve 漢字 🎬 \u2028", "{} {0} %s %d",
	strings.Repeat(`\"é`, 60), strings.Repeat("word ", 119), strings.Repeat("x", 5000),
}

func program(s training.Settings, review string) string {
	var b strings.Builder
	for _, id := range web.Cells {
		b.WriteString(keras(id, s, review) + "\n")
	}
	return b.String()
}

func keras(id string, s training.Settings, review string) string {
	return web.Plain(web.Keras(with(fresh(web.EN, id), func(c *web.CellView) { c.Settings, c.Review = s, review })))
}

func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatal("CI must have python3")
		}
		t.Skip("no python3 here to read the snippets with")
	}
	return path
}

func TestKerasIsPython(t *testing.T) {
	python3 := python(t)
	var b strings.Builder
	seen := map[string]bool{}
	add := func(s training.Settings, review string) {
		for _, id := range web.Cells {
			snippet := keras(id, s, review)
			if !seen[snippet] { // most cells look at few of the settings
				seen[snippet] = true
				b.WriteString(snippet + "\n")
			}
		}
	}
	for _, s := range combinations() {
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		add(s, web.DefaultReview)
	}
	for _, review := range hostile {
		add(training.Defaults(), review)
	}
	file := filepath.Join(t.TempDir(), "cells.py")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), python3, "-m", "py_compile", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%.2000s", err, out)
	}
}

// The quoted review is the review, byte for byte.
func TestKerasQuotesReviews(t *testing.T) {
	python3 := python(t)
	var b strings.Builder
	var want []string
	b.WriteString("import json\nall = []\n")
	for _, review := range hostile {
		assignment, _, ok := strings.Cut(keras("classify", training.Defaults(), review), "\nmarks = ")
		if !ok {
			t.Fatalf("%.80q is not in the code", review)
		}
		b.WriteString(assignment + "\nall.append(review)\n")
		want = append(want, review)
	}
	b.WriteString("print(json.dumps(all))\n")
	cmd := exec.CommandContext(t.Context(), python3, "-")
	cmd.Stdin = strings.NewReader(b.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The snippet encodes a review as the lesson does: rank + 3, rare words 2, 1 in front, and what the index
// lacks as the rule says.
func TestKerasEncodes(t *testing.T) {
	python3 := python(t)
	// num_words 100 keeps ranks up to 96.
	const stub = "index = {'this': 11, 'film': 19, \"isn't\": 96, 'rare': 97, 'é': 20}\n"
	for _, tt := range []struct {
		rule         tokenize.Rule
		review, want string
	}{
		{"", "This FILM, isn't rare. Zzz", "[1, 14, 22, 99, 2]"},
		{tokenize.IMDB, "THIS—film isn’t\u00a0zzz’s – rare’n", "[1, 14, 22, 99]"},
		{tokenize.IMDB, "a hard\u2009space is none: film\u2009this", "[1]"},
		{tokenize.ASCII, "This—film isn’t; FILM É é zzz", "[1, 2, 2, 22, 2, 23, 2]"},
		{tokenize.Unicode, "¿This—film isn’t… É é zzz RARE", "[1, 14, 22, 99, 23, 23, 2, 2]"},
	} {
		c := with(fresh(web.EN, "classify"), func(c *web.CellView) {
			c.Settings.NumWords, c.Review, c.Rule = 100, tt.review, tt.rule
		})
		snippet := web.Plain(web.Keras(c))
		before, _, _ := strings.Cut(snippet, "\nrow = ")
		out, err := exec.CommandContext(t.Context(), python3, "-c", stub+before+"\nprint(ids)").Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); got != tt.want {
			t.Errorf("%q under %q: %s, want %s from\n%s", tt.review, tt.rule, got, tt.want, snippet)
		}
	}
}

func TestKerasOfTheLesson(t *testing.T) {
	// What Keras' imdb_lstm example says, with the classroom notebook's 15 epochs.
	all := program(training.Defaults(), web.DefaultReview)
	for _, line := range []string{
		"imdb.load_data(num_words=20000)", "pad_sequences(x_train, maxlen=80)", "layers.Embedding(20000, 128)",
		"layers.LSTM(128, dropout=0.2, recurrent_dropout=0.2)", `layers.Dense(1, activation="sigmoid")`,
		`loss="binary_crossentropy"`, "keras.optimizers.Adam(learning_rate=0.001)", "batch_size=32, epochs=15", "validation_data=(x_test, y_test), verbose=2",
	} {
		if !strings.Contains(all, line) {
			t.Errorf("no %s in\n%s", line, all)
		}
	}
}

// Every setting shows in the Keras code of some cell, so that changing it is seen to change something.
func TestEverySettingShows(t *testing.T) {
	plain := program(training.Defaults(), web.DefaultReview)
	for _, f := range training.Fields {
		s := training.Defaults()
		s.EarlyStopping = "val_loss" // patience shows only then
		base := program(s, web.DefaultReview)
		for _, v := range []string{"7", "0.7", "post", "gru", "sgd", "split", "val_accuracy", "true", "107"} {
			if f.Set(&s, v) == nil {
				break
			}
		}
		if program(s, web.DefaultReview) == base || base == plain {
			t.Errorf("%s does not show in the code", f.Name)
		}
	}
}
