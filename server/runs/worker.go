package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

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
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.Is(err, jetstream.ErrNoMessages):
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
	id := string(m.Data())
	release := s.hold(m)
	late := context.WithoutCancel(ctx) // what has to be written at the end is still written
	done, err := s.attempt(ctx, late, w, id)
	release()
	switch {
	case errors.Is(err, errReplaced), errors.Is(err, ErrUnknown):
		slog.Debug("a run was given up", "run", id, "why", err)
		err = m.Ack() // of no effect where another worker has the job now
	case err != nil:
		slog.Warn("a run is left to the next attempt", "run", id, "error", err)
		err = m.NakWithDelay(2 * time.Second)
	case !done:
		err = m.Nak()
	default:
		err = again(late, func() error { return m.DoubleAck(late) })
	}
	if err != nil {
		slog.Debug("the queue was not told", "run", id, "error", err)
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
func (s *Service) attempt(ctx, late context.Context, w Worker, id string) (done bool, err error) {
	t, r, err := s.take(late, w, id)
	if err != nil || r.Phase == over {
		return true, err
	}
	inner, cancel := context.WithCancelCause(late) // not of ctx, whose end would be the first cause
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(errHandBack) })()
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel(nil)
	watching.Go(func() { s.heed(inner, id, t.attempt, cancel) })

	k := newKeeper(late, s, t, r)
	defer k.close()
	var word *fit.Stopped
	tell := Throttle(func(e fit.Event) {
		if stopped, last := e.(fit.Stopped); last {
			word = &stopped // said when the weights are kept
			return
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
		slog.Info("a run goes on", "run", id, "epochs", len(session.From.History), "attempt", t.attempt)
		for _, e := range session.From.History { // the log may have missed the last
			tell(e)
		}
	}
	params, err := guarded(inner, w.Train, session)
	before := k.wait()
	why := context.Cause(inner)
	end := fit.Stopped{Reason: fit.Interrupted, Epochs: len(t.history), Best: best(t.history)}
	switch {
	case errors.Is(why, errReplaced):
		return false, errReplaced
	case err == nil && word != nil:
		end.Reason = word.Reason
	case err == nil:
		err = errors.New("the training ended without saying so")
	case errors.Is(why, errStopped):
		err = nil
	case errors.Is(why, errHandBack):
		return false, s.handBack(late, t)
	case why != nil: // the log cannot be written
		return false, why
	}
	final := ""
	if err == nil && params != nil {
		if final, err = k.final(end, params); err != nil {
			err = fmt.Errorf("%w: %w", ErrNotKept, errors.Join(err, before))
		}
	}
	if err != nil {
		end.Reason = fit.Failed
	}
	return true, s.finish(late, t, end, final, err)
}

// handBack leaves the run to whoever takes it next.
func (s *Service) handBack(ctx context.Context, t *trail) error {
	_, err := s.records.update(ctx, t.id, func(r *Record) error {
		if r.Attempt != t.attempt {
			return errReplaced
		}
		r.Phase, r.Worker, r.Lost = waiting, "", 0
		return nil
	})
	return err
}

// take makes the run this worker's own. A run that is over comes back so.
func (s *Service) take(ctx context.Context, w Worker, id string) (*trail, Record, error) {
	for {
		t, err := s.read(ctx, id)
		if err != nil {
			return nil, Record{}, err
		}
		was := Record{}
		r, err := s.records.update(ctx, id, func(r *Record) error {
			was = *r
			if r.Phase == over {
				return errEnough
			}
			r.Phase, r.Worker, r.Final = working, w.Name, ""
			r.Attempt++
			r.Lost++
			return nil
		})
		if err != nil || r.Phase == over {
			return t, r, err
		}
		t.attempt = r.Attempt
		if t.ended != nil && was.Phase == working {
			// Its last worker died between the run's last word and the record of it.
			return t, Record{Phase: over}, s.finish(ctx, t, *t.ended, was.Final, was.fault())
		}
		if r.Lost > lostLimit {
			err := fmt.Errorf("runs: its worker was lost %d times in a row; perhaps it needs more memory than there is", r.Lost-1)
			return t, Record{Phase: over}, s.finish(ctx, t, fit.Stopped{Reason: fit.Failed, Epochs: len(t.history), Best: best(t.history)}, "", err)
		}
		err = t.add(ctx, entry{At: time.Now(), Taken: w.Name})
		if !errors.Is(err, errReplaced) {
			return t, r, err
		}
	}
}

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

// finish writes the run's last word, then the record of it.
func (s *Service) finish(ctx context.Context, t *trail, end fit.Stopped, final string, failed error) error {
	if t.ended == nil {
		if err := t.add(ctx, entry{At: time.Now(), Event: end}); err != nil {
			return err
		}
	}
	_, err := s.records.update(ctx, t.id, func(r *Record) error {
		if r.Attempt != t.attempt {
			return errReplaced
		}
		r.Phase, r.End, r.Stopped, r.Lost, r.Stop = over, t.last, end, 0, false
		r.History, r.Final, r.Error = t.history, final, troubleOf(failed)
		return nil
	})
	if end.Reason != fit.Interrupted { // nobody goes on from there
		if err := s.weights.Delete(ctx, t.id+"/"+cutName); err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
			slog.Warn("a checkpoint was not deleted", "run", t.id, "error", err)
		}
	}
	s.Untidy()
	return err
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
