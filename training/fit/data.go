package fit

import (
	"errors"
	"fmt"

	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/sequence"
)

// Set is a view of reviews: which ones, how much of the vocabulary is kept, how they are padded.
// Nothing is copied; rows are made when they are asked for.
type Set struct {
	split      *imdb.Split
	from, to   int
	numWords   int
	maxlen     int
	padding    sequence.Side
	truncating sequence.Side
}

// NewSet views reviews from <= i < to of a split.
func NewSet(split *imdb.Split, from, to int, s training.Settings) *Set {
	return &Set{
		split: split, from: from, to: to, numWords: s.NumWords, maxlen: s.Maxlen,
		padding: sequence.Side(s.Padding), truncating: sequence.Side(s.Truncating),
	}
}

// Len is the number of reviews.
func (s *Set) Len() int { return s.to - s.from }

// Maxlen is T, the length of every row.
func (s *Set) Maxlen() int { return s.maxlen }

// Review is the place of review i in its split.
func (s *Set) Review(i int) int { return s.from + i }

// Label is 1 if review i is positive, else 0.
func (s *Set) Label(i int) float32 { return float32(s.split.Label(s.from + i)) }

// Row writes review i, cut to the vocabulary and padded, to dst [T].
func (s *Set) Row(i int, dst []int32) {
	sequence.Pad(dst, s.split.Review(s.from+i), s.padding, s.truncating)
	for j, id := range dst {
		if int(id) >= s.numWords {
			dst[j] = imdb.OOV
		}
	}
}

// Data is what a run reads.
type Data struct{ Train, Val, Test *Set }

// ErrEmpty says that there is no review to train or to validate on: figures would be means of nothing.
var ErrEmpty = errors.New("fit: too few reviews")

func (d Data) check() error {
	if d.Train.Len() == 0 || d.Val.Len() == 0 {
		return fmt.Errorf("%w: %d to train on and %d to validate on; with validation \"split\" a fifth of them validates, and at least %d are needed", ErrEmpty, d.Train.Len(), d.Val.Len(), splitShare)
	}
	return nil
}

// splitShare is the part of the training set that validation=split sets aside.
const splitShare = 5

// Prepare divides a corpus. With validation "test" the test set serves twice, as in the classroom
// notebook; with "split" the last fifth of the training set validates and the test set stays sealed
// until evaluate.
func Prepare(c *imdb.Corpus, s training.Settings) Data {
	n := c.Train.Len()
	test := NewSet(c.Test, 0, c.Test.Len(), s)
	if s.Validation == "split" {
		cut := n - n/splitShare
		return Data{Train: NewSet(c.Train, 0, cut, s), Val: NewSet(c.Train, cut, n, s), Test: test}
	}
	return Data{Train: NewSet(c.Train, 0, n, s), Val: test, Test: test}
}
