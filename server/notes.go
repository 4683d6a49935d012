package main

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

// memo is what is known of a notebook without reading it.
type memo struct {
	Runs  []string `json:"runs,omitempty"`  // whose weights are on its page
	Busy  bool     `json:"busy,omitempty"`  // a cell waits or works
	Blank bool     `json:"blank,omitempty"` // nobody has trained or written in it
	Bytes int64    `json:"bytes,omitempty"` // that it takes, in steps
}

// noted is a memo as it is kept.
type noted struct {
	memo
	written time.Time // zero if it is not yet
}

const (
	// noteStep is how much a notebook grows before its note is written again.
	noteStep = 4 << 10
	// noteAge is how old the note of a notebook in use may be.
	noteAge = 30 * time.Minute
)

func (n memo) same(o memo) bool {
	return slices.Equal(n.Runs, o.Runs) && n.Busy == o.Busy && n.Blank == o.Blank && n.Bytes == o.Bytes
}

// follow reads all notes, and keeps reading until the context ends; changed is called when other runs
// are on the pages.
func (k *keep) follow(ctx context.Context, wg *sync.WaitGroup, changed func()) (err error) {
	k.view, err = k.store.Follow(ctx, wg, k.kv, notePrefix+"*", func(e jetstream.KeyValueEntry) {
		if k.read(e) {
			changed()
		}
	})
	return err
}

// read tells whether other runs are on the page.
func (k *keep) read(e jetstream.KeyValueEntry) bool {
	id := e.Key()[len(notePrefix):]
	n := noted{written: e.Created()}
	there := e.Operation() == jetstream.KeyValuePut
	if there {
		if err := json.Unmarshal(e.Value(), &n.memo); err != nil {
			slog.Error("a notebook's note cannot be read", "key", e.Key(), "error", err)
			return false
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	before := k.notes[id]
	if k.notes[id] = n; !there {
		delete(k.notes, id)
	}
	return !slices.Equal(before.Runs, n.Runs)
}

// held names the runs that are on a page, of whichever server.
func (k *keep) held(ctx context.Context) (map[string]bool, error) {
	if err := k.view.Current(ctx); err != nil {
		return nil, fmt.Errorf("notebooks: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[string]bool{}
	for _, n := range k.notes {
		for _, run := range n.Runs {
			all[run] = true
		}
	}
	return all, nil
}

// has tells whether a notebook is kept.
func (k *keep) has(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, there := k.notes[id]
	return there
}

// busy lists the notebooks in which something waits or works.
func (k *keep) busy() (ids []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, n := range k.notes {
		if n.Busy {
			ids = append(ids, id)
		}
	}
	return ids
}

// memoOf is the note of a state that takes so many bytes.
func memoOf(s notebook.State, size int) memo {
	n := memo{Busy: s.Busy(), Blank: blank(s), Bytes: (int64(size)/noteStep + 1) * noteStep}
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
func (k *keep) annotate(ctx context.Context, id string, s notebook.State, size int) error {
	return k.write(ctx, id, memoOf(s, size))
}

// touch says that a notebook is in use.
func (k *keep) touch(ctx context.Context, id string) error {
	k.mu.Lock()
	n, known := k.notes[id]
	k.mu.Unlock()
	if !known {
		return nil
	}
	return k.write(ctx, id, n.memo)
}

func (k *keep) write(ctx context.Context, id string, n memo) error {
	k.mu.Lock()
	old, known := k.notes[id]
	k.mu.Unlock()
	if known && n.same(old.memo) && time.Since(old.written) < noteAge {
		return nil
	}
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if _, err := k.kv.Put(ctx, notePrefix+id, data); err != nil {
		return fmt.Errorf("the notebook was not kept: %w", err)
	}
	k.mu.Lock()
	k.notes[id] = noted{n, time.Now()}
	k.mu.Unlock()
	return nil
}

// expect counts a notebook that is about to be kept.
func (k *keep) expect(id string, size int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.notes[id] = noted{memo: memoOf(notebook.State{}, size)}
}

// drop deletes a notebook in which nobody has trained or written, if that is still so.
func (k *keep) drop(ctx context.Context, id string) error {
	e, err := k.kv.Get(ctx, statePrefix+id)
	if err != nil && !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("the notebook cannot be read: %w", err)
	}
	if err == nil {
		if p := decodePage(e); !blank(p.state) {
			return k.annotate(ctx, id, p.state, len(e.Value()))
		}
		if err := k.kv.Purge(ctx, statePrefix+id, jetstream.LastRevision(e.Revision())); err != nil {
			return fmt.Errorf("the notebook was not deleted: %w", err) // perhaps somebody uses it
		}
	}
	if err := k.kv.Purge(ctx, notePrefix+id); err != nil {
		return fmt.Errorf("the notebook's note was not deleted: %w", err)
	}
	k.mu.Lock()
	delete(k.notes, id)
	k.mu.Unlock()
	return nil
}
