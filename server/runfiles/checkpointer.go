package runfiles

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/kernel"
)

// Checkpointer writes checkpoints beside a training in the terminal, one at a time: the training waits only when
// the one before is not done. One that cannot be written is told of once, and ends nothing.
type Checkpointer struct {
	to    *Unfinished
	mixed bool // it has gone on with another arithmetic

	last time.Time    // one was asked for
	cost atomic.Int64 // nanoseconds that writing the last one took
	work chan func() error
	done sync.WaitGroup
}

// At most so long lies between two checkpoints that can be written.
const checkpointEvery = 10 * time.Second

// NewCheckpointer starts the writer. Close it.
func NewCheckpointer(to *Unfinished, mixed bool) *Checkpointer {
	k := &Checkpointer{to: to, mixed: mixed, last: time.Now(), work: make(chan func() error)}
	k.done.Go(func() {
		told := false
		for f := range k.work {
			began := time.Now()
			err := f()
			k.cost.Store(int64(time.Since(began)))
			if err != nil && !told {
				slog.Warn("where the training stands cannot be kept: should it break off, it begins anew", "run", to.Job.ID, "error", err)
				told = true
			}
		}
	})
	return k
}

// Close waits for what is being written.
func (k *Checkpointer) Close() {
	close(k.work)
	k.done.Wait()
}

// due tells whether it is time for one: often enough to lose little, seldom enough for writing to be a small
// share of the work.
func (k *Checkpointer) due(atLeast time.Duration, share int64) bool {
	if time.Since(k.last) < min(checkpointEvery, max(atLeast, time.Duration(share*k.cost.Load()))) {
		return false
	}
	k.last = time.Now()
	return true
}

// Epoch is told of every epoch that is over.
func (k *Checkpointer) Epoch(history []fit.EpochDone, m *fit.Model) {
	s := k.to.Job.Settings
	if best := fit.ConfigOf(s).BestEpoch(history); s.RestoreBest && best == len(history) {
		meta, p := checkpoint.Meta{Settings: s, Epoch: best, History: history}, m.Params()
		k.work <- func() error { return k.to.putBest(best, meta, p) }
	}
	if k.due(0, 10) {
		k.Cut(history, nil, m)
	}
}

// Midway is told of places within one.
func (k *Checkpointer) Midway(history []fit.EpochDone, at fit.Position, m *fit.Model) {
	if k.due(time.Second, 50) {
		k.Cut(history, &at, m)
	}
}

// Cut keeps where the training stands.
func (k *Checkpointer) Cut(history []fit.EpochDone, at *fit.Position, m *fit.Model) {
	p, state := m.Snapshot()
	c := checkpoint.Cut{Settings: k.to.Job.Settings, History: history, Within: at, Params: p, State: state, Mixed: k.mixed, Arithmetic: kernel.Arithmetic()}
	k.work <- func() error { return k.to.put(c) }
}
