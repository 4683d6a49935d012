package execute

import (
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
	"cuaderno/training/imdb/practice"
)

// What the lens shows of a review is what the loader and the word index say.
func TestInspectedReview(t *testing.T) {
	c := practice.New()
	const index, numWords = 3, 200
	ids := c.Train.Review(index)
	r := inspected(c, index, numWords)
	cut := imdb.Cut(nil, ids, numWords)
	readings := [4][]string{}
	for offset := range readings {
		readings[offset] = c.Words.Decode(ids, offset)
	}
	for i, token := range r.Tokens {
		servertest.Same(t, "id", token.ID, int(cut[i]))
		servertest.Same(t, "full", token.Full, int(ids[i]))
		for offset, word := range token.Wrong {
			servertest.Same(t, "wrong word", word, readings[offset][i])
		}
		if token.Word != "" {
			servertest.Same(t, "word", token.Word, readings[3][i])
			servertest.Same(t, "rank", token.Rank, token.Full-imdb.IndexFrom)
		}
	}
	servertest.Same(t, "what a 2 decodes to", strings.Join(r.OOV[:], " "), strings.Join([]string{
		c.Words.Decode([]int32{2}, 0)[0], c.Words.Decode([]int32{2}, 1)[0], c.Words.Decode([]int32{2}, 2)[0],
	}, " "))
	all, words := 0, 0
	for n, count := range r.Lengths {
		all, words = all+count, words+n*count
	}
	servertest.Same(t, "reviews", all, c.Train.Len())
	running := 0
	for i := range c.Train.Len() {
		running += len(c.Train.Review(i))
	}
	servertest.Same(t, "words", words, running)
	servertest.Same(t, "of pad", padded(c, index, training.Defaults()).Lengths, r.Lengths)
}

// The words of the real reviews, their start marks not among them.
func TestLengthsOfTheRealReviews(t *testing.T) {
	r, err := loaded(t.Context(), imdbtest.Corpus(t), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	servertest.Same(t, "median", r.Median, 177)
	servertest.Same(t, "mean", r.Mean, 238)
	servertest.Same(t, "longest", r.Longest, 2493)
}
