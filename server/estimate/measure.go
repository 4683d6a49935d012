package estimate

import (
	"context"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"time"

	"cuaderno/server/memory"
	"cuaderno/training"
	"cuaderno/training/imdb"
)

// want is a notebook that waits to be told a price.
type want struct {
	key      key
	settings training.Settings
	of       Counts
	tell     func()
	since    time.Time // it was asked for, or the last round of it has ended
}

// trial is what is being measured; no key if nothing is.
type trial struct {
	key    key
	cancel context.CancelFunc
}

// trialBytes bounds what a measurement may take in memory; what needs more is only compared.
const trialBytes = 512 << 20

// Hold keeps measurements away while something is at work; the function that it returns ends that.
func (p *Estimator) Hold() (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy++
	if p.cancel != nil {
		p.cancel()
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.busy--
		p.start()
		p.rest()
	}
}

// Close ends the measuring and waits for it.
func (p *Estimator) Close() {
	p.mu.Lock()
	p.closed = true
	if p.cancel != nil {
		p.cancel()
	}
	p.mu.Unlock()
	p.wg.Wait()
}

// start sees to it that somebody measures what is wanted. The lock is held.
func (p *Estimator) start() {
	switch {
	case p.closed || p.busy > 0 || len(p.wants) == 0:
	case p.wake != nil:
		select {
		case p.wake <- struct{}{}:
		default:
		}
	default:
		ctx, cancel := context.WithCancel(context.Background())
		p.cancel, p.wake = cancel, make(chan struct{}, 1)
		p.wg.Go(func() { p.work(ctx) })
	}
}

// rest tells that nothing is at work, if that is so. The lock is held.
func (p *Estimator) rest() {
	if p.Rested != nil && p.busy == 0 {
		p.Rested()
	}
}

// Working tells whether a cell, a training or a measurement is at work here.
func (p *Estimator) Working() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.busy > 0 || p.trial.cancel != nil
}

// work measures what is wanted until nothing is, or until something else has to be done.
func (p *Estimator) work(ctx context.Context) {
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cancel()
		p.cancel, p.wake = nil, nil
		p.start() // for what came in the meantime
		p.rest()
	}()
	for {
		next, wait := p.next(time.Now())
		if next.tell == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
			continue // perhaps there is something more urgent now
		case <-time.After(wait):
		}
		c, wanted, err := p.measured(ctx, next)
		if ctx.Err() != nil {
			return
		}
		if !wanted {
			continue
		}
		if err != nil {
			slog.Debug("a price could not be found out", "error", err)
		}
		for _, tell := range p.learn(next, c) {
			tell()
		}
	}
}

// next is what is to be measured first, and how long that has to wait yet: what was tried out less often
// comes first, then what has waited longer. Without a function to tell there is nothing.
func (p *Estimator) next(now time.Time) (w want, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	round := rounds
	for who, wanted := range p.wants {
		done := 0
		if k, ok := p.known.Peek(wanted.key); ok {
			done = k.rounds
			if k.epoch > 0 {
				done = rounds
			}
		}
		switch {
		case done == rounds:
			delete(p.wants, who)
		case done < round, done == round && wanted.since.Before(w.since):
			w, round = wanted, done
		}
	}
	if w.tell != nil {
		wait = w.since.Add(p.quiet[round]).Sub(now)
	}
	return w, wait
}

// measured tries settings out, unless nobody wants to know any more.
func (p *Estimator) measured(ctx context.Context, w want) (c cost, wanted bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	if wanted = p.wanted(w.key); wanted {
		p.trial = trial{w.key, cancel}
	}
	p.mu.Unlock()
	if !wanted {
		return cost{}, false, nil
	}
	c, err = p.try(ctx, w)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trial = trial{}
	return c, ctx.Err() == nil, err
}

func (p *Estimator) try(ctx context.Context, w want) (cost, error) {
	// Half of what is free, at most: a training may want to begin meanwhile.
	room := int64(trialBytes)
	if free := memory.Available() / 2; free > 0 {
		room = min(room, free)
	}
	small, size := w.settings, sample(w.settings, runtime.GOMAXPROCS(0))
	small.BatchSize, small.Maxlen = size.batch, size.maxlen
	if err := Affordable(small, room); err != nil {
		return cost{}, err
	}
	var corpus *imdb.Corpus
	if w.key.corpus != "" {
		c, err := p.corpus(ctx, w.key.corpus)
		if err != nil {
			return cost{}, err
		}
		corpus = c
	}
	return p.measure(ctx, w.settings, corpus)
}

// learn keeps what a round found out, and gives those who are to be told.
func (p *Estimator) learn(w want, c cost) (tell []func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.at(w.key, w.of)
	k.rounds++
	switch {
	case c == (cost{}):
	case k.cost == (cost{}):
		k.cost = c
	default:
		k.cost = k.cost.quicker(c)
	}
	for who, other := range p.wants {
		if other.key == w.key {
			other.since = time.Now()
			p.wants[who] = other
			tell = append(tell, other.tell)
		}
	}
	return tell
}

// Forget drops the questions of a notebook that is put away.
func (p *Estimator) Forget(notebook string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.wants, func(who string, _ want) bool { return who == notebook || strings.HasPrefix(who, notebook+" ") })
	p.abandon()
}

// abandon ends a measurement that nobody waits for any more. The lock is held.
func (p *Estimator) abandon() {
	if p.trial.cancel != nil && !p.wanted(p.trial.key) {
		p.trial.cancel()
	}
}

func (p *Estimator) wanted(key key) bool {
	for _, w := range p.wants {
		if w.key == key {
			return true
		}
	}
	return false
}
