package runs

import (
	"context"
	"fmt"

	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Standing is where a stopped run stands, for whoever goes on with it elsewhere: its job, its checkpoint and,
// where the settings ask for them in the end, its best weights. Without a checkpoint it has to begin anew.
func (s *Service) Standing(ctx context.Context, id string) (Job, *checkpoint.Cut, *nn.Params, error) {
	r, known, _ := s.records.get(id)
	switch {
	case !known:
		return Job{}, nil, nil, fmt.Errorf("%w: %s", ErrUnknown, id)
	case r.Phase != over:
		return Job{}, nil, nil, fmt.Errorf("%w: %s", ErrUnfinished, id)
	case r.Stopped.Reason != fit.Interrupted || len(r.History) >= r.Job.Settings.Epochs:
		return Job{}, nil, nil, fmt.Errorf("%w: %s", ErrWhole, id)
	}
	r.Attempt++ // the one to come
	cut, best := s.from(ctx, r)
	return r.Job, cut, best, nil
}
