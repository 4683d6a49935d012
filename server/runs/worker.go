package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Worker takes jobs from the queue.
type Worker struct {
	Name  string // of the machine, for those who watch
	Slots int    // trainings at once
	Train Train
}

// lostLimit is how many attempts in a row may end without a checkpoint before a job is given up: it
// may be the job that kills its workers.
const lostLimit = 10

// Work takes jobs until the context ends. Then it hands back what is unfinished, with a checkpoint,
// and returns when all is put away.
func (s *Service) Work(ctx context.Context, w Worker) {
	var wg sync.WaitGroup
	for range w.Slots {
		wg.Go(func() {
			for ctx.Err() == nil {
				s.next(ctx, w)
			}
		})
	}
	wg.Wait()
}

// next waits for a job and performs it.
func (s *Service) next(ctx context.Context, w Worker) {
	pull, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := s.workers.Next(jetstream.FetchContext(pull))
	switch {
	case err == nil:
		s.perform(ctx, w, m)
	case ctx.Err() != nil:
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout), errors.Is(err, jetstream.ErrNoMessages):
		s.mendAll(ctx) // while there is nothing else to do
	default:
		slog.Debug("no job", "error", err)
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// perform sees a job through, or hands it back.
func (s *Service) perform(ctx context.Context, w Worker, m jetstream.Msg) {
	d, err := deliveryOf(m)
	if err != nil {
		slog.Error("a job cannot be read", "error", err)
		return
	}
	release := s.hold(m)
	late := context.WithoutCancel(ctx) // what has to be written at the end is still written
	done, err := s.attempt(ctx, late, w, d)
	release()
	switch {
	case errors.Is(err, errReplaced):
		// Not told: to say that the job is done would take it from the worker that has it now.
		slog.Debug("a run was given up", "run", d.run, "why", err)
		return
	case errors.Is(err, errServed), errors.Is(err, ErrUnknown):
		slog.Debug("a job is not needed", "run", d.run, "why", err)
		err = m.Ack()
	case err != nil:
		slog.Warn("a run is left to the next attempt", "run", d.run, "error", err)
		err = m.NakWithDelay(2 * time.Second)
	case !done:
		err = m.Nak()
	default:
		err = store.Retry(late, func() error { return m.DoubleAck(late) })
	}
	if err != nil {
		slog.Debug("the queue was not told", "run", d.run, "error", err)
	}
}

// hold keeps a job from being given to another worker until it is released.
func (s *Service) hold(m jetstream.Msg) (release func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(s.limits.Silence / 5)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := m.InProgress(); err != nil {
					slog.Debug("the queue was not told", "error", err)
				}
			case <-stop:
				return
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

var (
	errStopped  = errors.New("runs: somebody stopped the run")
	errHandBack = errors.New("runs: the worker ends")
)

// attempt takes a run over and performs it; done is false if the context ended first.
func (s *Service) attempt(ctx, late context.Context, w Worker, d delivery) (done bool, err error) {
	t, r, err := s.take(late, w, d)
	if err != nil || r.Phase == over {
		return true, err
	}
	slog.Info("a run is taken", "run", d.run, "worker", w.Name, "attempt", t.attempt)
	inner, cancel := context.WithCancelCause(late) // not of ctx, whose end would be the first cause
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(errHandBack) })()
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel(nil)
	watching.Go(func() { s.heed(inner, d.run, t.attempt, cancel) })

	k := newKeeper(late, s, t, r)
	defer k.close()
	var word *fit.Stopped
	learnt := 0 // epochs that are in the weights; the log may have more, of a worker that was lost
	tell := Throttle(func(e fit.Event) {
		switch event := e.(type) {
		case fit.Stopped:
			word = &event // said when the weights are kept
			return
		case fit.EpochDone:
			learnt = event.Epoch
		}
		if quick(e) {
			t.live(entry{At: time.Now(), Event: e})
			return
		}
		if err := t.add(late, entry{At: time.Now(), Event: e}); err != nil {
			cancel(err)
		}
	}, s.limits.Every, time.Now)
	counted := func(e fit.Event) {
		if _, batch := e.(fit.BatchDone); batch {
			s.meter.step(time.Now())
		}
		tell(e)
	}
	session := Session{Job: r.Job, Tell: counted, Epoch: k.epoch, Midway: k.midway, Cut: k.cut}
	if session.From, session.Best = s.from(late, r); session.From != nil {
		for _, e := range session.From.History { // the log may have missed the last
			tell(e)
		}
	}
	if err := k.goesOn(session.From); err != nil {
		return false, err
	}
	slog.Info("a run begins", "run", d.run, "after", len(t.history), "of", r.Job.Settings.Epochs, "again", session.From != nil)
	params, err := guarded(inner, w.Train, session)
	before := k.wait()
	why := context.Cause(inner)
	history := t.history[:min(learnt, len(t.history))]
	end := fit.Stopped{Reason: fit.Interrupted, Epochs: len(history), Best: best(history)}
	switch {
	case errors.Is(why, errReplaced):
		return false, errReplaced
	case err == nil && word != nil:
		end.Reason = word.Reason
	case err == nil:
		err = errors.New("the training ended without saying so")
	case errors.Is(why, errStopped):
		if err = nil; learnt < len(t.history) {
			// A worker that was lost had come further than the cut from which this one went on.
			_, further, lost := s.remains(late, t, r, false)
			if lost != nil {
				return false, lost
			}
			if len(further) > learnt {
				params = nil
			}
		}
	case errors.Is(why, errHandBack):
		return false, s.handBack(late, t)
	case why != nil: // the log cannot be written
		return false, why
	}
	if err == nil && params != nil {
		final, held := "", ""
		if final, held, err = k.final(end, history, params); err == nil {
			return true, s.conclude(late, t, end, history, final, held, nil)
		}
		err = fmt.Errorf("%w: %w", ErrNotKept, errors.Join(err, before))
	}
	return true, s.lapse(late, t, r, err)
}

// handBack leaves the run to whoever takes it next.
func (s *Service) handBack(ctx context.Context, t *trail) error {
	slog.Info("a run is handed back", "run", t.id)
	_, err := s.records.update(ctx, t.id, func(r *Record) error {
		if r.Attempt != t.attempt {
			return errReplaced
		}
		r.Phase, r.Worker, r.Lost = waiting, "", 0
		return nil
	})
	return err
}

// errServed says that a run needs no work for this job.
var errServed = errors.New("runs: another job has brought the run to a worker")

// take makes the run this worker's own, or ends it if there is nothing to train. A run that is over
// comes back so. There may be several jobs of a run, where it was not known whether one was published:
// a run that is at work by one of them, as long as that is in the queue, is not taken by another.
func (s *Service) take(ctx context.Context, w Worker, d delivery) (*trail, Record, error) {
	if err := s.heard(ctx, d); err != nil {
		return nil, Record{}, err
	}
	for gone := uint64(0); ; {
		t, err := s.read(ctx, d.run)
		if err != nil {
			return nil, Record{}, err
		}
		var was Record
		r, err := s.records.update(ctx, d.run, func(r *Record) error {
			was = *r
			switch {
			case r.Phase == over:
				return errEnough
			case r.Phase == working && r.Ticket != 0 && r.Ticket != d.seq && r.Ticket != gone:
				return errServed
			}
			if r.Closing == nil && !r.Stop {
				r.Final, r.Held = "", "" // it will not be the last
			}
			r.Phase, r.Worker, r.Ticket = working, w.Name, d.seq
			r.Attempt++
			r.Lost++
			return nil
		})
		if errors.Is(err, errServed) {
			if _, there := s.jobs.GetMsg(ctx, was.Ticket); !errors.Is(there, jetstream.ErrMsgNotFound) {
				return nil, r, errors.Join(err, there)
			}
			gone = was.Ticket
			continue
		}
		if err != nil || r.Phase == over {
			return t, r, err
		}
		t.attempt = r.Attempt
		ended := Record{Phase: over}
		switch {
		case r.Closing != nil: // its last worker died in the midst of that
			return t, ended, s.close(ctx, t, r)
		case r.Stop:
			return t, ended, s.lapse(ctx, t, r, nil)
		case r.Lost > lostLimit:
			return t, ended, s.lapse(ctx, t, r, fmt.Errorf("runs: its worker was lost %d times in a row; perhaps it needs more memory than there is", r.Lost-1))
		}
		err = t.add(ctx, entry{At: time.Now(), Taken: w.Name})
		if !errors.Is(err, errReplaced) {
			return t, r, err
		}
	}
}

// heard makes sure that this process knows of what a job was queued for.
func (s *Service) heard(ctx context.Context, d delivery) error {
	r, known, _ := s.records.get(d.run)
	if known && r.Queued >= d.queued {
		return nil
	}
	r, err := s.records.fresh(ctx, d.run)
	if errors.Is(err, ErrUnknown) && d.times <= patient || err == nil && r.Queued < d.queued {
		return store.ErrConflict
	}
	return err
}

// patient is how often a job is put back of which there is no record: that may be on its way.
const patient = 3

// heed watches the record: somebody may stop the run, give it up, or take it over.
func (s *Service) heed(ctx context.Context, id string, attempt int, cancel context.CancelCauseFunc) {
	for {
		r, known, changed := s.records.get(id)
		switch {
		case !known, r.Attempt > attempt:
			cancel(errReplaced)
			return
		case r.Stop:
			cancel(errStopped)
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// guarded turns a panic of the training into an error: one reader's run must not end everybody's.
func guarded(ctx context.Context, train Train, session Session) (p *nn.Params, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			slog.Error("training panicked", "run", session.Job.ID, "panic", broken, "stack", string(debug.Stack()))
			err = fmt.Errorf("training panicked: %v", broken)
		}
	}()
	return train(ctx, session)
}
