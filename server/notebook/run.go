package notebook

import (
	"math"
	"slices"

	"cuaderno/training"
	"cuaderno/training/fit"
)

// Run is a training as the page shows it, built up from its events.
type Run struct {
	ID       string
	Number   int    // of the notebook's runs, from 1; a run that is deleted leaves its number unused
	Name     string // the reader's, if it was given one
	Settings training.Settings
	Corpus   string // hash of the data set
	Seq      uint64 // last entry of its log that is in here
	Where    string // name of the machine that trains

	Mixed bool // machines that round differently have trained it
	Anew  bool // for want of a checkpoint it begins from the beginning

	Guess      []Guess         // what the reader expected before it showed anything
	Reach      []fit.Reach     // of the first epoch and of the latest
	Epochs     int             // planned
	Steps      int             // batches an epoch
	History    []fit.EpochDone // completed epochs
	Epoch      int             // the one under way, from 1
	Batch      *fit.BatchDone  // the latest, until its epoch is done
	Validating *fit.Validating // while the epoch is being validated
	Stopped    *fit.Stopped    // once it is over
	Test       *Figures        // on the test set, once evaluated
}

// What an Advance may note.
const (
	Mixed = "mixed"
	Anew  = "anew"
)

// Figures are what evaluate measured.
type Figures struct{ Loss, Accuracy float64 }

// Best is the epoch of the lowest validation loss so far, from 1; 0 if none is complete.
func (r Run) Best() int {
	best := 0
	for i, e := range r.History {
		if best == 0 || e.ValLoss < r.History[best-1].ValLoss {
			best = i + 1
		}
	}
	return best
}

// Kept is the epoch whose weights the model has at the end; 0 if no epoch was completed.
func (r Run) Kept() int {
	whole := r.Stopped != nil && r.Stopped.Reason != fit.Interrupted && r.Stopped.Reason != fit.Failed
	if !whole || !r.Settings.RestoreBest {
		return len(r.History)
	}
	// As training does it: with early stopping an epoch has to be better by more than min_delta.
	delta := 0.0
	if r.Settings.EarlyStopping != "off" {
		delta = r.Settings.MinDelta
	}
	kept, best := 0, math.Inf(1)
	for i, e := range r.History {
		figure := e.ValLoss
		if r.Settings.EarlyStopping == "val_accuracy" {
			figure = -e.ValAccuracy
		}
		if figure < best-delta {
			kept, best = i+1, figure
		}
	}
	return kept
}

// Resumable tells whether the run was interrupted with epochs still to come.
func (r Run) Resumable() bool {
	return r.Stopped != nil && r.Stopped.Reason == fit.Interrupted && len(r.History) < r.Epochs
}

// with returns the run after one more event.
func (r Run) with(e fit.Event) Run {
	switch e := e.(type) {
	case fit.EpochStarted:
		r.Epoch, r.Epochs, r.Steps = e.Epoch, e.Epochs, e.Steps
		r.Batch, r.Validating, r.Stopped = nil, nil, nil
	case fit.BatchDone:
		r.Batch = &e
	case fit.Validating:
		r.Validating = &e
	case fit.Reach:
		r.Reach = slices.DeleteFunc(slices.Clone(r.Reach), func(o fit.Reach) bool { return o.Epoch == e.Epoch })
		r.Reach = append(r.Reach[:min(1, len(r.Reach))], e)
	case fit.EpochDone:
		// After a breakdown an epoch may be trained a second time, to the same figures.
		if !slices.ContainsFunc(r.History, func(h fit.EpochDone) bool { return h.Epoch == e.Epoch }) {
			r.History = append(slices.Clip(r.History), e)
		}
		r.Batch, r.Validating = nil, nil
	case fit.Stopped:
		r.Stopped, r.Anew = &e, false
		r.History = slices.Clip(r.History[:min(e.Epochs, len(r.History))]) // the weights of the others were lost with their worker
		r.Batch, r.Validating = nil, nil
	}
	return r
}
