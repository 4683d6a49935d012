package fit_test

import (
	"errors"
	"testing"

	"cuaderno/training/fit"
	"cuaderno/training/imdb"
)

// Nothing to validate on is an error, not a figure.
func TestNothingToValidateOn(t *testing.T) {
	s := smallSettings()
	s.Validation = "split"
	few := imdb.NewSplit([][]int32{{1, 4}, {1, 5}, {1, 6}, {1, 7}}, []int{0, 1, 0, 1})
	d := fit.Prepare(&imdb.Corpus{Train: few, Test: few}, s)
	m := newModel(t, s)
	var last fit.Event
	h, err := fit.Run(t.Context(), m, d, fit.ConfigOf(s), func(e fit.Event) { last = e })
	if !errors.Is(err, fit.ErrEmpty) || h.Reason != fit.Failed || len(h.Epochs) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if end, ok := last.(fit.Stopped); !ok || end.Reason != fit.Failed {
		t.Errorf("the last event is %#v", last)
	}
}
