package memory

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"cuaderno/server/servertest"
)

func TestReclaimer(t *testing.T) {
	var freed atomic.Int64
	var busy atomic.Bool
	r := NewReclaimer()
	r.waits = []time.Duration{time.Millisecond, 2 * time.Millisecond}
	asked := make(chan struct{}, 100)
	r.free = func() { freed.Add(1) }
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { r.Run(ctx, func() bool { asked <- struct{}{}; return busy.Load() }) })
	r.Rest()
	servertest.Eventually(t, "memory to be given back twice", func() bool { return freed.Load() == 2 })
	busy.Store(true)
	r.Rest()
	for range 2 + 2 {
		<-asked
	}
	cancel()
	done.Wait()
	servertest.Same(t, "given back while something is at work", freed.Load(), int64(2))
}

// What lies in a pool is given back too: JetStream keeps blocks of eight megabytes there.
func TestPoolsAreGivenBack(t *testing.T) {
	var pool sync.Pool
	block := new([8 << 20]byte)
	alive := weak.Make(block)
	pool.Put(block)
	block = nil
	giveBack()
	if alive.Value() != nil {
		t.Error("it is still in memory")
	}
	pool.Get()
}
