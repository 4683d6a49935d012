package imdb_test

import (
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/tokenize"

	"github.com/google/go-cmp/cmp"
)

func TestEncode(t *testing.T) {
	w := imdb.NewWordIndex([]string{"the", "film", "wasn't", "good", "ñandú", "Ñandú", "so", "abcdefghijklmnopqrstuvwxyz", "so’so", "so–so"})
	t.Run("every stage", func(t *testing.T) {
		got := w.Encode("The FILM\twasn't... \"good\"!", 7)
		want := imdb.Encoding{
			Lowered:  "the film\twasn't... \"good\"!",
			Filtered: "the film wasn't     good  ",
			Tokens: []imdb.Token{
				{Text: "The", Word: "the", Rank: 1, ID: 4, Start: 0, End: 3},
				{Text: "FILM", Word: "film", Rank: 2, ID: 5, Start: 4, End: 8},
				{Text: "wasn't", Word: "wasn't", Rank: 3, ID: 6, Start: 9, End: 15},
				{Text: "good", Word: "good", Rank: 4, ID: imdb.OOV, Start: 20, End: 24},
			},
			IDs:   []int32{imdb.Start, 4, 5, 6, imdb.OOV},
			Known: 3,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	tests := map[string]struct {
		text     string
		numWords int
		want     []int32
	}{
		"nothing":                               {"", 0, []int32{1}},
		"only punctuation":                      {" !?\n--", 0, []int32{1}},
		"unknown":                               {"wombat good", 0, []int32{1, 7}},
		"whole vocabulary":                      {"good so", 0, []int32{1, 7, 10}},
		"just inside":                           {"good", 8, []int32{1, 7}},
		"just outside":                          {"good", 7, []int32{1, 2}},
		"splits at hyphens":                     {"so-good", 0, []int32{1, 10, 7}},
		"splits at underscores":                 {"so_good", 0, []int32{1, 10, 7}},
		"new lines of a form":                   {"so\r\ngood\r\n", 0, []int32{1, 10, 7}},
		"lower-cases A-Z only":                  {"ÑANDÚ Ñandú ñandú", 0, []int32{1, 9, 8}},
		"the whole alphabet":                    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0, []int32{1, 11}},
		"curly apostrophe":                      {"Wasn’t", 0, []int32{1, 6}},
		"curly and unknown":                     {"isn’t", 0, []int32{1}},
		"curly as the index has it":             {"so’so so–so", 0, []int32{1, 12, 13}},
		"dashes":                                {"good—film so–wombat —", 0, []int32{1, 7, 5, 10}},
		"quotes and dots":                       {"“good” film…", 0, []int32{1, 7, 5}},
		"beyond the vocabulary when read plain": {"the—so", 10, []int32{1, 4, 2}},
		"broken UTF-8":                          {"\xff good \xff—so", 0, []int32{1, 7, 10}},
		"every filtered sign":                   {"so!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\ngood", 0, []int32{1, 10, 7}},
		"the apostrophe stays":                  {"'good'", 0, []int32{1}},
		"a hard space":                          {"so\u00a0good", 0, []int32{1, 10, 7}},
		"a thin space is none":                  {"so\u2009good", 0, []int32{1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.Encode(tt.text, tt.numWords)
			if diff := cmp.Diff(tt.want, got.IDs); diff != "" {
				t.Error(diff)
			}
			known := 0
			for _, id := range tt.want[1:] {
				if id != imdb.OOV {
					known++
				}
			}
			if got.Known != known {
				t.Errorf("%d known, want %d", got.Known, known)
			}
			if diff := cmp.Diff(tt.want, w.IDs(nil, tt.text, tt.numWords)); diff != "" {
				t.Errorf("IDs: %s", diff)
			}
		})
	}
	t.Run("what was done", func(t *testing.T) {
		got := w.Encode("Wasn’t so—Wombat — zzz", 0)
		want := []imdb.Token{
			{Text: "Wasn’t", Word: "wasn't", Rank: 3, ID: 6, Start: 0, End: 8},
			{Text: "so", Word: "so", Rank: 7, ID: 10, Start: 9, End: 11},
			{Text: "Wombat", Word: "wombat", LeftOut: true, Start: 14, End: 20},
			{Text: "zzz", Word: "zzz", LeftOut: true, Start: 25, End: 28},
		}
		if diff := cmp.Diff(want, got.Tokens); diff != "" {
			t.Error(diff)
		}
		reread := []imdb.Reread{{Typed: "Wasn’t", As: []string{"wasn't"}}, {Typed: "so—Wombat", As: []string{"so", "wombat"}}, {Typed: "—"}}
		if diff := cmp.Diff(reread, got.Reread); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("other rules", func(t *testing.T) {
		for rule, want := range map[tokenize.Rule][]int32{tokenize.Unicode: {1, 4, 4, 5, 2}, tokenize.ASCII: {1, 4, 2, 2, 2}} {
			w := imdb.NewWordIndexBy(rule, []string{"don't", "pésima"})
			const text = "Don't; don’t, ¡PÉSIMA! Zzz"
			got := w.Encode(text, 0)
			if diff := cmp.Diff(want, got.IDs); diff != "" {
				t.Errorf("%s: %s", rule, diff)
			}
			if diff := cmp.Diff(want, w.IDs(nil, text, 0)); diff != "" || got.Reread != nil {
				t.Errorf("%s: IDs %s, read otherwise %v", rule, diff, got.Reread)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	w := imdb.NewWordIndex([]string{"the", "film", "was", "good"})
	text := ""
	for len(text) < 20_000 {
		text += "The film was very, very GOOD. "
	}
	for b.Loop() {
		w.Encode(text, 20000)
	}
}
