package fit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"cuaderno/training/fit"
)

// A run that is cancelled leaves what it has, within a batch.
func TestACancelledRunLeavesItsPart(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     func(e fit.Event) bool
		epochs int
	}{
		{"in the first batch", func(e fit.Event) bool { return isBatch(e, 1, 1) }, 0},
		{"in the middle of an epoch", func(e fit.Event) bool { return isBatch(e, 2, 3) }, 1},
		{"after the last batch of an epoch", func(e fit.Event) bool { return isBatch(e, 2, 6) }, 1},
		{"when an epoch starts", func(e fit.Event) bool { s, ok := e.(fit.EpochStarted); return ok && s.Epoch == 3 }, 2},
		{"when an epoch is done", func(e fit.Event) bool { d, ok := e.(fit.EpochDone); return ok && d.Epoch == 2 }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := smallSettings()
			s.Epochs = 5
			batches, late := 0, 0
			var last fit.Event
			m, h, err := trainSmall(t, ctx, s, func(e fit.Event) {
				last = e
				if _, ok := e.(fit.BatchDone); ok {
					batches++
					if ctx.Err() != nil {
						late++
					}
				}
				if c.at(e) {
					cancel()
				}
			})
			if err != context.Canceled {
				t.Errorf("error %v, want the context's own", err)
			}
			if h.Reason != fit.Interrupted || len(h.Epochs) != c.epochs {
				t.Errorf("history %+v, want %d epochs", h, c.epochs)
			}
			if late > 0 {
				t.Errorf("%d batches after the cancellation", late)
			}
			if last != (fit.Stopped{Reason: fit.Interrupted, Epochs: c.epochs, Best: h.Best}) {
				t.Errorf("last event %#v", last)
			}
			// The model is still whole.
			if _, err := fit.Evaluate(t.Context(), m.Predictor(), fit.Prepare(smallCorpus(9, 7, 1), s).Test, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func isBatch(e fit.Event, epoch, batch int) bool {
	b, ok := e.(fit.BatchDone)
	return ok && b.Epoch == epoch && b.Batch == batch
}

func TestValidationStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := smallSettings()
	m := newModel(t, s)
	seen := 0
	h, err := fit.Run(ctx, m, fit.Prepare(smallCorpus(30, 2000, 1), s), fit.ConfigOf(s), func(e fit.Event) {
		if v, ok := e.(fit.Validating); ok {
			seen = v.Reviews
			cancel()
		}
	})
	if err != context.Canceled || h.Reason != fit.Interrupted || len(h.Epochs) != 0 {
		t.Errorf("error %v, history %+v", err, h)
	}
	if seen == 0 || seen > 500 {
		t.Errorf("%d of 2000 reviews were validated", seen)
	}
}

func TestADeadlineInterrupts(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	s := smallSettings()
	s.Epochs = 100_000
	_, h, err := trainSmall(t, ctx, s, nil)
	if !errors.Is(err, context.DeadlineExceeded) || h.Reason != fit.Interrupted {
		t.Errorf("error %v, reason %s", err, h.Reason)
	}
}

func TestARunThatNeverStarts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := smallSettings()
	m, h, err := trainSmall(t, ctx, s, nil)
	if err != context.Canceled || len(h.Epochs) != 0 || h.Best != 0 {
		t.Errorf("error %v, history %+v", err, h)
	}
	if m.Params().SHA256() != newModel(t, s).Params().SHA256() {
		t.Error("it trained all the same")
	}
}
