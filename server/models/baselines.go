package models

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"cuaderno/server/lru"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
)

// Baselines remembers what a bag of words reaches. It depends on nothing but the data set and the
// size of the vocabulary, so that it is computed once for all readers.
type Baselines struct {
	compute func(ctx context.Context, c *imdb.Corpus, numWords int, progress func(done, of int)) (float64, error)
	turn    chan struct{} // one is computed at a time: all words of all reviews are held meanwhile

	mu    sync.Mutex
	known *simplelru.LRU[baselineKey, float64]
}

type baselineKey struct {
	corpus   string
	numWords int
}

// knownBaselines is how many are remembered.
const knownBaselines = 1000

// NewBaselines knows none yet.
func NewBaselines() *Baselines {
	return &Baselines{compute: fit.Baseline, turn: make(chan struct{}, 1), known: lru.New[baselineKey, float64](knownBaselines)}
}

// Accuracy computes a baseline, or gives it at once where it is known. Who comes while somebody else
// computes waits, and most likely finds it known then.
func (b *Baselines) Accuracy(ctx context.Context, c *imdb.Corpus, numWords int, progress func(done, of int)) (float64, error) {
	key := baselineKey{c.SHA256, numWords}
	if accuracy, ok := b.look(key); ok {
		return accuracy, nil
	}
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if accuracy, ok := b.look(key); ok {
		return accuracy, nil
	}
	accuracy, err := b.compute(ctx, c, numWords, progress)
	if err != nil {
		return 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known.Add(key, accuracy)
	return accuracy, nil
}

func (b *Baselines) look(key baselineKey) (float64, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known.Get(key)
}

// Len is how many are remembered.
func (b *Baselines) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known.Len()
}
