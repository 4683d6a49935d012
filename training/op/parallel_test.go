package op_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"cuaderno/training/op"
)

// Whoever helps until something comes is there when it does, however many share out work at
// the same time, and every call is made once.
func TestHelpersComeBack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	const times, groups, rounds, calls = 400, 3, 10, 4
	for range times { // at the end nobody comes who would wake a helper that was forgotten
		var made atomic.Int64
		var all sync.WaitGroup
		for range groups {
			begin, ended := make(chan bool, 1), make(chan bool, 1)
			all.Go(func() { // as the machine does
				for range rounds {
					op.Receive(begin)
					op.Each(calls, func(int) { made.Add(1) })
					ended <- true
				}
			})
			all.Go(func() { // as a step does
				for range rounds {
					begin <- true
					op.Receive(ended)
				}
			})
		}
		all.Wait()
		if made.Load() != groups*rounds*calls {
			t.Fatalf("%d calls were made, want %d", made.Load(), groups*rounds*calls)
		}
	}
}
