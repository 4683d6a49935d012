package memory

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"
)

// Reclaimer gives memory back to the system when work has ended. Go alone keeps for minutes what a training
// needed, and what JetStream read and wrote lies in caches that it lets go of after ten seconds.
type Reclaimer struct {
	ended chan struct{}
	waits []time.Duration // after the work, one after another
	free  func()
}

func NewReclaimer() *Reclaimer {
	return &Reclaimer{ended: make(chan struct{}, 1), waits: []time.Duration{time.Second, 14 * time.Second}, free: giveBack}
}

// giveBack collects three times: a block of JetStream's caches that is let go of lies in a pool after the first
// and is out of it after the third.
func giveBack() {
	runtime.GC()
	runtime.GC()
	debug.FreeOSMemory()
}

// Rest is told whenever nothing is at work any more.
func (r *Reclaimer) Rest() {
	select {
	case r.ended <- struct{}{}:
	default:
	}
}

// Run works until the context ends. While something is at work it does nothing: to collect costs the
// training time.
func (r *Reclaimer) Run(ctx context.Context, busy func() bool) {
	for left := r.waits[:0]; ; {
		var due <-chan time.Time
		if len(left) > 0 {
			due = time.After(left[0])
		}
		select {
		case <-ctx.Done():
			return
		case <-r.ended:
			left = r.waits
		case <-due:
			left = left[1:]
			if !busy() {
				r.free()
			}
		}
	}
}
