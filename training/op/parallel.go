package op

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// each calls f(0) ... f(n-1), spread over the processors, and waits. The calls must not depend on
// one another; which processor does which is left open.
func each(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	t := &task{n: int64(n), f: f}
	t.left.Store(t.n)
	t.done.Add(1)
	for range workers - 1 {
		if leave() {
			offers <- t
		} else {
			go help(t)
		}
	}
	t.work()
	if !soon(func() bool { return t.left.Load() == 0 }) {
		t.done.Wait()
	}
}

// task is one call of each, shared by those who work at it.
type task struct {
	n    int64
	f    func(i int)
	next atomic.Int64
	left atomic.Int64 // calls that have not returned
	done sync.WaitGroup
}

func (t *task) work() {
	for i := t.next.Add(1) - 1; i < t.n; i = t.next.Add(1) - 1 {
		t.f(int(i))
		if t.left.Add(-1) == 0 {
			t.done.Done()
		}
	}
}

// A training step calls each a dozen times, with little between. Waking a goroutine that sleeps takes
// as long as a short call, and so a helper that has finished stays awake for a moment.
var (
	offers  = make(chan *task, 256)
	waiting atomic.Int64 // helpers that nothing has been promised to
)

func help(t *task) {
	for {
		t.work()
		t = nil
		waiting.Add(1)
		offered := soon(func() bool {
			select {
			case t = <-offers:
				return true
			default:
				return false
			}
		})
		if !offered {
			if leave() {
				return
			}
			t = <-offers // it is on its way
		}
	}
}

// leave takes one of the waiting helpers away: to work, or for good.
func leave() bool {
	for {
		w := waiting.Load()
		if w == 0 {
			return false
		}
		if waiting.CompareAndSwap(w, w-1) {
			return true
		}
	}
}

// soon asks again and again, for about a tenth of a millisecond, whether something has happened.
func soon(happened func() bool) bool {
	const looks, turns = 16, 400
	for range turns {
		for range looks {
			if happened() {
				return true
			}
		}
		runtime.Gosched()
	}
	return false
}
