package runs

import (
	"context"
	"fmt"

	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// Session is one attempt at a job. Whatever is nil of its functions is not called.
type Session struct {
	Job  Job
	From *checkpoint.Cut // where an earlier attempt stood; nil at the beginning
	Best *nn.Params      // of its best epoch, where the settings ask for that in the end
	Tell fit.Observer

	// Epoch, Midway and Cut are called after every epoch, after every batch, and when the context
	// ended the training. They may copy from the model, and what they copy at is theirs.
	Epoch  func(history []fit.EpochDone, m *fit.Model)
	Midway func(history []fit.EpochDone, at fit.Position, m *fit.Model)
	Cut    func(history []fit.EpochDone, at *fit.Position, m *fit.Model)
}

// A Train performs one attempt until the job is done or the context ends. A stopped training returns
// the weights that it has together with the context's error.
type Train func(ctx context.Context, s Session) (*nn.Params, error)

// Local trains on this machine, on the data set that corpus finds by its hash.
func Local(corpus func(ctx context.Context, sha256 string) (*imdb.Corpus, error)) Train {
	return func(ctx context.Context, s Session) (*nn.Params, error) {
		c, err := corpus(ctx, s.Job.Corpus)
		if err != nil {
			return nil, err
		}
		settings := s.Job.Settings
		m, err := fit.NewModel(nn.SpecOf(settings), settings.BatchSize, settings.Seed)
		if err != nil {
			return nil, err
		}
		defer m.Close()
		config := fit.ConfigOf(settings)
		var history []fit.EpochDone
		var at *fit.Position
		if from := s.From; from != nil {
			if err := m.Resume(from.Params, from.State); err != nil {
				return nil, fmt.Errorf("runs: the checkpoint does not fit: %w", err)
			}
			history, at = from.History, from.Within
			config.After, config.Within, config.Best = history, at, s.Best
		}
		config.Checkpoint = func(done fit.EpochDone, m *fit.Model) error {
			history, at = append(history[:len(history):len(history)], done), nil
			if s.Epoch != nil {
				s.Epoch(history, m)
			}
			return nil
		}
		config.Midway = func(now fit.Position, m *fit.Model) {
			at = &now
			if s.Midway != nil {
				s.Midway(history, now, m)
			}
		}
		_, err = fit.Run(ctx, m, fit.Prepare(c, settings), config, s.Tell)
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		if err != nil && s.Cut != nil {
			s.Cut(history, at, m)
		}
		return m.Params(), err
	}
}
