package runs_test

import (
	"math"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/training/fit"
)

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
