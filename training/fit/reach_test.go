package fit_test

import (
	"slices"
	"testing"

	"cuaderno/training/fit"
)

func TestThin(t *testing.T) {
	norms := make([]float64, 250)
	for i := range norms {
		norms[i] = float64(i)
	}
	got := fit.ThinNorms(norms)
	// Two and three steps take turns: 0 1, 2 3 4, 5 6, ...
	if len(got) != fit.MaxReach || got[0] != .5 || got[1] != 3 || got[99] != 248 {
		t.Errorf("%d numbers: %v", len(got), got)
	}
	if few := fit.ThinNorms(norms[:3]); !slices.Equal(few, []float32{0, 1, 2}) {
		t.Errorf("three steps became %v", few)
	}
}

// Of the steps before the border nothing is learnt.
func TestReachOfTruncatedTraining(t *testing.T) {
	s := smallSettings()
	s.BPTTSteps, s.Epochs = 3, 1
	var reach fit.Reach
	_, _, err := trainSmall(t, t.Context(), s, func(e fit.Event) {
		if r, ok := e.(fit.Reach); ok {
			reach = r
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	border := s.Maxlen - 3
	if len(reach.Norms) != s.Maxlen || slices.Max(reach.Norms[:border]) != 0 || slices.Min(reach.Norms[border:]) <= 0 {
		t.Errorf("with 3 steps back of %d: %v", s.Maxlen, reach.Norms)
	}
}
