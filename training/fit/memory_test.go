package fit_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// liveHeap is what is in use once everything has been collected that can be.
func liveHeap() int64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// One model of the lesson's size takes 55 MB: of five, none is kept.
func TestModelsAreCollected(t *testing.T) {
	if testing.Short() {
		t.Skip("builds twenty models of full size")
	}
	s := training.Defaults()
	for name, use := range map[string]func(t *testing.T, m *fit.Model){
		"closed":                closed,
		"trained and closed":    func(t *testing.T, m *fit.Model) { trainSome(t, m); closed(t, m) },
		"forgotten":             func(*testing.T, *fit.Model) {},
		"trained and forgotten": trainSome,
	} {
		t.Run(name, func(t *testing.T) {
			before := liveHeap()
			for range 5 {
				m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, 1)
				if err != nil {
					t.Fatal(err)
				}
				use(t, m)
			}
			kept := liveHeap() - before
			for end := time.Now().Add(5 * time.Second); kept > 20<<20 && time.Now().Before(end); kept = liveHeap() - before {
				time.Sleep(10 * time.Millisecond) // what was forgotten is closed on a goroutine of the runtime
			}
			if kept > 20<<20 {
				t.Errorf("%d MB are kept", kept>>20)
			}
		})
	}
}

func closed(t *testing.T, m *fit.Model) {
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// trainSome does one step, whose goroutine then waits for the next.
func trainSome(t *testing.T, m *fit.Model) {
	s := training.Defaults()
	s.BatchSize, s.Epochs = 2, 1
	set := fit.NewSet(smallCorpus(2, 2, 1).Train, 0, 2, s)
	if _, err := fit.Run(context.Background(), m, fit.Data{Train: set, Val: set}, fit.ConfigOf(s), nil); err != nil {
		t.Error(err)
	}
}
