package store_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
)

// deaf is a bucket whose watchers tell what is there, and then nothing more; after some of them they
// hear again.
type deaf struct {
	jetstream.KeyValue
	mu    sync.Mutex
	times int // watchers that are to be deaf
}

func (d *deaf) Watch(ctx context.Context, keys string, o ...jetstream.WatchOpt) (jetstream.KeyWatcher, error) {
	w, err := d.KeyValue.Watch(ctx, keys, o...)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.times--; err != nil || d.times < 0 {
		return w, err
	}
	return &deafWatcher{w, ctx, sync.OnceValue(func() <-chan jetstream.KeyValueEntry {
		out := make(chan jetstream.KeyValueEntry)
		go func() {
			for e := range w.Updates() {
				select {
				case out <- e:
				case <-ctx.Done():
					return
				}
				if e == nil {
					return
				}
			}
		}()
		return out
	})}, nil
}

type deafWatcher struct {
	jetstream.KeyWatcher
	ctx     context.Context
	updates func() <-chan jetstream.KeyValueEntry
}

func (w *deafWatcher) Updates() <-chan jetstream.KeyValueEntry { return w.updates() }

// followed is what a view was told, by key.
type followed struct {
	mu  sync.Mutex
	got map[string]string
}

func (f *followed) see(e jetstream.KeyValueEntry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.got[e.Key()] = string(e.Value()); e.Operation() != jetstream.KeyValuePut {
		delete(f.got, e.Key())
	}
}

func (f *followed) has(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.got[key]
	return ok
}

func (f *followed) all() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.got)
}

// counting is a bucket that counts its watchers.
type counting struct {
	jetstream.KeyValue
	watchers atomic.Int32
}

func (c *counting) Watch(ctx context.Context, keys string, o ...jetstream.WatchOpt) (jetstream.KeyWatcher, error) {
	c.watchers.Add(1)
	return c.KeyValue.Watch(ctx, keys, o...)
}

func TestFollow(t *testing.T) {
	follow := func(t *testing.T, deafTimes int) (*store.Store, *followed, *store.View) {
		s := open(t, store.Options{})
		t.Cleanup(s.Close)
		put(t, s, "a.1", "1")
		kv, err := s.Bucket(t.Context(), jetstream.KeyValueConfig{Bucket: "test"})
		if err != nil {
			t.Fatal(err)
		}
		f := &followed{got: map[string]string{}}
		var wg sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(func() { cancel(); wg.Wait() })
		v, err := s.Follow(ctx, &wg, &deaf{KeyValue: kv, times: deafTimes}, "a.*", f.see)
		if err != nil {
			t.Fatal(err)
		}
		if !f.has("a.1") {
			t.Error("what was there is not known")
		}
		return s, f, v
	}
	current := func(t *testing.T, v *store.View, wait time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		return v.Current(ctx)
	}
	t.Run("a watcher that hears", func(t *testing.T) {
		s, f, v := follow(t, 0)
		put(t, s, "a.2", "2")
		put(t, s, "b.1", "of other keys")
		if err := current(t, v, 10*time.Second); err != nil || !f.has("a.2") || f.has("b.1") {
			t.Errorf("%v, %v", err, f.got)
		}
	})
	t.Run("a watcher that stops hearing is replaced", func(t *testing.T) {
		s, f, v := follow(t, 1)
		put(t, s, "a.2", "2")
		if err := current(t, v, 10*time.Second); err != nil || !f.has("a.2") {
			t.Errorf("%v, %v", err, f.got)
		}
	})
	t.Run("nobody has to ask", func(t *testing.T) {
		s, f, _ := follow(t, 1)
		put(t, s, "a.2", "2")
		for end := time.Now().Add(20 * time.Second); !f.has("a.2"); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the entry never came")
			}
		}
	})
	t.Run("says that it is behind", func(t *testing.T) {
		s, _, v := follow(t, 1)
		s.Conn.Close() // the store does not answer at all
		if err := current(t, v, time.Second); err == nil {
			t.Error("a view of a store that does not answer is called current")
		}
	})
}

// A server that was started anew does not know of the watchers that were there before. Nothing is written
// here, so that a view cannot find out by itself.
func TestFollowsAnewAfterTheConnectionWasLost(t *testing.T) {
	s := open(t, store.Options{})
	t.Cleanup(s.Close)
	put(t, s, "a.1", "1")
	kv, err := s.Bucket(t.Context(), jetstream.KeyValueConfig{Bucket: "test"})
	if err != nil {
		t.Fatal(err)
	}
	counted := &counting{KeyValue: kv}
	f := &followed{got: map[string]string{}}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); wg.Wait() })
	if _, err := s.Follow(ctx, &wg, counted, "a.*", f.see); err != nil {
		t.Fatal(err)
	}
	for times := int32(2); times < 5; times++ {
		if err := s.Conn.ForceReconnect(); err != nil {
			t.Fatal(err)
		}
		until(t, 10*time.Second, func() bool { return counted.watchers.Load() == times })
	}
	put(t, s, "a.2", "2")
	until(t, 10*time.Second, func() bool { return f.has("a.2") })
}

func TestFollowOfOneThatNeverHears(t *testing.T) {
	s := open(t, store.Options{})
	t.Cleanup(s.Close)
	put(t, s, "a.1", "1")
	kv, err := s.Bucket(t.Context(), jetstream.KeyValueConfig{Bucket: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); wg.Wait() })
	release := make(chan struct{})
	first := true
	v, err := s.Follow(ctx, &wg, kv, "a.*", func(jetstream.KeyValueEntry) {
		if !first {
			<-release // the entry is on its way, and not taken in
		}
		first = false
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a.2", "2")
	short, end := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer end()
	if err := v.Current(short); !errors.Is(err, store.ErrBehind) {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := v.Current(t.Context()); err != nil {
		t.Error(err)
	}
}
