package runs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"cuaderno/training/fit"
)

// Stop ends a run, or takes it out of the queue. It keeps what was learnt so far.
func (s *Service) Stop(ctx context.Context, id string) error {
	r, err := s.records.update(ctx, id, func(r *Record) error {
		if r.Phase == over || r.Stop {
			return errEnough
		}
		r.Stop = true
		return nil
	})
	if err != nil || r.Phase != waiting {
		return err // its worker ends it
	}
	return s.halt(ctx, r)
}

// halt ends a run that waits.
func (s *Service) halt(ctx context.Context, r Record) error {
	t, err := s.read(ctx, r.Job.ID)
	if err != nil {
		return err
	}
	t.attempt = r.Attempt
	if r.Closing != nil {
		err = s.close(ctx, t, r)
	} else {
		err = s.lapse(ctx, t, r, nil)
	}
	if errors.Is(err, errReplaced) {
		return nil // it was taken this moment, or somebody else ends it
	}
	if err != nil || r.Ticket == 0 {
		return err
	}
	if err := s.jobs.DeleteMsg(ctx, r.Ticket); err != nil {
		slog.Debug("a stopped job is left to a worker", "run", r.Job.ID, "error", err)
	}
	return nil
}

// Resume queues a run again that was stopped before its end.
func (s *Service) Resume(ctx context.Context, id string) error {
	if s.ctx.Err() != nil {
		return ErrClosed
	}
	end := uint64(0)
	r, err := s.records.update(ctx, id, func(r *Record) error {
		switch {
		case r.Phase != over:
			return ErrUnfinished
		case r.Stopped.Reason != fit.Interrupted || len(r.History) >= r.Job.Settings.Epochs:
			return ErrWhole
		}
		end = r.End
		r.Phase, r.Stop, r.End, r.Stopped, r.Ticket = waiting, false, 0, fit.Stopped{}, 0
		r.Queued++
		return nil
	})
	if errors.Is(err, ErrUnfinished) {
		return errors.Join(err, s.Mend(ctx, id))
	}
	if err != nil {
		return err
	}
	t := trail{service: s, id: id, attempt: r.Attempt, last: end}
	if err := t.add(ctx, entry{At: time.Now(), Resumed: true}); err != nil && !errors.Is(err, errReplaced) {
		return err
	}
	return s.enqueue(ctx, r)
}
