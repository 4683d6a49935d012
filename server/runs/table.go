package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
)

// table is the bucket of records, and a copy of it that every process keeps up to date.
type table struct {
	kv   jetstream.KeyValue
	view *store.View

	mu      sync.Mutex
	rows    map[string]row
	gone    *simplelru.LRU[string, uint64] // the last that were removed, and the revision that did it
	changed chan struct{}                  // closed at the next change
}

type row struct {
	Record
	revision uint64
}

// remembered is of how many runs that are gone a late word is known for what it is.
const remembered = 1000

func newTable(kv jetstream.KeyValue) *table {
	gone, err := simplelru.NewLRU[string, uint64](remembered, nil)
	if err != nil {
		panic(err) // of a size below one
	}
	return &table{kv: kv, rows: map[string]row{}, gone: gone, changed: make(chan struct{})}
}

// follow reads the whole bucket, then keeps reading until the context ends.
func (t *table) follow(ctx context.Context, st *store.Store, wg *sync.WaitGroup) (err error) {
	if t.view, err = st.Follow(ctx, wg, t.kv, ">", t.read); err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	return nil
}

func (t *table) read(e jetstream.KeyValueEntry) {
	if e.Operation() != jetstream.KeyValuePut {
		t.bury(e.Key(), e.Revision())
		return
	}
	r := row{revision: e.Revision()}
	if err := json.Unmarshal(e.Value(), &r.Record); err != nil {
		slog.Error("a run's record cannot be read", "run", e.Key(), "error", err)
		return
	}
	t.set(e.Key(), r)
}

func (t *table) set(id string, r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if gone, _ := t.gone.Peek(id); r.revision <= max(gone, t.rows[id].revision) {
		return
	}
	t.rows[id] = r
	t.tell()
}

// bury takes a record out that was removed in a revision.
func (t *table) bury(id string, revision uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if revision < t.rows[id].revision {
		return
	}
	before, _ := t.gone.Peek(id)
	delete(t.rows, id)
	t.gone.Add(id, max(before, revision))
	t.tell()
}

// touch wakes those who wait for a change in the table: what they look at besides has changed.
func (t *table) touch() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tell()
}

// tell wakes those who wait for a change. The lock is held.
func (t *table) tell() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// get also gives a channel that is closed when anything in the table changes.
func (t *table) get(id string) (r Record, known bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.rows[id]
	return found.Record, ok, t.changed
}

// each visits all records; the function must not call the table.
func (t *table) each(f func(Record)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.rows {
		f(r.Record)
	}
}

// create adds a record; ErrKeyExists if there is one.
func (t *table) create(ctx context.Context, r Record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	revision, err := t.kv.Create(ctx, r.Job.ID, data)
	if err == nil {
		t.set(r.Job.ID, row{Record: r, revision: revision})
	}
	return err
}

// errEnough ends an update without a change.
var errEnough = errors.New("nothing to change")

// update changes a record. The function may be called several times, each time with what the record
// is by then; an error of its own ends the update.
func (t *table) update(ctx context.Context, id string, f func(*Record) error) (out Record, err error) {
	err = store.Retry(ctx, func() error {
		t.mu.Lock()
		at, ok := t.rows[id]
		t.mu.Unlock()
		if !ok {
			return fmt.Errorf("%w: %s", ErrUnknown, id)
		}
		out = at.Record
		if err := f(&out); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
		data, err := json.Marshal(out)
		if err != nil {
			return fmt.Errorf("runs: %w", err)
		}
		revision, err := t.kv.Update(ctx, id, data, at.revision)
		if store.Conflict(err) {
			if _, err := t.fresh(ctx, id); err != nil {
				return err
			}
			return store.ErrConflict
		}
		if err != nil {
			return err
		}
		t.set(id, row{Record: out, revision: revision})
		return nil
	})
	return out, err
}

// fresh asks the bucket itself for a record that this process may not have heard of.
func (t *table) fresh(ctx context.Context, id string) (Record, error) {
	e, err := t.kv.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return Record{}, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	if err != nil {
		return Record{}, fmt.Errorf("runs: the record of %s: %w", id, err)
	}
	t.read(e)
	r, known, _ := t.get(id)
	if !known {
		return Record{}, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	return r, nil
}

func (t *table) remove(ctx context.Context, id string) error {
	if err := store.Retry(ctx, func() error { return t.kv.Purge(ctx, id) }); err != nil {
		return err
	}
	t.mu.Lock()
	last := t.rows[id].revision
	t.mu.Unlock()
	t.bury(id, last)
	return nil
}
