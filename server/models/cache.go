package models

import (
	"context"
	"sync"

	"cuaderno/server/lru"
	"cuaderno/server/runs"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Cache keeps the networks that were used last ready to read reviews, up to so many bytes.
type Cache struct {
	load func(ctx context.Context, key key) (*fit.Predictor, error)
	turn chan struct{} // one is loaded at a time: thirty who want the same must not hold thirty copies

	mu      sync.Mutex
	ready   *lru.Bytes[key, *fit.Predictor]
	forgets uint64 // calls of forget
}

// key is a run's network after an epoch, or with epoch 0 as the run ended.
type key struct {
	run   string
	epoch int
}

// NewCache keeps up to so many bytes of the networks of a service's runs.
func NewCache(s *runs.Service, bytes int64) *Cache {
	return &Cache{
		load: func(ctx context.Context, k key) (*fit.Predictor, error) {
			params, meta, err := s.Weights(ctx, k.run, k.epoch)
			if err != nil {
				return nil, err
			}
			return fit.NewPredictor(nn.SpecOf(meta.Settings), params), nil
		},
		turn: make(chan struct{}, 1), ready: lru.NewBytes[key](bytes, (*fit.Predictor).Bytes),
	}
}

// Get gives the network of a run after an epoch, or with epoch 0 as the run ended.
func (m *Cache) Get(ctx context.Context, run string, epoch int) (*fit.Predictor, error) {
	key := key{run, epoch}
	if p, _, ok := m.look(key); ok {
		return p, nil
	}
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p, forgets, ok := m.look(key)
	if ok {
		return p, nil
	}
	p, err := m.load(ctx, key)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if forgets == m.forgets { // else it may be out of date by now
		m.ready.Add(key, p)
	}
	return p, nil
}

func (m *Cache) look(k key) (p *fit.Predictor, forgets uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok = m.ready.Get(k)
	m.ready.Trim() // reading many reviews makes networks larger
	return p, m.forgets, ok
}

// Forget drops what a run ended with: it goes on and will end with something else.
func (m *Cache) Forget(run string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgets++
	m.ready.Remove(key{run, 0})
}
