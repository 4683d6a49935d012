package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"cuaderno/server/store"

	"github.com/nats-io/nats.go/jetstream"
)

// A delivery is a job as the queue gives it to a worker.
type delivery struct {
	run    string
	queued int    // the how manieth of the run
	seq    uint64 // its number in the queue
	times  uint64 // how often it was delivered
}

// jobID names a job: to publish again what was perhaps published is of no effect, while to queue the
// run another time is not taken for the same.
func jobID(run string, queued int) string { return fmt.Sprintf("%s#%d", run, queued) }

func deliveryOf(m jetstream.Msg) (d delivery, err error) {
	meta, err := m.Metadata()
	if err != nil {
		return d, fmt.Errorf("runs: a job: %w", err)
	}
	d = delivery{run: string(m.Data()), seq: meta.Sequence.Stream, times: meta.NumDelivered}
	if text, ok := strings.CutPrefix(m.Headers().Get(jetstream.MsgIDHeader), d.run+"#"); ok {
		d.queued, _ = strconv.Atoi(text) // 0 would only be less careful
	}
	return d, nil
}

// enqueue publishes the job that a record tells of.
func (s *Service) enqueue(ctx context.Context, r Record) error {
	id, seq := r.Job.ID, uint64(0)
	err := store.Retry(ctx, func() error {
		ack, err := s.store.Publish(ctx, jobsPrefix+id, []byte(id), jetstream.WithMsgID(jobID(id, r.Queued)))
		if err == nil {
			seq = ack.Sequence
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("runs: %s was not queued: %w", id, err)
	}
	_, err = s.records.update(ctx, id, func(now *Record) error {
		if now.Phase == over || now.Queued != r.Queued || now.Ticket != 0 {
			return errEnough
		}
		now.Ticket = seq
		return nil
	})
	if err != nil { // it is in the queue all the same
		slog.Debug("a job's place is not known", "run", id, "error", err)
	}
	return nil
}

// Mend sees to it that a run that is not over comes to its end, whatever died between two writes: one
// that was stopped while it waited is over, and one that has no job gets another. Any number of
// processes may do it at once, see take.
func (s *Service) Mend(ctx context.Context, id string) error {
	r, known, _ := s.records.get(id)
	if !known {
		var err error
		if r, err = s.records.fresh(ctx, id); err != nil {
			return err
		}
	}
	if r.Phase == waiting && r.Stop {
		r, err := s.records.fresh(ctx, id)
		if err != nil || r.Phase != waiting || !r.Stop {
			return err
		}
		return s.halt(ctx, r)
	}
	if r.Phase == over {
		return nil
	}
	_, err := s.jobs.GetLastMsgForSubject(ctx, jobsPrefix+id)
	if !errors.Is(err, jetstream.ErrMsgNotFound) {
		return err
	}
	moved := false
	r, err = s.records.update(ctx, id, func(now *Record) error {
		if moved = now.Phase == over || now.Queued != r.Queued || now.Attempt != r.Attempt; moved {
			return errEnough
		}
		now.Queued++
		now.Ticket = 0
		return nil
	})
	if err != nil || moved {
		return err
	}
	slog.Warn("a run had no job and is queued again", "run", id, "phase", r.Phase)
	return s.enqueue(ctx, r)
}

// mendAll looks after every run that is not over.
func (s *Service) mendAll(ctx context.Context) {
	var open []Record
	s.records.each(func(r Record) {
		if r.Phase != over {
			open = append(open, r)
		}
	})
	if len(open) == 0 {
		return
	}
	info, err := s.jobs.Info(ctx, jetstream.WithSubjectFilter(jobsPrefix+">"))
	if err != nil {
		slog.Debug("the queue is not seen", "error", err)
		return
	}
	for _, r := range open {
		if info.State.Subjects[jobsPrefix+r.Job.ID] > 0 && !(r.Stop && r.Phase == waiting) {
			continue
		}
		if err := s.Mend(ctx, r.Job.ID); err != nil && !errors.Is(err, ErrUnknown) {
			slog.Warn("a run was not mended", "run", r.Job.ID, "error", err)
		}
	}
}
