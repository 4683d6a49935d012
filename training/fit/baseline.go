package fit

import (
	"context"
	"math"

	"cuaderno/training/imdb"
)

// Baseline is what the network has to beat: a bag of words. It trains a logistic regression on the
// TF-IDF of whole training reviews and returns its accuracy on the test reviews. The order of the
// words is lost, words outside the vocabulary are left out.
//
// With n reviews of which df have a word, idf = ln((1+n)/(1+df)) + 1, and every review's vector is
// scaled to length one. The loss is the summed cross-entropy plus |w|²/2: scikit-learn's defaults.
//
// progress counts reviews read; it may be nil. The only error is the context's.
func Baseline(ctx context.Context, c *imdb.Corpus, numWords int, progress func(done, of int)) (float64, error) {
	b := bag{numWords: numWords, idf: make([]float64, numWords), place: make([]int32, numWords)}
	total := c.Train.Len() + c.Test.Len()
	tell := func(done int) {
		if progress != nil && (done%500 == 0 || done == total) {
			progress(done, total)
		}
	}
	b.weigh(c.Train)
	for i := range c.Train.Len() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b.add(c.Train.Review(i), float64(2*c.Train.Label(i)-1))
		tell(i + 1)
	}
	w, err := b.regress(ctx)
	if err != nil {
		return 0, err
	}
	right := 0
	for i := range c.Test.Len() {
		ids, values := b.vector(c.Test.Review(i))
		if (b.score(w, ids, values) > 0) == (c.Test.Label(i) == 1) {
			right++
		}
		tell(c.Train.Len() + i + 1)
	}
	return float64(right) / float64(max(c.Test.Len(), 1)), ctx.Err()
}

// bag holds the training reviews as sparse rows, one after another.
type bag struct {
	numWords int
	idf      []float64 // by id
	from     []int     // where each row begins
	ids      []int32
	values   []float64
	sides    []float64 // +1 or -1

	distinct []int32 // of the review at hand
	counts   []float64
	place    []int32 // by id: where it stands in distinct, from 1; 0 between reviews
}

// weigh counts in how many reviews each word stands.
func (b *bag) weigh(s *imdb.Split) {
	for i := range s.Len() {
		b.count(s.Review(i))
		for _, id := range b.distinct {
			b.idf[id]++
		}
	}
	for id, df := range b.idf {
		b.idf[id] = math.Log((1+float64(s.Len()))/(1+df)) + 1
	}
}

// count finds the distinct words of a review, in the order in which they come, and how often each
// stands there.
func (b *bag) count(ids []int32) {
	b.distinct, b.counts = b.distinct[:0], b.counts[:0]
	for _, id := range ids {
		if id < imdb.IndexFrom || int(id) >= b.numWords {
			continue
		}
		if b.place[id] == 0 {
			b.distinct, b.counts = append(b.distinct, id), append(b.counts, 0)
			b.place[id] = int32(len(b.distinct))
		}
		b.counts[b.place[id]-1]++
	}
	for _, id := range b.distinct {
		b.place[id] = 0
	}
}

// vector is a review's TF-IDF, valid until the next call.
func (b *bag) vector(review []int32) (ids []int32, values []float64) {
	b.count(review)
	sum := 0.0
	for k, id := range b.distinct {
		b.counts[k] *= b.idf[id]
		sum += b.counts[k] * b.counts[k]
	}
	for k := range b.counts {
		b.counts[k] /= math.Sqrt(sum)
	}
	return b.distinct, b.counts
}

func (b *bag) add(review []int32, side float64) {
	ids, values := b.vector(review)
	b.from = append(b.from, len(b.ids))
	b.ids, b.values = append(b.ids, ids...), append(b.values, values...)
	b.sides = append(b.sides, side)
}

// row is a training review.
func (b *bag) row(i int) (ids []int32, values []float64) {
	end := len(b.ids)
	if i+1 < len(b.from) {
		end = b.from[i+1]
	}
	return b.ids[b.from[i]:end], b.values[b.from[i]:end]
}
