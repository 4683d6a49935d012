package runs_test

import (
	"testing"

	"cuaderno/server/runs"
)

// Whoever has watched a run leaves nothing behind in the store.
func TestWatchersLeaveNothing(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	p.worker(epochs(open()))
	id := p.submit(job(2))
	for range 5 {
		for _, err := range p.Watch(t.Context(), id, 0) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	logs, err := p.store.JetStream.Stream(t.Context(), "CUADERNO_RUNS")
	if err != nil {
		t.Fatal(err)
	}
	info, err := logs.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := info.State.Consumers; n > 0 {
		t.Errorf("%d consumers are left", n)
	}
}
