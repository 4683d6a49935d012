package main

import (
	"sync"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
)

// pace remembers how long an epoch took on this machine, for the price of the next run. Only what
// was measured is told: settings that have not been trained yet have no price.
type pace struct {
	mu    sync.Mutex
	epoch map[paceKey]time.Duration
}

type paceKey struct {
	settings training.Settings
	corpus   string
}

// kind keeps what the time of an epoch depends on.
func kind(s training.Settings, corpus string) paceKey {
	s.Epochs, s.Seed, s.LearningRate = 0, 0, 0
	s.EarlyStopping, s.Patience, s.RestoreBest = "", 0, false
	s.Padding, s.Truncating = "", ""
	return paceKey{s, corpus}
}

// note is told of every epoch.
func (p *pace) note(s training.Settings, corpus string, done fit.EpochDone) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch == nil {
		p.epoch = map[paceKey]time.Duration{}
	}
	p.epoch[kind(s, corpus)] = seconds(done.Seconds)
}

// price is what a whole run would take; 0 is unknown.
func (p *pace) price(s training.Settings, corpus string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Duration(s.Epochs) * p.epoch[kind(s, corpus)]
}
