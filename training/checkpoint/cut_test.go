package checkpoint_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

func aCut() checkpoint.Cut {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Maxlen = 100, 3, 2, 5
	rows := make([]int32, 100)
	rows[7], rows[99] = 41, 16_777_215
	return checkpoint.Cut{
		Settings: s, History: []fit.EpochDone{{Epoch: 1, Loss: 0.1 + 0.2, Best: true}},
		Within: &fit.Position{Epoch: 2, Batches: 3, Reviews: 384, Loss: 1.0 / 3, Right: 200, Millis: []float64{1.5}},
		Params: nn.Init(nn.SpecOf(s), 1), Arithmetic: "as here", Mixed: true,
		State: op.State{Step: 16_777_215, Rows: rows, Optimizer: []nn.Named{
			{Name: "optimizer/embedding/0", Shape: []int{2}, Data: []float32{1, 2}},
		}},
	}
}

func TestCutComesBackAsItWas(t *testing.T) {
	for name, change := range map[string]func(*checkpoint.Cut){
		"within an epoch": func(*checkpoint.Cut) {},
		"between epochs":  func(c *checkpoint.Cut) { c.Within, c.State.Rows = nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			want := aCut()
			change(&want)
			var b bytes.Buffer
			if err := checkpoint.SaveCut(&b, want); err != nil {
				t.Fatal(err)
			}
			got, err := checkpoint.LoadCut(&b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCutOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := checkpoint.SaveCut(&b, aCut()); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 7, 8, 100, b.Len() / 2, b.Len() - 1} {
		if _, err := checkpoint.LoadCut(bytes.NewReader(b.Bytes()[:n])); !errors.Is(err, checkpoint.ErrFormat) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	var weights bytes.Buffer
	if err := checkpoint.Save(&weights, checkpoint.Meta{Settings: aCut().Settings}, aCut().Params); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.LoadCut(&weights); !errors.Is(err, checkpoint.ErrFormat) {
		t.Errorf("weights alone: %v", err)
	}
}
