package runs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// A run ends in three writes, so that whoever finds it half ended can go on: the record tells what its
// weights and its last word will be, the log has the word, the record says that it is over.

// conclude ends a run. The history is that of the weights.
func (s *Service) conclude(ctx context.Context, t *trail, end fit.Stopped, history []fit.EpochDone, final, held string, failed error) error {
	r, err := s.records.update(ctx, t.id, func(r *Record) error {
		if r.Attempt != t.attempt || r.Phase == over {
			return errReplaced
		}
		r.Final, r.Held, r.History, r.Closing, r.Error = final, held, history, &end, troubleOf(failed)
		for _, epoch := range r.Kept {
			if held == epochName(epoch) { // it was written meanwhile
				r.Final, r.Held = held, ""
			}
		}
		for epoch := range len(history) + 1 { // it may have been written and not noted
			if final == epochName(epoch) && !slices.Contains(r.Kept, epoch) {
				r.Kept = append(slices.Clip(r.Kept), epoch)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.close(ctx, t, r)
}

// close does what is left to do when the record tells how the run ends.
func (s *Service) close(ctx context.Context, t *trail, r Record) error {
	end := *r.Closing
	if t.ended == nil || *t.ended != end {
		for _, e := range r.History { // the log may have missed the last
			if err := t.add(ctx, entry{At: time.Now(), Event: e}); err != nil {
				return err
			}
		}
		if err := t.add(ctx, entry{At: time.Now(), Event: end}); err != nil {
			return err
		}
	}
	r, err := s.records.update(ctx, t.id, func(r *Record) error {
		if r.Attempt != t.attempt {
			return errReplaced
		}
		r.Phase, r.End, r.Stopped, r.Closing, r.Lost, r.Stop = over, t.last, end, nil, 0, false
		return nil
	})
	if err != nil {
		return err
	}
	if r.Error != nil {
		slog.Warn("a run has failed", "run", t.id, "epochs", end.Epochs, "error", r.Error.Text)
	} else {
		slog.Info("a run has ended", "run", t.id, "reason", end.Reason, "epochs", end.Epochs)
	}
	if end.Reason != fit.Interrupted && r.Final != cutName { // nobody goes on from there
		if err := s.weights.Delete(ctx, t.id+"/"+cutName); err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
			slog.Warn("a checkpoint was not deleted", "run", t.id, "error", err)
		}
	}
	s.Untidy()
	return nil
}

// lapse ends a run without its worker's weights, stopped or failed, with what the store has of it. What
// the log tells beyond that is taken back, as far as somebody may still go on from there.
func (s *Service) lapse(ctx context.Context, t *trail, r Record, failed error) error {
	if _, there := s.shelf.get(t.id, r.Held); there { // of an earlier end; nobody has trained since
		end := fit.Stopped{Reason: fit.Interrupted, Epochs: len(r.History), Best: best(r.History)}
		if failed != nil {
			end.Reason = fit.Failed
		}
		return s.conclude(ctx, t, end, r.History, "", r.Held, failed)
	}
	final, history, err := s.remains(ctx, t, r, errors.Is(failed, op.ErrNotFinite))
	if err != nil {
		return err
	}
	end := fit.Stopped{Reason: fit.Interrupted}
	if failed != nil {
		end.Reason = fit.Failed
	}
	if failed != nil || final == "" {
		history = t.history
	}
	end.Epochs, end.Best = len(history), best(history)
	return s.conclude(ctx, t, end, history, final, "", failed)
}

// remains finds the object with the latest weights of a run, and the history that led to them. Of a
// run whose numbers broke down these are a whole epoch's.
func (s *Service) remains(ctx context.Context, t *trail, r Record, whole bool) (final string, history []fit.EpochDone, err error) {
	if r.Final != "" {
		return r.Final, r.History, nil // nobody has trained since
	}
	epoch := len(t.history) + 1 // the log may not have the last
	for _, kept := range r.Kept {
		epoch = max(epoch, kept)
	}
	names := []string{finalName} // of an earlier end
	for ; epoch > 0; epoch-- {
		names = append(names, epochName(epoch))
	}
	// The weights of an earlier end are later than those of as many epochs.
	for _, name := range names {
		m, err := object(ctx, s, t.id, name, func(in io.Reader) (checkpoint.Meta, error) {
			m, _, err := checkpoint.Load(in) // to the end, where it is found out whether all is there
			return m, err
		})
		if store.Passing(err) {
			return "", nil, err
		}
		if err != nil || whole && name == finalName {
			continue
		}
		if final == "" || len(m.History) > len(history) {
			final, history = name, m.History
		}
		if name != finalName {
			break
		}
	}
	if whole {
		return final, history, nil
	}
	c, err := object(ctx, s, t.id, cutName, checkpoint.LoadCut)
	if store.Passing(err) {
		return "", nil, err
	}
	if err != nil || c.Settings != r.Job.Settings {
		return final, history, nil
	}
	if len(c.History) > len(history) || len(c.History) == len(history) && c.Within != nil {
		return cutName, c.History, nil
	}
	return final, history, nil
}

// settled are the weights of a cut: there, rows that were not met of late are not yet up to date.
func settled(c checkpoint.Cut) (*nn.Params, error) {
	m, err := fit.NewModel(nn.SpecOf(c.Settings), c.Settings.BatchSize, c.Settings.Seed)
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	defer m.Close()
	if err := m.Resume(c.Params, c.State); err != nil {
		return nil, fmt.Errorf("runs: the checkpoint does not fit: %w", err)
	}
	return m.Params(), nil
}
