package main

import (
	"context"
	"sync"

	"cuaderno/training/fit"
	"cuaderno/training/imdb"
)

// baselines remembers what a bag of words reaches. It depends on nothing but the data set and the
// size of the vocabulary, so that it is computed once for all readers.
type baselines struct {
	mu    sync.Mutex
	known map[baselineKey]float64
}

type baselineKey struct {
	corpus   string
	numWords int
}

// accuracy computes a baseline, or gives it at once where it is known. Two readers who come first
// may both compute it: with the same result.
func (b *baselines) accuracy(ctx context.Context, c *imdb.Corpus, numWords int, progress func(done, of int)) (float64, error) {
	key := baselineKey{c.SHA256, numWords}
	b.mu.Lock()
	accuracy, ok := b.known[key]
	b.mu.Unlock()
	if ok {
		return accuracy, nil
	}
	accuracy, err := fit.Baseline(ctx, c, numWords, progress)
	if err != nil {
		return 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[baselineKey]float64{}
	}
	b.known[key] = accuracy
	return accuracy, nil
}
