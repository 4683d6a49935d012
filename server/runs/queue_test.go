package runs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/nn"
)

// A reader stops and resumes, again and again, while another's run is at work.
func TestResumedAgainWhileItWaits(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	j := real(func(s *training.Settings) { s.Epochs = 2 })
	j.ID = "the-run"
	id := p.submit(j)
	trainedHalf(t, p.Service, id, true)
	for range 3 {
		if err := p.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		same(t, "jobs in the queue", queued(t, p.store)[id], uint64(1))
		if err := p.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		same(t, "jobs of a stopped run", queued(t, p.store)[id], uint64(0))
		if _, _, err := p.Weights(t.Context(), id, 0); err != nil {
			t.Error(err)
		}
	}
	if err := p.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	p.worker(runs.Local(local))
	whole(t, p.Service, id, undisturbed(t, j))
}

// Where it is not known whether a job was published there may be several: the run is trained once.
func TestSecondJobsTrainNothing(t *testing.T) {
	for name, of := range map[string]struct {
		during bool // the second comes while the run is at work
		ids    [2]string
	}{
		"before":                  {ids: [2]string{"x", "y"}},
		"while it is at work":     {during: true, ids: [2]string{"x", "y"}},
		"of an earlier version":   {ids: [2]string{"the-run/0", "the-run/1"}},
		"numbered ahead of it":    {during: true, ids: [2]string{"x", "the-run#1"}},
		"numbered, both the same": {ids: [2]string{"the-run#1", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			j := job(2)
			j.ID = "the-run"
			publish := func() {
				for _, id := range of.ids {
					if _, err := p.store.Publish(t.Context(), "cuaderno.job.the-run", []byte("the-run"), jetstream.WithMsgID(id)); err != nil {
						t.Fatal(err)
					}
				}
			}
			p.submit(j)
			if !of.during {
				publish()
			}
			step := make(chan struct{})
			var attempts atomic.Int32
			train := epochs(step)
			for range 3 {
				p.worker(func(ctx context.Context, s runs.Session) (*nn.Params, error) {
					attempts.Add(1)
					return train(ctx, s)
				})
			}
			step <- struct{}{}
			if of.during {
				publish()
			}
			await(t, func() bool { return queued(t, p.store)["the-run"] == 1 })
			step <- struct{}{}
			tale(t, p.Service, "the-run", 0)
			await(t, func() bool { return queued(t, p.store)["the-run"] == 0 })
			same(t, "attempts", attempts.Load(), int32(1))
		})
	}
}

// Several servers find that a run has no job.
func TestTwoMendOneRun(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, *place){
		"its job": func(t *testing.T, p *place) {},
		"its job, and who took it": func(t *testing.T, p *place) {
			step := make(chan struct{})
			stop := p.worker(epochs(step))
			step <- struct{}{}
			stop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			others := []*runs.Service{p.Service, serviceOn(t, p.store, runs.Limits{}), serviceOn(t, p.store, runs.Limits{})}
			id := p.submit(job(2))
			lose(t, p)
			stream, err := p.store.JetStream.Stream(t.Context(), "CUADERNO_JOBS")
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, s := range others {
				for range 4 {
					wg.Go(func() {
						if err := s.Mend(t.Context(), id); err != nil {
							t.Error(err)
						}
					})
				}
			}
			wg.Wait()
			if n := queued(t, p.store)[id]; n < 1 {
				t.Errorf("%d jobs", n)
			}
			var attempts atomic.Int32
			train := epochs(open())
			for _, s := range others {
				workerOn(t, s, "one of them", func(ctx context.Context, s runs.Session) (*nn.Params, error) {
					attempts.Add(1)
					return train(ctx, s)
				})
			}
			tale(t, p.Service, id, 0)
			await(t, func() bool { return queued(t, p.store)[id] == 0 })
			same(t, "attempts", attempts.Load(), int32(1))
		})
	}
}

// A page that follows a run, or a worker that has nothing to do, finds that its job is lost. Each does so
// without the others.
func TestALookMends(t *testing.T) {
	for name, look := range map[string]func(*place, runs.Job) error{
		"of a page": func(p *place, j runs.Job) error {
			p.watched(j.ID)
			return nil
		},
		"of a page that hands it in": func(p *place, j runs.Job) error {
			_, err := p.Submit(p.t.Context(), j)
			return err
		},
		"of a page that resumes it": func(p *place, j runs.Job) error {
			if err := p.Resume(p.t.Context(), j.ID); !errors.Is(err, runs.ErrUnfinished) {
				return fmt.Errorf("a run that waits is resumed: %w", err)
			}
			return nil
		},
		"of the next page": func(p *place, j runs.Job) error { return p.Mend(p.t.Context(), j.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			j := job(1)
			j.ID = "the-run"
			p.submit(j)
			stream, err := p.store.JetStream.Stream(t.Context(), "CUADERNO_JOBS")
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := look(p, j); err != nil {
				t.Fatal(err)
			}
			await(t, func() bool { return queued(t, p.store)[j.ID] == 1 })
			p.worker(epochs(open()))
			tale(t, p.Service, j.ID, 0)
		})
	}
	t.Run("of an idle worker", func(t *testing.T) {
		p := newPlace(t, runs.Limits{})
		id := p.submit(job(1))
		stream, err := p.store.JetStream.Stream(t.Context(), "CUADERNO_JOBS")
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.worker(epochs(open()))
		await(t, func() bool { _, err := p.Result(id); return err == nil })
	})
}

// watched follows a run until the test ends.
func (p *place) watched(id string) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for range p.Watch(ctx, id, 0) {
		}
	})
	p.t.Cleanup(func() { cancel(); wg.Wait() })
}

// A worker hears of a job before it hears of the run, as it may in a cluster.
func TestJobComesBeforeItsRun(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	if _, err := p.store.Publish(t.Context(), "cuaderno.job.the-run", []byte("the-run"), jetstream.WithMsgID("the-run#1")); err != nil {
		t.Fatal(err)
	}
	p.worker(epochs(open()))
	time.Sleep(200 * time.Millisecond) // until it was looked at; what is checked holds either way
	same(t, "it waits", queued(t, p.store)["the-run"], uint64(1))
}

// Another job under the id of one that is there is refused, also where this process had not heard of it.
func TestAnotherJobUnderOneID(t *testing.T) {
	p := newPlace(t, runs.Limits{Waiting: 1})
	j := job(1)
	j.ID, j.Reviews = "the-run", "practice"
	p.submit(j)
	other := j
	other.Settings.Epochs++
	if _, err := p.Submit(t.Context(), other); !errors.Is(err, runs.ErrOther) {
		t.Errorf("another job: %v", err)
	}
	j.Reviews = ""
	if id, err := p.Submit(t.Context(), j); id != j.ID || err != nil { // though the queue is full
		t.Errorf("the same job: %v, %v", id, err)
	}
}
