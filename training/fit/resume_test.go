package fit_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// A run that is stopped in its third epoch and goes on from what was kept after the second, in a new
// model, ends with the bits of a run that nobody disturbed.
func TestResumeEndsWithTheSameBits(t *testing.T) {
	for _, optimizer := range []string{"adam", "adamw", "momentum", "nesterov", "rmsprop", "adagrad", "sgd"} {
		t.Run(optimizer, func(t *testing.T) {
			s := training.Defaults()
			s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.Epochs, s.Optimizer = 300, 9, 12, 20, 4, optimizer
			s.RestoreBest = true
			data := fit.Prepare(smallCorpus(170, 40, 5), s)
			model := func() *fit.Model {
				m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { m.Close() })
				return m
			}
			whole := model()
			want, err := fit.Run(t.Context(), whole, data, fit.ConfigOf(s), nil)
			if err != nil {
				t.Fatal(err)
			}

			var kept struct {
				params, best *nn.Params
				state        op.State
				epochs       []fit.EpochDone
			}
			c := fit.ConfigOf(s)
			c.Checkpoint = func(e fit.EpochDone, m *fit.Model) error {
				kept.params, kept.state, kept.epochs = m.Params(), m.State(), append(kept.epochs, e)
				if e.Best {
					kept.best = kept.params
				}
				return nil
			}
			ctx, stop := context.WithCancel(t.Context())
			_, err = fit.Run(ctx, model(), data, c, func(e fit.Event) {
				if b, ok := e.(fit.BatchDone); ok && b.Epoch == 3 && b.Batch == 2 {
					stop()
				}
			})
			if !errors.Is(err, context.Canceled) || len(kept.epochs) != 2 {
				t.Fatalf("stopped after %d epochs with %v", len(kept.epochs), err)
			}

			again := model()
			if err := again.Resume(kept.params, kept.state); err != nil {
				t.Fatal(err)
			}
			c = fit.ConfigOf(s)
			c.After, c.Best = kept.epochs, kept.best
			got, err := fit.Run(t.Context(), again, data, c, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := again.Params().SHA256(), whole.Params().SHA256(); a != b {
				t.Errorf("resumed weights %.8s, undisturbed %.8s", a, b)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fit.EpochDone{}, "Seconds", "MsPerStep")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestResumeRefusesAnotherModelsState(t *testing.T) {
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units = 100, 4, 5, 6
	model := func(optimizer string, units int) *fit.Model {
		s.Optimizer, s.Units = optimizer, units
		m, err := fit.NewModel(nn.SpecOf(s), 8, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.Close() })
		return m
	}
	adam := model("adam", 6)
	if err := adam.Resume(adam.Params(), model("sgd", 6).State()); err == nil {
		t.Error("Adam went on from a state that SGD left")
	}
	if err := adam.Resume(model("adam", 40).Params(), adam.State()); err == nil {
		t.Error("a model took the weights of a larger one")
	}
}
