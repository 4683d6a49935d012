package fit

import (
	"context"

	"cuaderno/training/imdb"
)

// Bag is the baseline's bag of words, opened for checks of its calculus.
type Bag struct{ b bag }

// NewBag weighs and adds every review of a split.
func NewBag(s *imdb.Split, numWords int) *Bag {
	b := bag{numWords: numWords, idf: make([]float64, numWords), place: make([]int32, numWords)}
	b.weigh(s)
	for i := range s.Len() {
		b.add(s.Review(i), float64(2*s.Label(i)-1))
	}
	return &Bag{b}
}

func (b *Bag) Loss(w []float64) (loss float64, grad, curve []float64) {
	grad, curve = make([]float64, len(w)), make([]float64, len(b.b.sides))
	return b.b.loss(w, grad, curve), grad, curve
}

func (b *Bag) Bend(direction, curve []float64) []float64 {
	bent := make([]float64, len(direction))
	b.b.bend(bent, direction, curve)
	return bent
}

func (b *Bag) Regress(ctx context.Context) ([]float64, error) { return b.b.regress(ctx) }
