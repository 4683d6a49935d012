package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"cuaderno/training/fit"
)

// Limits bound what a Memory takes on.
type Limits struct {
	AtOnce  int           // trainings that share the cores; default 1
	Waiting int           // jobs in the queue; default 32
	Bytes   int64         // of finished runs' weights, the oldest going first; default 1 GiB
	Every   time.Duration // between two quick events of a log; default 100 ms
}

// Memory is a Service that lives and dies with the process.
type Memory struct {
	train  Train
	limits Limits
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	runs    map[string]*run
	queue   []*run
	working int
	over    []*run // finished, oldest first
}

type run struct {
	job    Job
	cancel context.CancelFunc // while it works
	asked  bool               // somebody stopped it
	log    log
	result *Result // once it is over
	bytes  int64   // of its weights
	gone   bool    // its weights were given up
}

// NewMemory starts a Service without jobs. Close it.
func NewMemory(train Train, limits Limits) *Memory {
	if limits.AtOnce <= 0 {
		limits.AtOnce = 1
	}
	if limits.Waiting <= 0 {
		limits.Waiting = 32
	}
	if limits.Bytes <= 0 {
		limits.Bytes = 1 << 30
	}
	if limits.Every <= 0 {
		limits.Every = 100 * time.Millisecond
	}
	m := &Memory{train: train, limits: limits, runs: map[string]*run{}}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	return m
}

// Close stops every run and waits for them.
func (m *Memory) Close() {
	m.mu.Lock()
	m.closed = true
	waiting := slices.Clone(m.queue)
	m.mu.Unlock()
	m.cancel()
	for _, r := range waiting {
		_ = m.Stop(r.job.ID) // gone from the queue at worst
	}
	m.wg.Wait()
}

// Submit implements Service.
func (m *Memory) Submit(job Job) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return "", ErrClosed
	case len(m.queue) >= m.limits.Waiting:
		return "", ErrFull
	case job.ID == "":
		job.ID = NewID(time.Now())
	}
	if m.runs[job.ID] != nil {
		return "", fmt.Errorf("there is a run %s already", job.ID)
	}
	r := &run{job: job, log: newLog()}
	m.runs[job.ID] = r
	m.queue = append(m.queue, r)
	m.dispatch()
	return job.ID, nil
}

// dispatch starts what may start and tells the others their place. The lock is held.
func (m *Memory) dispatch() {
	for m.working < m.limits.AtOnce && len(m.queue) > 0 && !m.closed {
		r := m.queue[0]
		m.queue = m.queue[1:]
		ctx, cancel := context.WithCancel(m.ctx)
		r.cancel = cancel
		m.working++
		m.wg.Go(func() { m.work(ctx, r) })
	}
	for i, r := range m.queue {
		if r.log.place != i+1 {
			r.log.place = i + 1
			r.log.add(Update{At: time.Now(), Place: i + 1})
		}
	}
}

func (m *Memory) work(ctx context.Context, r *run) {
	defer r.cancel()
	var history []fit.EpochDone
	var stopped *fit.Stopped
	tell := Throttle(func(e fit.Event) {
		switch e := e.(type) {
		case fit.EpochDone:
			history = append(history, e)
		case fit.Stopped:
			// Nobody hears the end before the result is there.
			stopped = &e
			return
		}
		m.mu.Lock()
		r.log.add(Update{At: time.Now(), Event: e})
		m.mu.Unlock()
	}, m.limits.Every, time.Now)

	weights, err := m.guarded(ctx, r.job, tell)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil
		stopped = &fit.Stopped{Reason: "interrupted", Epochs: len(history), Best: weights.BestEpoch}
	}
	if err != nil || stopped == nil {
		if err == nil {
			err = errors.New("the training ended without saying so")
		}
		stopped = &fit.Stopped{Reason: "failed", Epochs: len(history), Best: weights.BestEpoch}
	}

	m.mu.Lock()
	defer m.mu.Unlock()
	m.working--
	m.end(r, &Result{Job: r.job, History: history, Stopped: *stopped, Weights: weights, Err: err})
	m.dispatch()
}

// guarded turns a panic of the training into an error: one reader's run must not end everybody's.
func (m *Memory) guarded(ctx context.Context, job Job, tell fit.Observer) (w Weights, err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("training panicked", "run", job.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("training panicked: %v", p)
		}
	}()
	return m.train(ctx, job, tell)
}

// end files a run's result and lets its watchers go. The lock is held.
func (m *Memory) end(r *run, result *Result) {
	r.result, r.bytes = result, result.Weights.bytes()
	r.log.add(Update{At: time.Now(), Event: result.Stopped})
	if m.runs[r.job.ID] != r {
		return // released meanwhile
	}
	m.over = append(m.over, r)
	total := int64(0)
	for _, o := range m.over {
		total += o.bytes
	}
	for _, o := range m.over[:len(m.over)-1] {
		if total <= m.limits.Bytes {
			break
		}
		total -= o.bytes
		o.bytes, o.result.Weights, o.gone = 0, Weights{}, true
	}
}
