package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// summary is what is known of a notebook without reading it.
type summary struct {
	Runs  []string `json:"runs,omitempty"`  // whose weights are on its page
	Busy  bool     `json:"busy,omitempty"`  // a cell waits or works
	Blank bool     `json:"blank,omitempty"` // nobody has trained or written in it
	Bytes int64    `json:"bytes,omitempty"` // that it takes, in steps
}

// noted is a summary as it is kept.
type noted struct {
	summary
	written time.Time // zero if it is not yet
}

const (
	// noteStep is how much a notebook grows before its note is written again.
	noteStep = 4 << 10
	// noteAge is how old the note of a notebook in use may be.
	noteAge = 30 * time.Minute
)

func (n summary) same(o summary) bool {
	return slices.Equal(n.Runs, o.Runs) && n.Busy == o.Busy && n.Blank == o.Blank && n.Bytes == o.Bytes
}

// follow reads all notes, and keeps reading until the context ends; changed is called when other runs
// are on the pages.
func (s *storage) follow(ctx context.Context, wg *sync.WaitGroup, changed func()) (err error) {
	s.view, err = s.store.Follow(ctx, wg, s.kv, notePrefix+"*", func(e jetstream.KeyValueEntry) {
		if s.read(e) {
			changed()
		}
	})
	return err
}

// read tells whether other runs are on the page.
func (s *storage) read(e jetstream.KeyValueEntry) bool {
	id := e.Key()[len(notePrefix):]
	n := noted{written: e.Created()}
	there := e.Operation() == jetstream.KeyValuePut
	if there {
		if err := json.Unmarshal(e.Value(), &n.summary); err != nil {
			slog.Error("a notebook's note cannot be read", "key", e.Key(), "error", err)
			return false
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.notes[id]
	if s.notes[id] = n; !there {
		delete(s.notes, id)
	}
	return !slices.Equal(before.Runs, n.Runs)
}

// held names the runs that are on a page, of whichever server.
func (s *storage) held(ctx context.Context) (map[string]bool, error) {
	if err := s.view.Current(ctx); err != nil {
		return nil, fmt.Errorf("notebooks: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]bool{}
	for _, n := range s.notes {
		for _, run := range n.Runs {
			all[run] = true
		}
	}
	return all, nil
}

// has tells whether a notebook is kept.
func (s *storage) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.notes[id]
	return there
}

// count is how many notebooks are kept.
func (s *storage) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.notes)
}

// busy lists the notebooks in which something waits or works.
func (s *storage) busy() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range s.notes {
		if n.Busy {
			ids = append(ids, id)
		}
	}
	return ids
}

// summaryOf is the note of a state that takes so many bytes.
func summaryOf(s notebook.State, size int) summary {
	n := summary{Busy: s.Busy(), Blank: blank(s), Bytes: (int64(size)/noteStep + 1) * noteStep}
	fit := s.Cell(notebook.Fit)
	if fit.Done != nil {
		n.Runs = append(n.Runs, fit.Done.Output)
	}
	if fit.Now != nil && fit.Now.Run != nil && fit.Now.Run.ID != "" {
		n.Runs = append(n.Runs, fit.Now.Run.ID)
	}
	return n
}

// blank tells whether nobody has trained or written in a notebook. Fields that were set and cells that
// were run are no loss.
func blank(s notebook.State) bool {
	return s.Review == web.DefaultReview && s.Filed == 0 && len(s.Runs) == 0 && len(s.Pins) == 0 && len(s.Guess) == 0 &&
		s.Cell(notebook.Fit).Done == nil && !s.Cell(notebook.Fit).Pending()
}

// annotate writes the note where it has changed, and now and then, so that it lasts as long as the
// notebook.
func (s *storage) annotate(ctx context.Context, id string, state notebook.State, size int) error {
	return s.write(ctx, id, summaryOf(state, size))
}

// touch says that a notebook is in use.
func (s *storage) touch(ctx context.Context, id string) error {
	s.mu.Lock()
	n, known := s.notes[id]
	s.mu.Unlock()
	if !known {
		return nil
	}
	return s.write(ctx, id, n.summary)
}

func (s *storage) write(ctx context.Context, id string, n summary) error {
	s.mu.Lock()
	old, known := s.notes[id]
	s.mu.Unlock()
	if known && n.same(old.summary) && time.Since(old.written) < noteAge {
		return nil
	}
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if _, err := s.kv.Put(ctx, notePrefix+id, data); err != nil {
		return fmt.Errorf("the notebook was not kept: %w", err)
	}
	s.mu.Lock()
	s.notes[id] = noted{n, time.Now()}
	s.mu.Unlock()
	return nil
}

// expect counts a notebook that is about to be kept.
func (s *storage) expect(id string, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes[id] = noted{summary: summaryOf(notebook.State{}, size)}
}

// drop deletes a notebook in which nobody has trained or written, if that is still so.
func (s *storage) drop(ctx context.Context, id string) error {
	e, err := s.kv.Get(ctx, statePrefix+id)
	if err != nil && !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("the notebook cannot be read: %w", err)
	}
	if err == nil {
		if p := decodeSnapshot(e); !blank(p.state) {
			return s.annotate(ctx, id, p.state, len(e.Value()))
		}
		if err := s.kv.Purge(ctx, statePrefix+id, jetstream.LastRevision(e.Revision())); err != nil {
			return fmt.Errorf("the notebook was not deleted: %w", err) // perhaps somebody uses it
		}
	}
	if err := s.kv.Purge(ctx, notePrefix+id); err != nil {
		return fmt.Errorf("the notebook's note was not deleted: %w", err)
	}
	s.mu.Lock()
	delete(s.notes, id)
	s.mu.Unlock()
	return nil
}
