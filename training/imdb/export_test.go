package imdb

import (
	"bufio"
	"bytes"
)

// The limits, for the tests that go over them.
const (
	MaxRank    = maxRank
	MaxStack   = maxStack
	MaxReviews = maxReviews
	MaxEntry   = maxEntry
	MaxFile    = maxFile
	MaxIndex   = maxIndex
)

// Permutations draws one shuffle after the other from one stream.
func Permutations(seed uint64, lengths ...int) [][]uint32 {
	s := newShuffler(seed)
	out := make([][]uint32, len(lengths))
	for i, n := range lengths {
		out[i] = s.permutation(n)
	}
	return out
}

// ReadPickle reads an array of want reviews from a pickle alone.
func ReadPickle(raw []byte, want int) ([][]int32, error) {
	words, err := readPickle(bufio.NewReader(bytes.NewReader(raw)), want)
	if err != nil {
		return nil, err
	}
	out := make([][]int32, words.lists())
	for i := range out {
		out[i] = words.at(i)
	}
	return out, nil
}

// SkimPickle reads a pickle and keeps nothing.
func SkimPickle(raw []byte, want int) error {
	_, err := readPickle(bufio.NewReaderSize(bytes.NewReader(raw), 1<<16), want)
	return err
}
