package main

import (
	"context"
	"slices"
	"sync"

	"cuaderno/server/runs"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// models keeps the networks that were used last ready to read reviews.
type models struct {
	runs *runs.Service

	mu   sync.Mutex
	used []model // the latest last
}

type model struct {
	run       string
	epoch     int
	predictor *fit.Predictor
}

// readyModels is how many are kept; one of the lesson's size takes 31 MB.
const readyModels = 4

// get gives the network of a run after an epoch, or with epoch 0 as the run ended.
func (m *models) get(ctx context.Context, run string, epoch int) (*fit.Predictor, error) {
	m.mu.Lock()
	if i := slices.IndexFunc(m.used, func(o model) bool { return o.run == run && o.epoch == epoch }); i >= 0 {
		found := m.used[i]
		m.used = append(slices.Delete(m.used, i, i+1), found)
		m.mu.Unlock()
		return found.predictor, nil
	}
	m.mu.Unlock()
	params, meta, err := m.runs.Weights(ctx, run, epoch)
	if err != nil {
		return nil, err
	}
	p := fit.NewPredictor(nn.SpecOf(meta.Settings), params)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used = append(m.used, model{run: run, epoch: epoch, predictor: p})
	if len(m.used) > readyModels {
		m.used = slices.Delete(m.used, 0, 1)
	}
	return p, nil
}

// forget drops what a run ended with: it goes on and will end with something else.
func (m *models) forget(run string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used = slices.DeleteFunc(m.used, func(o model) bool { return o.run == run && o.epoch == 0 })
}
