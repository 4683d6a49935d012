package runs

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Watch implements Service.
func (m *Memory) Watch(ctx context.Context, id string, after uint64) iter.Seq2[Update, error] {
	return func(yield func(Update, error) bool) {
		m.mu.Lock()
		r := m.runs[id]
		m.mu.Unlock()
		if r == nil {
			yield(Update{}, fmt.Errorf("%w: %s", ErrUnknown, id))
			return
		}
		for {
			m.mu.Lock()
			entries, more := r.log.after(after), r.log.more
			m.mu.Unlock()
			for _, u := range entries {
				if !yield(u, nil) {
					return
				}
				after = u.Seq
				if _, last := u.Event.(fit.Stopped); last {
					return
				}
			}
			select {
			case <-ctx.Done():
				yield(Update{}, ctx.Err())
				return
			case <-more:
			}
		}
	}
}

// Stop implements Service.
func (m *Memory) Stop(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.runs[id]
	if r == nil {
		return fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	m.stop(r)
	return nil
}

// stop ends a run that works, or one that waits. The lock is held.
func (m *Memory) stop(r *run) {
	if r.cancel != nil {
		r.cancel()
		return
	}
	if i := slices.Index(m.queue, r); i >= 0 {
		m.queue = slices.Delete(m.queue, i, i+1)
		m.end(r, &Result{Job: r.job, Stopped: fit.Stopped{Reason: "interrupted"}})
		m.dispatch()
	}
}

// Result implements Service.
func (m *Memory) Result(id string) (Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.runs[id]
	switch {
	case r == nil:
		return Result{}, fmt.Errorf("%w: %s", ErrUnknown, id)
	case r.result == nil:
		return Result{}, fmt.Errorf("%w: %s", ErrUnfinished, id)
	case r.gone:
		return *r.result, fmt.Errorf("%w: %s", ErrReleased, id)
	}
	return *r.result, nil
}

// Release implements Service.
func (m *Memory) Release(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.runs[id]
	if r == nil {
		return
	}
	m.stop(r)
	delete(m.runs, id)
	m.over = slices.DeleteFunc(m.over, func(o *run) bool { return o == r })
}

// Working counts the runs that train and those that wait.
func (m *Memory) Working() (working, waiting int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.working, len(m.queue)
}

func (w Weights) bytes() int64 {
	total := size(w.Latest)
	if w.Best != w.Latest {
		total += size(w.Best)
	}
	return total
}

func size(p *nn.Params) int64 {
	if p == nil {
		return 0
	}
	n := len(p.Embedding) + len(p.Kernel) + len(p.Recurrent) + len(p.Bias) + len(p.DenseKernel) + len(p.DenseBias)
	return int64(n) * 4
}
