package estimate

import (
	"errors"
	"fmt"

	"cuaderno/training"
	"cuaderno/training/nn"
)

// ErrMemory says that a training would not fit.
var ErrMemory = errors.New("not enough memory")

// footprint is about how many bytes a training needs. The factors were measured for LSTMs of several
// sizes: what is kept of a word of a batch for the way back, and copies of the weights (optimizer,
// packing, best epoch). The last part is the table of projected words that judging uses.
func footprint(s training.Settings) int64 {
	spec := nn.SpecOf(s)
	words := int64(s.BatchSize) * int64(s.Maxlen)
	word := int64((2*spec.Gates()+3)*s.Units + 6*s.EmbeddingDim)
	weights := int64(spec.Summary().Total)
	table := int64(s.NumWords) * int64(spec.Gates()*s.Units)
	return 4 * (words*word + 6*weights + table)
}

// Affordable tells before a training begins that it would not fit, so that it does not take the
// other readers' notebooks down with it.
func Affordable(s training.Settings, available int64) error {
	if need := footprint(s); available > 0 && need > available {
		return fmt.Errorf("%w: about %d MB needed, %d MB free", ErrMemory, need>>20, available>>20)
	}
	return nil
}
