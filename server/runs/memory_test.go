package runs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

// epochs is a training that sends as many epochs as the settings ask for and waits for a word
// before each.
func epochs(step <-chan struct{}) runs.Train {
	return func(ctx context.Context, job runs.Job, tell fit.Observer) (runs.Weights, error) {
		w := runs.Weights{}
		for e := range job.Settings.Epochs {
			tell(fit.EpochStarted{Epoch: e + 1, Epochs: job.Settings.Epochs, Steps: 2})
			tell(fit.BatchDone{Epoch: e + 1, Batch: 2, Steps: 2})
			select {
			case <-ctx.Done():
				tell(fit.Stopped{Reason: "interrupted", Epochs: e})
				return w, ctx.Err()
			case <-step:
			}
			tell(fit.EpochDone{Epoch: e + 1, ValLoss: 1})
			w.Latest = &nn.Params{DenseBias: []float32{float32(e + 1)}}
		}
		tell(fit.Stopped{Reason: "finished", Epochs: job.Settings.Epochs})
		return w, nil
	}
}

func open() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func job(epochs int) runs.Job {
	s := training.Defaults()
	s.Epochs = epochs
	return runs.Job{Settings: s}
}

func submit(t *testing.T, m *runs.Memory, j runs.Job) string {
	t.Helper()
	id, err := m.Submit(j)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// tale writes a run's log down, entry by entry, until its end.
func tale(t *testing.T, m *runs.Memory, id string, after uint64) (lines []string) {
	t.Helper()
	for u, err := range m.Watch(t.Context(), id, after) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line(u))
	}
	return lines
}

func line(u runs.Update) string {
	switch e := u.Event.(type) {
	case nil:
		return fmt.Sprintf("%d place %d", u.Seq, u.Place)
	case fit.EpochStarted:
		return fmt.Sprintf("%d started %d", u.Seq, e.Epoch)
	case fit.BatchDone:
		return fmt.Sprintf("%d batch %d", u.Seq, e.Batch)
	case fit.EpochDone:
		return fmt.Sprintf("%d done %d", u.Seq, e.Epoch)
	case fit.Stopped:
		return fmt.Sprintf("%d %s", u.Seq, e.Reason)
	}
	return fmt.Sprintf("%T", u.Event)
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestLogIsReplayedFromAnyPoint(t *testing.T) {
	m := runs.NewMemory(epochs(open()), runs.Limits{})
	defer m.Close()
	id := submit(t, m, job(2))
	live := tale(t, m, id, 0)
	same(t, "end", live[len(live)-1], "7 finished")
	// What batches said is dropped with their epoch; the numbers stay.
	want := []string{"1 started 1", "3 done 1", "4 started 2", "6 done 2", "7 finished"}
	same(t, "replay", tale(t, m, id, 0), want)
	same(t, "replay after 3", tale(t, m, id, 3), want[2:])
	same(t, "replay after a dropped one", tale(t, m, id, 5), want[3:])
	same(t, "replay after the end", tale(t, m, id, 6), want[4:])
	result, err := m.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "history", len(result.History), 2)
	same(t, "weights", result.Weights.Latest.DenseBias, []float32{2})
	for _, err := range m.Watch(t.Context(), "nobody", 0) {
		same(t, "unknown run", errors.Is(err, runs.ErrUnknown), true)
	}
}

func TestManyWatchersSeeTheSame(t *testing.T) {
	step := make(chan struct{})
	m := runs.NewMemory(epochs(step), runs.Limits{})
	defer m.Close()
	id := submit(t, m, job(20))
	var wg sync.WaitGroup
	tales := make([][]string, 8)
	for i := range tales {
		wg.Go(func() { tales[i] = tale(t, m, id, 0) })
	}
	for range 20 {
		step <- struct{}{}
	}
	wg.Wait()
	for i, got := range tales {
		done := 0
		for _, l := range got {
			var seq, epoch int
			if n, _ := fmt.Sscanf(l, "%d done %d", &seq, &epoch); n == 2 {
				done++
				same(t, "epoch in order", epoch, done)
			}
		}
		same(t, fmt.Sprintf("epochs seen by watcher %d", i), done, 20)
	}
}

func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		step := make(chan struct{})
		m := runs.NewMemory(epochs(step), runs.Limits{Waiting: 2})
		defer m.Close()
		first, second, third := submit(t, m, job(1)), submit(t, m, job(1)), submit(t, m, job(1))
		_, err := m.Submit(job(1))
		same(t, "full", errors.Is(err, runs.ErrFull), true)
		working, waiting := m.Working()
		same(t, "working and waiting", [2]int{working, waiting}, [2]int{1, 2})
		_, err = m.Result(second)
		same(t, "unfinished", errors.Is(err, runs.ErrUnfinished), true)

		if err := m.Stop(second); err != nil {
			t.Fatal(err)
		}
		same(t, "stopped while it waited", tale(t, m, second, 0), []string{"1 place 1", "2 interrupted"})
		step <- struct{}{}
		step <- struct{}{}
		synctest.Wait()
		same(t, "the third moved up", tale(t, m, third, 0), []string{"1 place 2", "2 place 1", "3 started 1", "5 done 1", "6 finished"})
		same(t, "the first", tale(t, m, first, 0)[0], "1 started 1")
	})
}

func TestStopKeepsTheWeights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		step := make(chan struct{})
		m := runs.NewMemory(epochs(step), runs.Limits{})
		defer m.Close()
		id := submit(t, m, job(5))
		step <- struct{}{}
		synctest.Wait()
		if err := m.Stop(id); err != nil {
			t.Fatal(err)
		}
		got := tale(t, m, id, 0)
		same(t, "end", got[len(got)-1], "6 interrupted")
		result, err := m.Result(id)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "weights", result.Weights.Latest.DenseBias, []float32{1})
		same(t, "history", len(result.History), 1)
		m.Release(id)
		_, err = m.Result(id)
		same(t, "released", errors.Is(err, runs.ErrUnknown), true)
	})
}

func TestFailures(t *testing.T) {
	boom := errors.New("loss is not a number")
	for name, train := range map[string]runs.Train{
		"error": func(context.Context, runs.Job, fit.Observer) (runs.Weights, error) { return runs.Weights{}, boom },
		"panic": func(context.Context, runs.Job, fit.Observer) (runs.Weights, error) { panic("boom") },
		"no word": func(context.Context, runs.Job, fit.Observer) (runs.Weights, error) {
			return runs.Weights{}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := runs.NewMemory(train, runs.Limits{})
			defer m.Close()
			id := submit(t, m, job(1))
			same(t, "log", tale(t, m, id, 0), []string{"1 failed"})
			result, err := m.Result(id)
			if err != nil || result.Err == nil {
				t.Errorf("result %v, error %v", result, err)
			}
			same(t, "the next one runs", tale(t, m, submit(t, m, job(1)), 0), []string{"1 failed"})
		})
	}
}

func TestOldWeightsMakeRoom(t *testing.T) {
	m := runs.NewMemory(epochs(open()), runs.Limits{Bytes: 8})
	defer m.Close()
	var ids []string
	for range 3 {
		ids = append(ids, submit(t, m, job(1)))
		tale(t, m, ids[len(ids)-1], 0)
	}
	_, err := m.Result(ids[0])
	same(t, "the oldest is gone", errors.Is(err, runs.ErrReleased), true)
	_, err = m.Result(ids[2])
	same(t, "the newest is there", err, nil)
}

func TestCloseStopsEverything(t *testing.T) {
	m := runs.NewMemory(epochs(make(chan struct{})), runs.Limits{})
	ids := []string{submit(t, m, job(1)), submit(t, m, job(1))}
	m.Close()
	for _, id := range ids {
		got := tale(t, m, id, 0)
		same(t, "end", got[len(got)-1][2:], "interrupted")
	}
	_, err := m.Submit(job(1))
	same(t, "closed", errors.Is(err, runs.ErrClosed), true)
}

func TestThrottle(t *testing.T) {
	clock := time.Unix(0, 0)
	var got []fit.Event
	tell := runs.Throttle(func(e fit.Event) { got = append(got, e) }, 100*time.Millisecond, func() time.Time { return clock })
	const steps, step = 1000, 15 * time.Millisecond
	tell(fit.EpochStarted{Epoch: 1})
	for i := range steps {
		clock = clock.Add(step)
		tell(fit.BatchDone{Batch: i + 1, Steps: steps})
	}
	tell(fit.Validating{Reviews: 1, Of: 2})
	tell(fit.Validating{Reviews: 2, Of: 2})
	tell(fit.EpochDone{Epoch: 1})
	batches := len(got) - 3
	if most := int(math.Ceil(float64(steps*step) / float64(100*time.Millisecond))); batches > most+1 || batches < most/2 {
		t.Errorf("%d batches passed in %v, want about %d", batches, steps*step, most)
	}
	same(t, "the last of the epoch", got[batches], fit.Event(fit.BatchDone{Batch: steps, Steps: steps}))
	same(t, "the last of the validation", got[batches+1], fit.Event(fit.Validating{Reviews: 2, Of: 2}))
	same(t, "first and last", []fit.Event{got[0], got[batches+2]}, []fit.Event{fit.EpochStarted{Epoch: 1}, fit.EpochDone{Epoch: 1}})
}
