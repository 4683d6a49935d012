package practice_test

import (
	"slices"
	"strings"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// golden pins every word of every review: whoever changes a list, a phrase or a share changes the
// figures that the tests and the README give, and should look at them again.
const golden = "20892acd99ac2cc9da1ace15994e79a9c4448c6ebac9ac7dc78a846d2d54d458"

func TestNew(t *testing.T) {
	c := practice.New()
	t.Run("the same everywhere", func(t *testing.T) {
		if c.SHA256 != golden {
			t.Errorf("stream %s, want %s", c.SHA256, golden)
		}
		if again := practice.New(); again.SHA256 != c.SHA256 {
			t.Errorf("the second has %s, the first %s", again.SHA256, c.SHA256)
		}
		if c.Name != "practice" || c.Source != "practice" || c.Dir != "" || c.Official {
			t.Errorf("named %q from %q in %q, official %t", c.Name, c.Source, c.Dir, c.Official)
		}
	})
	t.Run("sizes and balance", func(t *testing.T) {
		for name, s := range map[string]*imdb.Split{"train": c.Train, "test": c.Test} {
			want := map[string]int{"train": 6000, "test": 2000}[name]
			positive, run, longestRun := 0, 0, 0
			for i := range s.Len() {
				positive += s.Label(i)
				if i > 0 && s.Label(i) == s.Label(i-1) {
					run++
				} else {
					run = 1
				}
				longestRun = max(longestRun, run)
			}
			if s.Len() != want || positive != want/2 {
				t.Errorf("%s: %d reviews, %d positive", name, s.Len(), positive)
			}
			// The longest run of n coin tosses is about log2 n, here 12.6 and 11: sorted it would be
			// half the split, strictly in turns 1.
			if longestRun < 5 || longestRun > 25 {
				t.Errorf("%s: a run of %d equal labels", name, longestRun)
			}
		}
	})
	t.Run("ids as in the real corpus", func(t *testing.T) {
		counts := make([]int, c.Words.Len()+1)
		for text := range texts(c) {
			for _, id := range text.ids[1:] {
				if id <= imdb.IndexFrom || int(id) > c.Words.Len()+imdb.IndexFrom {
					t.Fatalf("id %d with %d words", id, c.Words.Len())
				}
				counts[id-imdb.IndexFrom]++
			}
			if text.ids[0] != imdb.Start {
				t.Fatalf("a review starts with %d", text.ids[0])
			}
		}
		for rank := 2; rank < len(counts); rank++ {
			if counts[rank] > counts[rank-1] || counts[rank] == 0 {
				t.Fatalf("rank %d comes %d times, rank %d %d times", rank-1, counts[rank-1], rank, counts[rank])
			}
		}
		if c.Words.Len() < 1200 {
			t.Errorf("%d words", c.Words.Len())
		}
		// As in English, a few words make most of the text.
		if first, _ := c.Words.Word(1); first != "the" {
			t.Errorf("the commonest word is %q", first)
		}
	})
	t.Run("typed again they give the same ids", func(t *testing.T) {
		for text := range texts(c) {
			if e := c.Words.Encode(text.words, 0); !slices.Equal(e.IDs, text.ids) {
				t.Fatalf("%q is %v, typed %v", text.words, text.ids, e.IDs)
			}
		}
	})
	t.Run("lengths", func(t *testing.T) {
		short, cut, all := 0, 0, 0
		for text := range texts(c) {
			n := len(text.ids) - 1
			if n < 1 || n > 120 {
				t.Errorf("%d words: %s", n, text.words)
			}
			if all++; n < 30 {
				short++
			}
			// A window of 80 holds Start and 79 words.
			if n > 79 {
				cut++
			}
		}
		if share := float64(short) / float64(all); share < 0.15 || share > 0.25 {
			t.Errorf("%.3f are shorter than 30 words", share)
		}
		if share := float64(cut) / float64(all); share < 0.2 || share > 0.4 {
			t.Errorf("%.3f are cut at 80", share)
		}
	})
	t.Run("no review twice", func(t *testing.T) {
		seen := map[string]bool{}
		for text := range texts(c) {
			if seen[text.words] {
				t.Errorf("twice: %s", text.words)
			}
			seen[text.words] = true
		}
	})
	t.Run("articles", func(t *testing.T) {
		for text := range texts(c) {
			words := strings.Fields(text.words)
			for i, word := range words[1:] {
				vowel := strings.ContainsRune("aeiou", rune(word[0])) || word == "hour"
				if before := words[i]; before == "a" && vowel || before == "an" && !vowel {
					t.Fatalf("%s %s: %s", before, word, text.words)
				}
			}
		}
	})
}

type text struct {
	ids   []int32
	words string
	label int
}

// texts gives all reviews, train first.
func texts(c *imdb.Corpus) func(func(text) bool) {
	return func(yield func(text) bool) {
		for _, s := range []*imdb.Split{c.Train, c.Test} {
			for i := range s.Len() {
				ids := s.Review(i)
				words := strings.Join(c.Words.Decode(ids[1:], imdb.IndexFrom), " ")
				if !yield(text{ids, words, s.Label(i)}) {
					return
				}
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		practice.New()
	}
}
