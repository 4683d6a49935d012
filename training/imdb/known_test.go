package imdb_test

import (
	"slices"
	"strings"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
	"cuaderno/training/sequence"

	"github.com/google/go-cmp/cmp"
)

// The known answers are those of keras.datasets.imdb.load_data() and of LESSON's figures: what the
// classroom notebook prints.
func TestKnownAnswers(t *testing.T) {
	c := imdbtest.Corpus(t)

	t.Run("identity", func(t *testing.T) {
		if c.SHA256 != imdb.OfficialSHA256 || !c.Official || c.Note != "" || c.Name != "imdb" {
			t.Errorf("SHA-256 %s, official %v, note %q", c.SHA256, c.Official, c.Note)
		}
	})
	t.Run("sizes", func(t *testing.T) {
		if c.Train.Len() != 25000 || c.Test.Len() != 25000 || c.Words.Len() != 88584 {
			t.Errorf("%d and %d reviews, %d words", c.Train.Len(), c.Test.Len(), c.Words.Len())
		}
		for _, s := range []*imdb.Split{c.Train, c.Test} {
			liked := 0
			for i := range s.Len() {
				liked += s.Label(i)
			}
			if liked != 12500 {
				t.Errorf("%d positive reviews, want half", liked)
			}
		}
	})
	t.Run("lengths", func(t *testing.T) {
		sum, longest := 0, 0
		var lengths []int
		for i := range c.Train.Len() {
			n := len(c.Train.Review(i))
			sum, longest = sum+n, max(longest, n)
			lengths = append(lengths, n)
		}
		slices.Sort(lengths)
		// With Start: 238.71 on average, 2,494 the longest; half of them above 178.
		if sum/25000 != 238 || longest != 2494 || lengths[12500] != 178 {
			t.Errorf("mean %d, longest %d, median %d", sum/25000, longest, lengths[12500])
		}
	})

	firsts := []struct {
		name  string
		split *imdb.Split
		at    int
		ids   []int32
		label int
	}{
		{"x_train[0]", c.Train, 0, []int32{1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941, 4, 173, 36,
			256, 5, 25, 100, 43, 838, 112, 50, 670, 2, 9, 35, 480, 284, 5, 150}, 1},
		{"x_train[1]", c.Train, 1, []int32{1, 194, 1153, 194, 8255, 78, 228, 5, 6, 1463, 4369}, 0},
		{"x_test[0]", c.Test, 0, []int32{1, 591, 202, 14, 31, 6, 717, 10, 10}, 0},
	}
	for _, tt := range firsts {
		t.Run(tt.name, func(t *testing.T) {
			got := imdb.Cut(nil, tt.split.Review(tt.at), 20000)
			if diff := cmp.Diff(tt.ids, got[:len(tt.ids)]); diff != "" {
				t.Error(diff)
			}
			if tt.split.Label(tt.at) != tt.label {
				t.Errorf("label %d", tt.split.Label(tt.at))
			}
		})
	}

	t.Run("before the shuffle", func(t *testing.T) {
		// numpy puts review 0 of the file where its permutation has 0.
		at := slices.Index(imdb.Permutations(113, 25000)[0], 0)
		want := []int32{imdb.Start, 23025, 312, 9, 6, 1072, 212}
		if diff := cmp.Diff(want, c.Train.Review(at)[:7]); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("decoded", func(t *testing.T) {
		ids := c.Train.Review(0)
		want := "[START] this film was just brilliant casting location scenery story direction everyone's really suited the part they played"
		if got := strings.Join(c.Words.Decode(ids[:18], imdb.IndexFrom), " "); got != want {
			t.Errorf("decoded %q", got)
		}
		if got := strings.Join(c.Words.Decode(ids[:6], 0), " "); got != "the as you with out themselves" {
			t.Errorf("decoded without the offset %q", got)
		}
		if got := c.Words.Decode([]int32{0, 2}, imdb.IndexFrom); got[0] != "[PAD]" || got[1] != "[OOV]" {
			t.Errorf("marks %q", got)
		}
	})
	t.Run("the last 80 words", func(t *testing.T) {
		ids := c.Train.Review(0)
		row := make([]int32, 80)
		sequence.Pad(row, ids, sequence.Pre, sequence.Pre)
		if diff := cmp.Diff(ids[len(ids)-80:], row); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("encode undoes decode", func(t *testing.T) {
		var ids, cut []int32
		for i := range c.Test.Len() {
			text := strings.Join(c.Words.Decode(c.Test.Review(i)[1:], imdb.IndexFrom), " ") + " Qzzzq’s, qzzzq"
			if ids = c.Words.IDs(ids[:0], text, 88587); !slices.Equal(c.Test.Review(i), ids) {
				t.Fatalf("review %d: %s", i, cmp.Diff(c.Test.Review(i), ids))
			}
			if cut = imdb.Cut(cut, c.Test.Review(i), 500); i%100 == 0 && !slices.Equal(cut, c.Words.Encode(text, 500).IDs) {
				t.Fatalf("review %d: %s", i, cmp.Diff(cut, c.Words.Encode(text, 500).IDs))
			}
		}
	})
	// The index has some words with curly apostrophes, wasn’t among them: those are read as typed.
	t.Run("what the index lacks leaves no trace", func(t *testing.T) {
		ids := c.Words.Encode("a wombatish film that wasn’t, or couldn’t be, unzzzlike good—qqqq", 20000).IDs
		if diff := cmp.Diff(c.Words.Encode("a film that wasn’t or couldn't be good", 20000).IDs, ids); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("the vocabulary's edge", func(t *testing.T) {
		last, _ := c.Words.Word(19996)
		next, _ := c.Words.Word(19997)
		e := c.Words.Encode(last+" "+next, 20000)
		if diff := cmp.Diff([]int32{imdb.Start, 19999, imdb.OOV}, e.IDs); diff != "" {
			t.Error(diff)
		}
	})
}
