// Package practice writes film reviews by a grammar, for machines without internet: 6,000 to train
// and 2,000 to test, encoded as the real ones are. In them, too, words stand in an order that
// matters: they deny ("not at all dull"), weigh ("slow at first, but the ending is moving"), report
// what others think, and end with a verdict.
package practice

import (
	"cmp"
	"slices"
	"sync"

	"cuaderno/training/imdb"
)

const (
	seed         = 113
	trainReviews = 6000
	testReviews  = 2000
)

// Name is the data set's name. Where one was found says nothing of what it is: this one, too, may come from a store.
const Name = "practice"

// SHA256 is the data set's hash, the same every time.
var SHA256 = sync.OnceValue(func() string { return New().SHA256 })

// New writes the corpus. Every call and every machine writes the same.
func New() *imdb.Corpus {
	w := newWriter(seed)
	train, trainLabels := w.split(trainReviews)
	test, testLabels := w.split(testReviews)
	words := w.rank(train, test)
	c := &imdb.Corpus{
		Name: Name, Source: Name,
		Train: imdb.NewSplit(train, trainLabels),
		Test:  imdb.NewSplit(test, testLabels),
		Words: words,
	}
	c.SHA256 = imdb.StreamSHA256(c.Train, c.Test)
	return c
}

// split writes n reviews, half of them for each side, each unlike all before.
func (w *writer) split(n int) (reviews [][]int32, labels []int) {
	labels = make([]int, n)
	for i := range labels {
		labels[i] = i % 2
	}
	w.random.shuffle(n, func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	for _, label := range labels {
		reviews = append(reviews, w.fresh(side(label)))
	}
	return reviews, labels
}

// fresh writes until it has something that no review has said.
func (w *writer) fresh(s side) []int32 {
	for {
		words := w.review(s)
		key := w.grammar.text(words)
		if !w.written[key] {
			w.written[key] = true
			return append([]int32{imdb.Start}, words...)
		}
	}
}

// rank turns the writer's numbers of words into ids, the commonest word first.
func (w *writer) rank(splits ...[][]int32) *imdb.WordIndex {
	counts := make([]int, len(w.grammar.words))
	each := func(do func(id *int32)) {
		for _, reviews := range splits {
			for _, ids := range reviews {
				for i := range ids[1:] {
					do(&ids[i+1])
				}
			}
		}
	}
	each(func(id *int32) { counts[*id]++ })
	var order []int32
	for number, n := range counts {
		if n > 0 {
			order = append(order, int32(number))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(w.grammar.words[a], w.grammar.words[b]))
	})
	ids := make([]int32, len(counts))
	words := make([]string, len(order))
	for i, number := range order {
		words[i] = w.grammar.words[number]
		ids[number] = int32(i + 1 + imdb.IndexFrom)
	}
	each(func(id *int32) { *id = ids[*id] })
	return imdb.NewWordIndex(words)
}
