package fit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// Wherever in an epoch a run is cut, before its validation too, it goes on to the same bits and the
// same figures. What is kept passes through JSON, as it does in a checkpoint.
func TestResumeWithinAnEpoch(t *testing.T) {
	for _, optimizer := range []string{"adam", "adamw", "nesterov", "rmsprop", "adagrad"} {
		s := training.Defaults()
		s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.Epochs, s.Optimizer = 300, 9, 12, 20, 2, optimizer
		s.BatchSize = 32
		data := fit.Prepare(smallCorpus(170, 40, 5), s)
		model := func(t *testing.T) *fit.Model {
			m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { m.Close() })
			return m
		}
		whole := model(t)
		want, err := fit.Run(t.Context(), whole, data, fit.ConfigOf(s), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, batches := range []int{1, 4, 6} {
			t.Run(fmt.Sprintf("%s after batch %d", optimizer, batches), func(t *testing.T) {
				var kept struct {
					At     fit.Position
					Epochs []fit.EpochDone
				}
				var params *nn.Params
				var state op.State
				ctx, stop := context.WithCancel(t.Context())
				c := fit.ConfigOf(s)
				c.Checkpoint = func(e fit.EpochDone, _ *fit.Model) error {
					kept.Epochs = append(kept.Epochs, e)
					return nil
				}
				c.Midway = func(at fit.Position, m *fit.Model) {
					if at.Epoch == 2 && at.Batches == batches {
						kept.At = at
						params, state = m.Snapshot()
						stop()
					}
				}
				if _, err := fit.Run(ctx, model(t), data, c, nil); !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				text, err := json.Marshal(kept)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(text, &kept); err != nil {
					t.Fatal(err)
				}

				again := model(t)
				if err := again.Resume(params, state); err != nil {
					t.Fatal(err)
				}
				c = fit.ConfigOf(s)
				c.After, c.Within = kept.Epochs, &kept.At
				first := 0
				got, err := fit.Run(t.Context(), again, data, c, func(e fit.Event) {
					if b, ok := e.(fit.BatchDone); ok && first == 0 {
						first = b.Batch
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				if a, b := again.Params().SHA256(), whole.Params().SHA256(); a != b {
					t.Errorf("resumed weights %.8s, undisturbed %.8s", a, b)
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fit.EpochDone{}, "Seconds", "MsPerStep")); diff != "" {
					t.Error(diff)
				}
				if batches < 6 && first != batches+1 {
					t.Errorf("went on with batch %d", first)
				}
			})
		}
	}
}

func TestResumeRefusesAPositionElsewhere(t *testing.T) {
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.Epochs, s.BatchSize = 300, 9, 12, 20, 2, 32
	m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, at := range []fit.Position{{Epoch: 2}, {Epoch: 1, Batches: 7}} {
		c := fit.ConfigOf(s)
		c.Within = &at
		if _, err := fit.Run(t.Context(), m, fit.Prepare(smallCorpus(170, 40, 5), s), c, nil); err == nil {
			t.Errorf("went on from %+v", at)
		}
	}
}
