package imdb

import (
	"compress/flate"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"

	"cuaderno/training/tokenize"
)

// packed is a Corpus on its way to another machine.
type packed struct {
	Name     string
	Official bool
	SHA256   string
	Train    packedSplit
	Test     packedSplit
	Words    []string // by rank
	Rule     tokenize.Rule
}

type packedSplit struct {
	IDs    []int32 // of all reviews, in the files' order
	Sizes  []uint32
	Labels []uint8
	Order  []uint32
}

// Pack writes a corpus so that another machine can Unpack it.
func Pack(w io.Writer, c *Corpus) error {
	p := packed{Name: c.Name, Official: c.Official, SHA256: c.SHA256, Train: c.Train.pack(), Test: c.Test.pack(), Rule: c.Words.Rule()}
	for rank := 1; rank <= c.Words.Len(); rank++ {
		word, _ := c.Words.Word(rank)
		p.Words = append(p.Words, word)
	}
	z, err := flate.NewWriter(w, flate.BestSpeed)
	if err != nil {
		return err
	}
	if err := errors.Join(gob.NewEncoder(z).Encode(p), z.Close()); err != nil {
		return fmt.Errorf("imdb: packing the data set: %w", err)
	}
	return nil
}

// Unpack reads what Pack wrote and compares the hash.
func Unpack(r io.Reader) (*Corpus, error) {
	var p packed
	if err := gob.NewDecoder(flate.NewReader(r)).Decode(&p); err != nil {
		return nil, fmt.Errorf("imdb: unpacking the data set: %w: %w", ErrDamaged, err)
	}
	train, err := p.Train.unpack()
	if err != nil {
		return nil, err
	}
	test, err := p.Test.unpack()
	if err != nil {
		return nil, err
	}
	if p.Rule == "" && p.Name != "imdb" { // from when somebody's own reviews were cut as Keras' are
		p.Rule = tokenize.ASCII
	}
	if !p.Rule.Valid() {
		return nil, fmt.Errorf("imdb: unpacking the data set: %w: no rule %q is known here", ErrDamaged, p.Rule)
	}
	if sorted := slices.Sorted(slices.Values(p.Words)); len(slices.Compact(sorted)) != len(p.Words) {
		return nil, fmt.Errorf("imdb: unpacking the data set: %w: a word has two ranks", ErrDamaged)
	}
	words := NewWordIndexBy(p.Rule, p.Words)
	if got := Identity(train, test, words); got != p.SHA256 {
		return nil, fmt.Errorf("imdb: unpacking the data set: %w: its hash is %.12s, not %.12s", ErrDamaged, got, p.SHA256)
	}
	return &Corpus{
		Name: p.Name, Official: p.Official, Source: "store", SHA256: p.SHA256, Train: train, Test: test, Words: words,
	}, nil
}

func (s *Split) pack() packedSplit {
	p := packedSplit{Labels: s.labels, Order: s.order}
	for i := range s.labels {
		ids := s.words.at(i)
		p.IDs = append(p.IDs, ids...)
		p.Sizes = append(p.Sizes, uint32(len(ids)))
	}
	return p
}

func (p packedSplit) unpack() (*Split, error) {
	n := len(p.Sizes)
	damaged := len(p.Labels) != n || len(p.Order) != n
	reviews, labels := make([][]int32, 0, n), make([]int, 0, n)
	left := p.IDs
	for i := 0; i < n && !damaged; i++ {
		if damaged = uint64(p.Sizes[i]) > uint64(len(left)) || p.Sizes[i] > MaxWords || p.Labels[i] > 1 || int(p.Order[i]) >= n; damaged {
			break
		}
		reviews, labels = append(reviews, left[:p.Sizes[i]]), append(labels, int(p.Labels[i]))
		left = left[p.Sizes[i]:]
	}
	if damaged {
		return nil, fmt.Errorf("imdb: unpacking the data set: %w", ErrDamaged)
	}
	s := NewSplit(reviews, labels)
	s.order = p.Order
	return s, nil
}
