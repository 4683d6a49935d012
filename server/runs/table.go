package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
)

// table is the bucket of records, and a copy of it that every process keeps up to date.
type table struct {
	kv   jetstream.KeyValue
	view *store.View

	mu      sync.Mutex
	rows    map[string]row
	changed chan struct{} // closed at the next change
}

type row struct {
	Record
	revision uint64
	gone     bool
}

// follow reads the whole bucket, then keeps reading until the context ends.
func (t *table) follow(ctx context.Context, st *store.Store, wg *sync.WaitGroup) (err error) {
	if t.view, err = st.Follow(ctx, wg, t.kv, ">", t.read); err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	return nil
}

func (t *table) read(e jetstream.KeyValueEntry) {
	r := row{revision: e.Revision(), gone: e.Operation() != jetstream.KeyValuePut}
	if !r.gone {
		if err := json.Unmarshal(e.Value(), &r.Record); err != nil {
			slog.Error("a run's record cannot be read", "run", e.Key(), "error", err)
			return
		}
	}
	t.set(e.Key(), r)
}

func (t *table) set(id string, r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.revision <= t.rows[id].revision {
		return
	}
	t.rows[id] = r
	close(t.changed)
	t.changed = make(chan struct{})
}

// get also gives a channel that is closed when anything in the table changes.
func (t *table) get(id string) (r Record, known bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.rows[id]
	return found.Record, ok && !found.gone, t.changed
}

// each visits all records; the function must not call the table.
func (t *table) each(f func(Record)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.rows {
		if !r.gone {
			f(r.Record)
		}
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
	err = again(ctx, func() error {
		t.mu.Lock()
		at, ok := t.rows[id]
		t.mu.Unlock()
		if !ok || at.gone {
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
		if outdated(err) {
			if _, err := t.fresh(ctx, id); err != nil {
				return err
			}
			return errOutdated
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
	if err := again(ctx, func() error { return t.kv.Purge(ctx, id) }); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[id] = row{revision: t.rows[id].revision, gone: true}
	close(t.changed)
	t.changed = make(chan struct{})
	return nil
}
