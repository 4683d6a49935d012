package runs

import (
	"context"

	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// Local trains on this machine, on the data set that corpus finds by its hash.
func Local(corpus func(sha256 string) (*imdb.Corpus, error)) Train {
	return func(ctx context.Context, job Job, tell fit.Observer) (w Weights, err error) {
		c, err := corpus(job.Corpus)
		if err != nil {
			return w, err
		}
		s := job.Settings
		m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
		if err != nil {
			return w, err
		}
		defer m.Close()
		config := fit.ConfigOf(s)
		config.Checkpoint = func(done fit.EpochDone, m *fit.Model) error {
			if done.Best {
				w.Best, w.BestEpoch = m.Params(), done.Epoch
			}
			return nil
		}
		history, err := fit.Run(ctx, m, fit.Prepare(c, s), config, tell)
		if err != nil && ctx.Err() == nil {
			return w, err
		}
		w.Latest = m.Params()
		if history.Reason != fit.Interrupted && w.BestEpoch == len(history.Epochs) {
			w.Latest = w.Best // the same bits, kept once
		}
		return w, err
	}
}
