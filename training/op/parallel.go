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

func help(t *task) { helpUntil(t, func() bool { return false }) }

// helpUntil works at the task, if there is one, and at what is offered then, until something has
// happened. It gives up when neither comes soon, and then returns false.
func helpUntil(t *task, happened func() bool) (over bool) {
	for {
		if t != nil {
			t.work()
			t = nil
			runtime.Gosched() // others wait too
		}
		waiting.Add(1)
		offered := !over && soon(func() bool {
			if over = happened(); over {
				return true
			}
			select {
			case t = <-offers:
				return true
			default:
				return false
			}
		})
		if offered && t != nil {
			continue
		}
		for t == nil {
			if leave() {
				return over
			}
			select {
			case t = <-offers: // what was promised
			default: // is on its way, or another has taken it and freed a place
				runtime.Gosched()
			}
		}
	}
}

// receive helps until something comes; ready, if not nil, is called once it counts as a helper.
func receive[T any](from <-chan T, ready func()) (v T) {
	over := helpUntil(nil, func() bool {
		if ready != nil {
			ready()
			ready = nil
		}
		select {
		case v = <-from:
			return true
		default:
			return false
		}
	})
	if !over {
		v = <-from
	}
	return v
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

// soon asks again and again whether something has happened. At first it lets nobody go before it: a
// goroutine that does changes its thread easily, and a thread its processor.
func soon(happened func() bool) bool {
	const looks, turns = 16, 400
	if runtime.GOMAXPROCS(0) > 1 && trainings.Load() < 2 {
		p := patience.Load()
		for range p {
			if happened() {
				if p < mostPatience {
					patience.Store(min(p+p/8, mostPatience))
				}
				return true
			}
		}
		patience.Store(max(p/8, leastPatience))
	}
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

// trainings counts the steps that are under way.
var trainings atomic.Int64

// patience is how often something is asked for without a break. It shrinks while that is in vain, as
// where other programs keep the processors busy, and grows to about a millisecond.
var patience atomic.Int64

const leastPatience, mostPatience = 1 << 8, 1 << 17

func init() { patience.Store(mostPatience) }
