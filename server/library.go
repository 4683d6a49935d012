package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"cuaderno/training/imdb"
)

// library holds the data sets of the process: each is loaded once and shared by all notebooks.
type library struct {
	options imdb.Options
	turn    chan struct{} // one loads at a time

	mu    sync.Mutex
	found map[string]*imdb.Corpus // by hash
	real  *imdb.Corpus            // what serves the next reader at once
}

func newLibrary(options imdb.Options) *library {
	return &library{options: options, turn: make(chan struct{}, 1), found: map[string]*imdb.Corpus{}}
}

// Load gives the best data set there is. Once it is a real one it stays; after a fall back on the
// practice corpus the next call looks again.
func (l *library) Load(ctx context.Context, progress imdb.Progress) (*imdb.Corpus, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	real := l.real
	l.mu.Unlock()
	if real != nil {
		return real, nil
	}
	options := l.options
	options.Progress = progress
	c, err := imdb.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	slog.Info("data set loaded", "name", c.Name, "source", c.Source, "dir", c.Dir, "train", c.Train.Len(), "note", c.Note)
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.found[c.SHA256]; known != nil && known.Source == c.Source {
		c = known
	}
	l.found[c.SHA256] = c
	if c.Source != sourcePractice {
		l.real = c
	}
	return c, nil
}

// Get gives a data set that has been loaded before.
func (l *library) Get(sha256 string) (*imdb.Corpus, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.found[sha256]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("the data set %.12s is not loaded", sha256)
}

const sourcePractice = "practice"
