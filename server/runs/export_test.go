package runs

import (
	"context"
	"io"
	"time"

	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
)

// Checkpoint keeps what a worker keeps after an epoch, and waits for it.
func (s *Service) Checkpoint(ctx context.Context, id string, m *fit.Model) error {
	r, _, _ := s.records.get(id)
	k := newKeeper(ctx, s, &trail{service: s, id: id}, r)
	k.epoch([]fit.EpochDone{{Epoch: 1}}, m)
	return k.wait()
}

// Lose counts a worker that took a run and was not heard of again.
func (s *Service) Lose(ctx context.Context, id string) {
	_, _ = s.records.update(ctx, id, func(r *Record) error { r.Attempt++; r.Lost++; return nil })
}

// Tell adds an event to a run's log.
func (s *Service) Tell(ctx context.Context, id string, e fit.Event) error {
	t, err := s.read(ctx, id)
	if err != nil {
		return err
	}
	return t.add(ctx, entry{At: time.Now(), Event: e})
}

// Recut changes a run's checkpoint.
func (s *Service) Recut(ctx context.Context, id string, change func(*checkpoint.Cut)) error {
	c, err := object(ctx, s, id, cutName, checkpoint.LoadCut)
	if err != nil {
		return err
	}
	change(&c)
	return s.put(ctx, id, cutName, 0, func(w io.Writer) error { return checkpoint.SaveCut(w, c) })
}

// Rows is how many records are in memory, and Buried of how many it is known that they are gone.
func (s *Service) Rows() int {
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	return len(s.records.rows)
}

func (s *Service) Buried() int {
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	return s.records.gone.Len()
}

// Late is told of a run's first revision after all others, and Bury that a run is gone.
func (s *Service) Late(id string) { s.records.set(id, row{revision: 1}) }
func (s *Service) Bury(id string) { s.records.bury(id, 1) }
