package runs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/training/fit"
)

// settle is for how long a waiting run's place is not told: most are taken at once.
const settle = 300 * time.Millisecond

// Watch gives the run's log after an entry, then what comes, until the run is over. An error (the
// context's, ErrUnknown, ErrClosed) is the last thing it gives.
func (s *Service) Watch(ctx context.Context, id string, after uint64) iter.Seq2[Update, error] {
	return func(yield func(Update, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if _, known, _ := s.records.get(id); !known {
			yield(Update{}, fmt.Errorf("%w: %s", ErrUnknown, id))
			return
		}
		after, err := s.start(ctx, after)
		if err != nil {
			yield(Update{}, fmt.Errorf("runs: watching %s: %w", id, err))
			return
		}
		hearing, err := s.entries(ctx, id, after)
		if err != nil {
			yield(Update{}, err)
			return
		}
		defer s.silence(ctx, hearing)
		w := watcher{service: s, id: id, last: after, heard: time.Now(), mended: time.Now()}
		tick := time.NewTimer(settle)
		defer tick.Stop()
		for {
			r, known, changed := s.records.get(id)
			if !known {
				yield(Update{}, fmt.Errorf("%w: %s", ErrUnknown, id))
				return
			}
			if r.Phase == over && w.last >= r.End {
				return
			}
			select {
			case m := <-hearing.entries:
				w.heard = time.Now()
				u, ok, err := w.entry(m)
				if err != nil {
					yield(Update{}, err)
					return
				}
				if ok && !yield(u, nil) {
					return
				}
			case <-tick.C:
				if place := s.place(r); place != w.place {
					w.place = place
					if place > 0 && !yield(Update{Seq: w.last, At: time.Now(), Place: place}, nil) {
						return
					}
				}
				tick.Reset(settle)
				w.mend(ctx, r)
				if w.lacks(ctx, r) {
					for _, u := range w.retold(r) {
						if !yield(u, nil) {
							return
						}
					}
					return
				}
				if w.stalled(ctx) {
					yield(Update{}, errStalled)
					return
				}
			case <-hearing.Closed():
				yield(Update{}, errStalled)
				return
			case <-changed:
			case <-ctx.Done():
				yield(Update{}, ctx.Err())
				return
			case <-s.ctx.Done():
				yield(Update{}, ErrClosed)
				return
			}
		}
	}
}

// hearing is a consumer of a run's log on its way to one watcher.
type hearing struct {
	entries  <-chan jetstream.Msg
	consumer jetstream.Consumer
	jetstream.ConsumeContext
}

// unheard is how long a consumer stays that nobody asks: its process was killed. It is longer than the
// client waits before it asks again.
const unheard = time.Minute

// entries delivers both of the run's subjects, in the order of their numbers.
func (s *Service) entries(ctx context.Context, id string, after uint64) (hearing, error) {
	consumer, err := s.logs.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{logSubject(id), liveSubject(id)},
		DeliverPolicy:  jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1, InactiveThreshold: unheard,
	})
	if err != nil {
		return hearing{}, fmt.Errorf("runs: watching %s: %w", id, err)
	}
	entries := make(chan jetstream.Msg)
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		select {
		case entries <- m:
		case <-ctx.Done():
		}
	})
	if err != nil {
		return hearing{}, fmt.Errorf("runs: watching %s: %w", id, err)
	}
	return hearing{entries, consumer, consuming}, nil
}

// silence ends a hearing, and with it the consumer, which the client leaves to the server to forget.
func (s *Service) silence(ctx context.Context, h hearing) {
	h.Stop()
	info := h.consumer.CachedInfo()
	if info == nil {
		return // it was being made anew
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.logs.DeleteConsumer(ctx, info.Name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		slog.Debug("a consumer is left to be forgotten", "error", err)
	}
}

// vigil is how long nothing may come before a watcher asks whether there is something: a reader of a
// cluster that has lost a server may wait for ever for what will not come.
const vigil = 3 * time.Second

type watcher struct {
	service *Service
	id      string
	last    uint64
	attempt int
	place   int
	epoch   int       // the last that it was told is done
	heard   time.Time // of the last entry, or when somebody last asked for it
	due     uint64    // what is known to be there
	mended  time.Time // when the run was last looked after
}

// mend looks after a run that is not over, for whoever waits for it.
func (w *watcher) mend(ctx context.Context, r Record) {
	if r.Phase == over || time.Since(w.mended) < vigil {
		return
	}
	w.mended = time.Now()
	ctx, cancel := context.WithTimeout(ctx, vigil)
	defer cancel()
	if err := w.service.Mend(ctx, w.id); err != nil {
		slog.Debug("a run was not mended", "run", w.id, "error", err)
	}
}

// errStalled says that entries no longer come, though there are some: it is to be tried again.
var errStalled = errors.New("runs: the log is not heard any more")

// stalled asks for the log's last entry when nothing has come for long.
func (w *watcher) stalled(ctx context.Context) bool {
	if time.Since(w.heard) < vigil {
		return false
	}
	w.heard = time.Now()
	ctx, cancel := context.WithTimeout(ctx, vigil)
	defer cancel()
	m, err := w.service.logs.GetLastMsgForSubject(ctx, logSubject(w.id))
	if err != nil {
		return false
	}
	missed := w.due > w.last // it was there at the last look, and has not come since
	w.due = m.Sequence
	return missed
}

// entry turns a message into an update; ok is false for what is only of use here.
func (w *watcher) entry(m jetstream.Msg) (u Update, ok bool, err error) {
	meta, err := m.Metadata()
	if err != nil {
		return u, false, fmt.Errorf("runs: watching %s: %w", w.id, err)
	}
	e, err := decode(m.Data())
	if err != nil {
		return u, false, err
	}
	w.last = meta.Sequence.Stream
	w.hear(e.Event)
	switch {
	case e.Taken != "":
		w.attempt = max(w.attempt, e.Attempt)
	case quick(e.Event) && e.Attempt < w.attempt:
		return u, false, nil // of a worker that does not know it was replaced
	}
	u = Update{Seq: w.last, At: e.At, Where: e.Taken, Note: e.Note, Event: e.Event}
	return u, e.Event != nil || e.Taken != "" || e.Note != "", nil
}

// quick tells whether an event is of interest only until its epoch is done.
func quick(e fit.Event) bool {
	switch e.(type) {
	case fit.BatchDone, fit.Validating:
		return true
	}
	return false
}
