package runs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// The weights of an epoch are there when Await returns, whether it is asked before, while or after.
func TestAwait(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	step := make(chan struct{})
	p.worker(func(ctx context.Context, s runs.Session) (*nn.Params, error) {
		spec := nn.SpecOf(s.Job.Settings)
		m, err := fit.NewModel(spec, 4, 1)
		if err != nil {
			return nil, err
		}
		defer m.Close()
		var history []fit.EpochDone
		for e := 1; e <= 2; e++ {
			<-step
			history = append(history, fit.EpochDone{Epoch: e})
			s.Epoch(history, m)
			s.Tell(history[e-1])
		}
		s.Tell(fit.Stopped{Reason: fit.Finished, Epochs: 2})
		return m.Params(), nil
	})
	id := p.submit(job(2))
	come := make(chan error, 1)
	go func() { come <- p.Await(t.Context(), id, 2) }()
	step <- struct{}{}
	if err := p.Await(t.Context(), id, 1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Weights(t.Context(), id, 1); err != nil {
		t.Errorf("after waiting for them: %v", err)
	}
	select {
	case err := <-come:
		t.Errorf("an epoch that is still to come was there: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	step <- struct{}{}
	if err := <-come; err != nil {
		t.Error(err)
	}
	if err := p.Await(t.Context(), "nobody", 1); !errors.Is(err, runs.ErrUnknown) {
		t.Errorf("of no run: %v", err)
	}
	late, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := p.Await(late, id, 3); !errors.Is(err, runs.ErrReleased) {
		t.Errorf("of an epoch that the run did not have: %v", err)
	}
}
