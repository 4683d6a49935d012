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
	var shared struct { // one allocation, not two
		next atomic.Int64
		wg   sync.WaitGroup
	}
	work := func() {
		for {
			i := int(shared.next.Add(1)) - 1
			if i >= n {
				return
			}
			f(i)
		}
	}
	for range workers - 1 {
		shared.wg.Go(work)
	}
	work()
	shared.wg.Wait()
}
