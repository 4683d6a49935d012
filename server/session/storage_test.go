package session

import (
	"context"
	"sync"
	"testing"
	"time"

	"cuaderno/server/servertest"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/notebook"
	"cuaderno/server/store"
	"cuaderno/web"
)

// deafAtFirst is a bucket whose first watcher hears nothing of what is written.
type deafAtFirst struct {
	jetstream.KeyValue
	once sync.Once
}

func (d *deafAtFirst) Watch(ctx context.Context, keys string, o ...jetstream.WatchOpt) (jetstream.KeyWatcher, error) {
	d.once.Do(func() { keys = "nothing.here" })
	return d.KeyValue.Watch(ctx, keys, o...)
}

// withRun is a notebook whose page shows the weights of a run.
func withRun(run string) *snapshot {
	p := &snapshot{state: notebook.New(web.DefaultReview)}
	p.state.Runs = []notebook.Run{{ID: run, Settings: p.state.Settings}}
	for i, id := range notebook.Order {
		if id == notebook.Fit {
			p.state.Cells[i].Done = &notebook.Outcome{Output: run, Result: web.IntroResult{}}
		}
	}
	return p
}

// A server that no longer hears of what other servers write must not take their readers' runs for
// runs that are on no page: tidying would delete their weights.
func TestRunsOnPagesOfOtherServersAreHeld(t *testing.T) {
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	here, err := openStorage(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	there, err := openStorage(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	here.kv = &deafAtFirst{KeyValue: here.kv}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(func() { cancel(); wg.Wait() })
	if err := here.follow(ctx, &wg, func() {}); err != nil {
		t.Fatal(err)
	}
	if err := there.save(t.Context(), servertest.NotebookID(1), withRun("run-1")); err != nil {
		t.Fatal(err)
	}
	held, err := here.held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	servertest.Same(t, "held", held, map[string]bool{"run-1": true})
}

// brittle is a bucket whose watchers can be ended from outside, as the client does when it gives one up.
type brittle struct {
	jetstream.KeyValue
	made chan jetstream.KeyWatcher
}

func (b *brittle) Watch(ctx context.Context, keys string, o ...jetstream.WatchOpt) (jetstream.KeyWatcher, error) {
	w, err := b.KeyValue.Watch(ctx, keys, o...)
	if err == nil {
		b.made <- w
	}
	return w, err
}

// Whatever becomes of the watcher of a notebook, what other servers write there is seen.
func TestNotebookIsWatchedAnew(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *store.Store, jetstream.KeyWatcher){
		"its watcher ends": func(t *testing.T, _ *store.Store, w jetstream.KeyWatcher) {
			if err := w.Stop(); err != nil {
				t.Fatal(err)
			}
		},
		"the connection is lost": func(t *testing.T, s *store.Store, _ jetstream.KeyWatcher) {
			if err := s.Conn.ForceReconnect(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := store.Open(t.Context(), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(st.Close)
			k, err := openStorage(t.Context(), st)
			if err != nil {
				t.Fatal(err)
			}
			b := &brittle{k.kv, make(chan jetstream.KeyWatcher, 10)}
			k.kv = b
			ctx, cancel := context.WithCancel(t.Context())
			seen := make(chan snapshot, 10)
			var wg sync.WaitGroup
			wg.Go(func() { k.watch(ctx, servertest.NotebookID(1), func(p snapshot) { seen <- p }) })
			t.Cleanup(func() { cancel(); wg.Wait() })
			next := func(what string) jetstream.KeyWatcher {
				t.Helper()
				select {
				case w := <-b.made:
					return w
				case <-time.After(10 * time.Second):
					t.Fatalf("no %s watcher", what)
					return nil
				}
			}
			end(t, st, next("first"))
			next("second")
			if err := k.save(t.Context(), servertest.NotebookID(1), withRun("run-1")); err != nil {
				t.Fatal(err)
			}
			select {
			case p := <-seen:
				servertest.Same(t, "run", p.state.Runs[0].ID, "run-1")
			case <-time.After(10 * time.Second):
				t.Fatal("what was written is not seen")
			}
		})
	}
}
