package runs

import (
	"time"

	"cuaderno/training/fit"
)

// Throttle passes events on, but of the quick ones (batches, reviews validated) no more than one
// each interval, and the last of an epoch always.
func Throttle(tell fit.Observer, every time.Duration, now func() time.Time) fit.Observer {
	var last time.Time
	return func(e fit.Event) {
		whole := false
		switch e := e.(type) {
		case fit.BatchDone:
			whole = e.Batch == e.Steps
		case fit.Validating:
			whole = e.Reviews == e.Of
		default:
			tell(e)
			return
		}
		if at := now(); whole || at.Sub(last) >= every {
			last = at
			tell(e)
		}
	}
}
