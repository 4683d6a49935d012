package fit_test

import (
	"testing"

	"cuaderno/training/fit"
)

// Validation between epochs reads the weights of its own epoch: the last one's figures are those of
// an evaluation from scratch. The set is large enough for the table of projections to be used.
func TestEveryEpochValidatesItsOwnWeights(t *testing.T) {
	s := smallSettings()
	m, h, err := trainSmall(t, t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	test := fit.Prepare(smallCorpus(90, 70, 1), s).Test
	if words := test.Len() * s.Maxlen; words < 2*s.NumWords {
		t.Fatalf("%d words do not fill the table", words)
	}
	e, err := fit.Evaluate(t.Context(), fit.NewPredictor(m.Spec, m.Params()), test, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := h.Epochs[len(h.Epochs)-1]
	if e.Loss != last.ValLoss || e.Accuracy != last.ValAccuracy {
		t.Errorf("evaluated %v and %v, the last epoch said %v and %v", e.Loss, e.Accuracy, last.ValLoss, last.ValAccuracy)
	}
	if h.Epochs[0].ValLoss == last.ValLoss {
		t.Error("the first epoch's validation is the last one's")
	}
}
