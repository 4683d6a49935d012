package runs_test

import (
	"testing"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// BenchmarkCheckpoint keeps the weights of an epoch and all that is needed to go on, of a model of the
// lesson's size, as a worker does beside the training.
func BenchmarkCheckpoint(b *testing.B) {
	st, err := store.Open(b.Context(), store.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	s, err := runs.Open(b.Context(), st, runs.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	settings := training.Defaults()
	m, err := fit.NewModel(nn.SpecOf(settings), settings.BatchSize, settings.Seed)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	id, err := s.Submit(b.Context(), runs.Job{Settings: settings})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(4 * (10_766_852/4 + 3*10_766_852/4))
	for b.Loop() {
		if err := s.Checkpoint(b.Context(), id, m); err != nil {
			b.Fatal(err)
		}
	}
}
