package session

import (
	"context"
	"sync"
	"testing"
	"time"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/execute"
	"cuaderno/server/models"
	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/server/store"
)

// testConfig is what a test may change.
type testConfig struct {
	Config
	store store.Options
}

// openTest opens notebooks without a site, with a worker of their own.
func openTest(t *testing.T, change ...func(*testConfig)) *Sessions {
	t.Helper()
	c := testConfig{Config: Config{Notebooks: 20, Idle: time.Hour}}
	for _, f := range change {
		f(&c)
	}
	st, err := store.Open(t.Context(), c.store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	service, err := runs.Open(t.Context(), st, runs.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	c.Store, c.Runs, c.Library = st, service, datasets.NewLibrary(servertest.Offline(t), nil)
	c.Estimator = estimate.New(c.Library.Find)
	c.Executor = execute.New(execute.Deps{
		Library: c.Library, Runs: service, Models: models.NewCache(service, 1<<20), Epochs: models.NewEpochModels(service, 1<<20),
		Baselines: models.NewBaselines(), Estimator: c.Estimator,
	})
	h, err := Open(t.Context(), c.Config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() {
		service.Work(ctx, runs.Worker{Slots: 1, Train: c.Estimator.Around(runs.Local(c.Library.Find))})
	})
	t.Cleanup(func() {
		h.PutAllAway()
		c.Estimator.Close()
		cancel()
		working.Wait()
		h.Close()
	})
	return h
}
