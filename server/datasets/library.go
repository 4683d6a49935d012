package datasets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"weak"

	"cuaderno/server/lru"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// Library holds the data sets of the process: each is loaded once and shared by all notebooks. Those that
// were used last are kept, up to so many bytes; one that somebody still uses is found in any case.
type Library struct {
	options imdb.Options
	turn    chan struct{} // one loads at a time
	// elsewhere fetches a data set that this machine does not have; nil if there is nobody to ask.
	elsewhere func(ctx context.Context, sha256 string) (*imdb.Corpus, error)
	// kept reads the reader's own reviews that an earlier command or server has kept; nil without any.
	kept func(sha256 string) (*imdb.Corpus, error)
	// share offers one to other machines; nil if there are none.
	share func(ctx context.Context, c *imdb.Corpus) error

	mu    sync.Mutex
	used  *lru.Bytes[string, *imdb.Corpus]     // by hash
	alive map[string]weak.Pointer[imdb.Corpus] // all that somebody uses
	real  *imdb.Corpus                         // what serves the next reader at once
}

// libraryBytes bounds the data sets that are kept; IMDB's takes 60 MB.
const libraryBytes = 256 << 20

// NewLibrary looks where the options say, and for the reader's own reviews of before in what kept reads; that may
// be nil.
func NewLibrary(options imdb.Options, kept func(sha256 string) (*imdb.Corpus, error)) *Library {
	return &Library{
		options: options, kept: kept, turn: make(chan struct{}, 1),
		used: lru.NewBytes[string](libraryBytes, (*imdb.Corpus).Bytes), alive: map[string]weak.Pointer[imdb.Corpus]{},
	}
}

// Load gives the best data set there is. Once it is a real one it stays; after a fall back on the
// practice corpus the next call looks again.
func (l *Library) Load(ctx context.Context, progress imdb.Progress) (*imdb.Corpus, error) {
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
	if l.share != nil {
		if err := l.share(ctx, c); err != nil {
			slog.Warn("other machines do not get the data set", "error", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.look(c.SHA256); known != nil && known.Source == c.Source {
		c = known
	}
	l.add(c.SHA256, c)
	if c.Name != practice.Name {
		l.real = c
	}
	return c, nil
}

// Find gives a data set by its hash: one that was loaded before, one that lies on this machine, or
// what another machine has put into the store.
func (l *Library) Find(ctx context.Context, sha256 string) (*imdb.Corpus, error) {
	if c, err := l.Get(sha256); err == nil {
		return c, nil
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c, err := l.Get(sha256); err == nil {
		return c, nil
	}
	c, err := l.seek(ctx, sha256)
	if err != nil {
		return nil, err
	}
	slog.Info("data set found", "name", c.Name, "source", c.Source, "dir", c.Dir)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(sha256, c)
	return c, nil
}

func (l *Library) seek(ctx context.Context, sha256 string) (*imdb.Corpus, error) {
	if sha256 == practice.SHA256() && l.options.Practice != nil {
		return l.options.Practice(), nil
	}
	options := l.options
	options.Download, options.Practice = false, nil
	c, err := imdb.Open(ctx, options)
	if err == nil && c.SHA256 != sha256 && options.Own != nil { // a notebook of before
		options.Own = nil
		c, err = imdb.Open(ctx, options)
	}
	if err == nil && c.SHA256 == sha256 {
		return c, nil
	}
	if l.kept != nil {
		if c, kept := l.kept(sha256); kept == nil {
			return c, nil
		}
	}
	if l.elsewhere != nil {
		c, elsewhere := l.elsewhere(ctx, sha256)
		if elsewhere == nil {
			return c, nil
		}
		err = errors.Join(err, elsewhere)
	}
	return nil, fmt.Errorf("the data set %.12s is not on this machine: %w", sha256, err)
}

// add keeps a data set. The lock is held.
func (l *Library) add(sha256 string, c *imdb.Corpus) {
	maps.DeleteFunc(l.alive, func(_ string, p weak.Pointer[imdb.Corpus]) bool { return p.Value() == nil })
	l.alive[sha256] = weak.Make(c)
	l.used.Add(sha256, c)
}

// look gives a data set that is in memory. The lock is held.
func (l *Library) look(sha256 string) *imdb.Corpus {
	if c, ok := l.used.Get(sha256); ok {
		return c
	}
	return l.alive[sha256].Value()
}

// Get gives a data set that is in memory.
func (l *Library) Get(sha256 string) (*imdb.Corpus, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.look(sha256); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("the data set %.12s is not loaded", sha256)
}
