package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// View follows some of a bucket's entries and knows how far it has come. It reads all anew when the
// connection was lost: a server that has begun anew knows nothing of a watcher, and the client takes up
// to 20 s to notice. A watcher of a cluster that has lost a server may wait for ever for what will not
// come: a view also asks now and then whether it has missed something.
type View struct {
	store *Store
	kv    jetstream.KeyValue
	keys  string
	see   func(jetstream.KeyValueEntry)
	again chan struct{} // asks for all to be read anew

	mu    sync.Mutex
	seen  uint64        // the last entry that came
	moved chan struct{} // closed when another has come
}

// ErrBehind says that a view has not seen all that the bucket holds.
var ErrBehind = errors.New("what is known is older than what is kept")

const (
	// vigil is how often a view asks whether it has missed something.
	vigil = 3 * time.Second
	// overdue is how long an entry may take that is known to be there, before all is read anew.
	overdue = time.Second
)

// Follow hands over every entry under the keys, old and new, also those that are deleted, until the
// context ends. It returns when all that was there has been handed over.
func (s *Store) Follow(ctx context.Context, wg *sync.WaitGroup, kv jetstream.KeyValue, keys string, see func(jetstream.KeyValueEntry)) (*View, error) {
	v := s.view(kv, keys, see)
	ready, failed := make(chan struct{}), make(chan error, 1)
	wg.Go(func() {
		once := sync.OnceFunc(func() { close(ready) })
		if err := v.attend(ctx, once); err != nil {
			failed <- err
			return
		}
		v.attendAgain(ctx, once)
	})
	select {
	case <-ready:
		return v, nil
	case err := <-failed:
		return nil, fmt.Errorf("store: following %s: %w", kv.Bucket(), err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Watch hands over every entry under the keys, old and new, also those that are deleted, until the context
// ends. A store that cannot be read is asked again.
func (s *Store) Watch(ctx context.Context, kv jetstream.KeyValue, keys string, see func(jetstream.KeyValueEntry)) {
	v := s.view(kv, keys, see)
	if err := v.attend(ctx, func() {}); err != nil {
		v.pause(ctx, err)
	}
	v.attendAgain(ctx, func() {})
}

func (s *Store) view(kv jetstream.KeyValue, keys string, see func(jetstream.KeyValueEntry)) *View {
	return &View{store: s, kv: kv, keys: keys, see: see, again: make(chan struct{}, 1), moved: make(chan struct{})}
}

// attendAgain attends until the context ends.
func (v *View) attendAgain(ctx context.Context, ready func()) {
	for ctx.Err() == nil {
		slog.Warn("a bucket is read anew", "bucket", v.kv.Bucket(), "keys", v.keys)
		if err := v.attend(ctx, ready); err != nil {
			v.pause(ctx, err)
		}
	}
}

// pause waits before a bucket that could not be read is asked again.
func (v *View) pause(ctx context.Context, why error) {
	slog.Debug("a bucket cannot be read", "bucket", v.kv.Bucket(), "keys", v.keys, "error", why)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}

// attend reads from the beginning until the context ends, until the connection was lost, or until it
// finds that it is behind; ready is called when all that was there has come.
func (v *View) attend(ctx context.Context, ready func()) error {
	anew := v.store.Anew()
	w, err := v.kv.Watch(ctx, v.keys)
	if err != nil {
		return err
	}
	defer func() { _ = w.Stop() }() // its connection may be closed already
	tick := time.NewTicker(vigil)
	defer tick.Stop()
	v.reached(0)
	seen, due := uint64(0), uint64(0)
	for {
		select {
		case e, ok := <-w.Updates():
			switch {
			case !ok:
				return nil
			case e == nil:
				ready()
			default:
				seen = e.Revision()
				v.see(e)
				v.reached(seen)
			}
		case <-tick.C:
			if due > seen {
				return nil // what was there at the last look has not come since
			}
			if last, err := v.latest(ctx); err == nil {
				due = last
			}
		case <-anew:
			return nil
		case <-v.again:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

func (v *View) reached(seen uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen = seen
	close(v.moved)
	v.moved = make(chan struct{})
}

// Current returns when all that the bucket held at the call has been handed over; ErrBehind if it has
// not come by the end of the context.
func (v *View) Current(ctx context.Context) error {
	due, err := v.latest(ctx)
	if err != nil {
		return fmt.Errorf("store: %s: %w", v.kv.Bucket(), err)
	}
	for {
		v.mu.Lock()
		seen, moved := v.seen, v.moved
		v.mu.Unlock()
		if seen >= due {
			return nil
		}
		select {
		case <-moved:
		case <-time.After(overdue):
			select {
			case v.again <- struct{}{}:
			default:
			}
		case <-ctx.Done():
			return fmt.Errorf("store: %s: %w (%w)", v.kv.Bucket(), ErrBehind, ctx.Err())
		}
	}
}

// latest is the number of the last entry under the keys; 0 without any. It asks the bucket's leader:
// a copy may be behind just as the view is.
func (v *View) latest(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, vigil)
	defer cancel()
	request, err := json.Marshal(map[string]string{"last_by_subj": "$KV." + v.kv.Bucket() + "." + v.keys})
	if err != nil {
		return 0, err
	}
	m, err := v.store.Conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET.KV_"+v.kv.Bucket(), request)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Seq uint64 `json:"seq"`
		} `json:"message"`
	}
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return 0, err
	}
	switch {
	case answer.Error == nil:
		return answer.Message.Seq, nil
	case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return 0, nil
	}
	return 0, answer.Error
}
