package runs

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/training/fit"
)

// start is the entry after which to watch. A log that ends before the one that a watcher has seen was
// damaged: its numbers are given anew, and all of them are new to the watcher.
func (s *Service) start(ctx context.Context, after uint64) (uint64, error) {
	if after == 0 {
		return 0, nil
	}
	info, err := s.logs.Info(ctx)
	if err != nil {
		return 0, err
	}
	if info.State.LastSeq < after {
		return 0, nil
	}
	return after, nil
}

// lacks tells whether the end of a run that is over is not in its log: that was damaged, and there is
// nothing to wait for.
func (w *watcher) lacks(ctx context.Context, r Record) bool {
	patience := vigil
	if w.service.store.Embedded { // which has no replica that could be behind
		patience = settle
	}
	if r.Phase != over || time.Since(w.heard) < patience {
		return false
	}
	m, err := w.service.logs.GetMsg(ctx, r.End)
	if err == nil { // in a log that was begun anew the number may be another run's by now
		return m.Subject != logSubject(w.id)
	}
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

// retold is how a run ended, by its record: the epochs that the watcher has not heard of, and the last word.
func (w *watcher) retold(r Record) (all []Update) {
	for _, e := range r.History {
		if e.Epoch > w.epoch {
			all = append(all, Update{Seq: w.last, At: time.Now(), Event: e})
		}
	}
	return append(all, Update{Seq: max(w.last, r.End), At: time.Now(), Event: r.Stopped})
}

// hear notes the epochs that a watcher is told of.
func (w *watcher) hear(e fit.Event) {
	if done, ok := e.(fit.EpochDone); ok {
		w.epoch = max(w.epoch, done.Epoch)
	}
}
