package runs

import (
	"context"
	"fmt"
	"slices"
)

// Await returns when the weights after an epoch are kept, or wait in memory until they can be: that is a
// moment after the epoch is told of.
// ErrReleased says that they will not be, or are no longer.
func (s *Service) Await(ctx context.Context, id string, epoch int) error {
	for {
		r, known, changed := s.records.get(id)
		switch {
		case !known:
			return fmt.Errorf("%w: %s", ErrUnknown, id)
		case slices.Contains(append(s.shelf.epochs(id), r.Kept...), epoch):
			return nil
		// Weights are kept in the order of the epochs, all of them before the run is over.
		case r.Phase == over, len(r.Kept) > 0 && r.Kept[len(r.Kept)-1] > epoch:
			return fmt.Errorf("%w: epoch %d of %s", ErrReleased, epoch, id)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return ErrClosed
		}
	}
}
