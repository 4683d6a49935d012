package runs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	// nats.go starts this goroutine for every object put; where the object is so small that the put
	// ends before the goroutine has begun, it waits for ever on a channel that is nil by then.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/nats-io/nats.go/jetstream.(*jetStream).resetPendingAcksOnReconnect"))
}

// place is a store with a service on it, and workers.
type place struct {
	t     *testing.T
	store *store.Store
	*runs.Service
}

func newPlace(t *testing.T, l runs.Limits) *place {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return &place{t, st, serviceOn(t, st, l)}
}

func serviceOn(t *testing.T, st *store.Store, l runs.Limits) *runs.Service {
	t.Helper()
	s, err := runs.Open(t.Context(), st, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// worker works until the test ends, or until it is stopped.
func (p *place) worker(train runs.Train) (stop func()) {
	return workerOn(p.t, p.Service, "test", train)
}

func workerOn(t *testing.T, s *runs.Service, name string, train runs.Train) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { s.Work(ctx, runs.Worker{Name: name, Slots: 1, Train: train}) })
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return stop
}

// epochs is a training that sends as many epochs as the settings ask for and waits for a word
// before the end of each.
func epochs(step <-chan struct{}) runs.Train {
	return func(ctx context.Context, s runs.Session) (*nn.Params, error) {
		n := s.Job.Settings.Epochs
		w := func(e int) *nn.Params {
			p := nn.NewParams(nn.SpecOf(s.Job.Settings))
			p.DenseBias[0] = float32(e)
			return p
		}
		for e := 1; e <= n; e++ {
			s.Tell(fit.EpochStarted{Epoch: e, Epochs: n, Steps: 2})
			s.Tell(fit.BatchDone{Epoch: e, Batch: 2, Steps: 2})
			select {
			case <-ctx.Done():
				s.Tell(fit.Stopped{Reason: fit.Interrupted, Epochs: e - 1})
				return w(e - 1), ctx.Err()
			case <-step:
			}
			s.Tell(fit.EpochDone{Epoch: e, ValLoss: 1 / float64(e), Best: true})
		}
		s.Tell(fit.Stopped{Reason: fit.Finished, Epochs: n})
		return w(n), nil
	}
}

func open() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func job(epochs int) runs.Job {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units = 100, 2, 2
	s.Epochs = epochs
	return runs.Job{Settings: s}
}

func (p *place) submit(j runs.Job) string {
	p.t.Helper()
	id, err := p.Submit(p.t.Context(), j)
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// tale writes a run's log down, entry by entry, until its end, without numbers and places.
func tale(t *testing.T, s *runs.Service, id string, after uint64) (lines []string, seqs []uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for u, err := range s.Watch(ctx, id, after) {
		if err != nil {
			t.Fatalf("%v after %v", err, lines)
		}
		if line := line(u); line != "" {
			lines, seqs = append(lines, line), append(seqs, u.Seq)
		}
	}
	return lines, seqs
}

func line(u runs.Update) string {
	switch e := u.Event.(type) {
	case fit.EpochStarted:
		return fmt.Sprintf("started %d", e.Epoch)
	case fit.BatchDone:
		return fmt.Sprintf("batch %d of %d", e.Batch, e.Epoch)
	case fit.EpochDone:
		return fmt.Sprintf("done %d", e.Epoch)
	case fit.Stopped:
		return e.Reason
	}
	if u.Where != "" {
		return "taken by " + u.Where
	}
	return ""
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestLogIsReplayedFromAnyPoint(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	p.worker(epochs(open()))
	id := p.submit(job(2))
	tale(t, p.Service, id, 0)
	lines, seqs := tale(t, p.Service, id, 0)
	// Of what is of interest for a moment only the latest is left, in its place.
	want := []string{"taken by test", "started 1", "done 1", "started 2", "batch 2 of 2", "done 2", "finished"}
	same(t, "replay", lines, want)
	for i, seq := range seqs {
		rest, _ := tale(t, p.Service, id, seq)
		same(t, fmt.Sprintf("replay after entry %d", i), rest, append([]string(nil), want[i+1:]...))
	}
	result, err := p.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "history", len(result.History), 2)
	same(t, "worker", result.Worker, "test")
	w, meta, err := p.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", w.DenseBias[0], float32(2))
	same(t, "their epoch", meta.Epoch, 2)
	for _, err := range p.Watch(t.Context(), "nobody", 0) {
		same(t, "unknown run", errors.Is(err, runs.ErrUnknown), true)
	}
}

func TestManyWatchersSeeTheSame(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	step := make(chan struct{})
	p.worker(epochs(step))
	id := p.submit(job(20))
	var wg sync.WaitGroup
	tales := make([][]string, 8)
	for i := range tales {
		wg.Go(func() { tales[i], _ = tale(t, p.Service, id, 0) })
	}
	for range 20 {
		step <- struct{}{}
	}
	wg.Wait()
	for i, got := range tales {
		done := 0
		for _, l := range got {
			var epoch int
			if n, _ := fmt.Sscanf(l, "done %d", &epoch); n == 1 {
				done++
				same(t, "epoch in order", epoch, done)
			}
		}
		same(t, fmt.Sprintf("epochs seen by watcher %d", i), done, 20)
	}
}

func TestQueue(t *testing.T) {
	p := newPlace(t, runs.Limits{Waiting: 2})
	step := make(chan struct{})
	first, second := p.submit(job(1)), p.submit(job(1))
	_, err := p.Submit(t.Context(), job(1))
	same(t, "full", errors.Is(err, runs.ErrFull), true)
	again := job(1)
	again.ID = first
	working, waiting := p.Working()
	same(t, "working and waiting", [2]int{working, waiting}, [2]int{0, 2})
	_, err = p.Result(second)
	same(t, "unfinished", errors.Is(err, runs.ErrUnfinished), true)
	places := make(chan int, 10)
	var wg sync.WaitGroup
	wg.Go(func() {
		for u := range p.Watch(t.Context(), second, 0) {
			if u.Place > 0 {
				places <- u.Place
			}
		}
	})
	same(t, "place of the second", <-places, 2)
	p.worker(epochs(step))
	same(t, "it moves up", <-places, 1)
	if err := p.Stop(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	lines, _ := tale(t, p.Service, second, 0)
	same(t, "stopped while it waited", lines, []string{"interrupted"})
	third := p.submit(job(1))
	step <- struct{}{}
	step <- struct{}{}
	for _, id := range []string{first, third} {
		lines, _ := tale(t, p.Service, id, 0)
		same(t, "a run", lines, []string{"taken by test", "started 1", "batch 2 of 1", "done 1", "finished"})
	}
}

func TestTheSameJobTwice(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	j := job(1)
	j.ID = runs.NewID(time.Now())
	p.submit(j)
	p.submit(j)
	_, waiting := p.Working()
	same(t, "waiting", waiting, 1)
	for _, id := range []string{"../up", "a b", "a.b", "*", ">"} {
		if _, err := p.Submit(t.Context(), runs.Job{ID: id}); err == nil {
			t.Errorf("a run may be called %q", id)
		}
	}
}

func TestStopKeepsTheWeights(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	step := make(chan struct{})
	p.worker(epochs(step))
	id := p.submit(job(5))
	step <- struct{}{}
	if err := p.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	lines, _ := tale(t, p.Service, id, 0)
	same(t, "end", lines[len(lines)-1], "interrupted")
	result, err := p.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "history", len(result.History), 1)
	w, _, err := p.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", w.DenseBias[0], float32(1))
	if err := p.Release(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	_, err = p.Result(id)
	same(t, "released", errors.Is(err, runs.ErrUnknown), true)
	_, _, err = p.Weights(t.Context(), id, 0)
	same(t, "released", errors.Is(err, runs.ErrUnknown), true)
}

func TestFailures(t *testing.T) {
	boom := errors.New("loss is not a number")
	for name, train := range map[string]runs.Train{
		"error":   func(context.Context, runs.Session) (*nn.Params, error) { return nil, boom },
		"panic":   func(context.Context, runs.Session) (*nn.Params, error) { panic("boom") },
		"no word": func(context.Context, runs.Session) (*nn.Params, error) { return nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			p.worker(train)
			for range 2 { // the next one runs all the same
				id := p.submit(job(1))
				lines, _ := tale(t, p.Service, id, 0)
				same(t, "log", lines, []string{"taken by test", "failed"})
				result, err := p.Result(id)
				if err != nil || result.Err == nil {
					t.Errorf("result %v, error %v", result, err)
				}
				_, _, err = p.Weights(t.Context(), id, 0)
				same(t, "no weights", errors.Is(err, runs.ErrReleased), true)
			}
		})
	}
}
