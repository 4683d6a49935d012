package main

import (
	"context"
	"sync"
	"testing"

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
func withRun(run string) *sheet {
	p := &sheet{state: notebook.New(web.DefaultReview)}
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
	here, err := openKeep(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	there, err := openKeep(t.Context(), st)
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
	if err := there.save(t.Context(), id(1), withRun("run-1")); err != nil {
		t.Fatal(err)
	}
	held, err := here.held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "held", held, map[string]bool{"run-1": true})
}
