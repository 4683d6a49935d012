package estimate

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/training"
)

func TestTrials(t *testing.T) {
	s := training.Defaults()
	of := func(maxlen int) training.Settings {
		s := s
		s.Maxlen = maxlen
		return s
	}
	ask := func(p *Estimator, who string, s training.Settings) { p.Estimate(who, s, "", lessonCounts, func() {}) }
	never := func(context.Context, training.Settings) (cost, error) { return cost{}, errors.New("no") }
	measured := func(p *Estimator, s training.Settings) bool {
		return p.Estimate("b", s, "", lessonCounts, func() {}).Seconds > 0
	}
	t.Run("a measurement ends when the reader has moved on", func(t *testing.T) {
		began, ended := make(chan int, 9), make(chan int, 9)
		p := tried(t, func(ctx context.Context, s training.Settings) (cost, error) {
			began <- s.Maxlen
			if s.Maxlen == 20 {
				return cost{Step: 1}, nil
			}
			<-ctx.Done()
			ended <- s.Maxlen
			return cost{Step: 1}, ctx.Err()
		})
		ask(p, "a", of(10))
		servertest.Same(t, "first", <-began, 10)
		ask(p, "a", of(20))
		select {
		case first := <-ended:
			servertest.Same(t, "ended", first, 10)
		case <-time.After(5 * time.Second):
			t.Fatal("what nobody waits for is measured on")
		}
		servertest.Eventually(t, "a price", func() bool { return measured(p, of(20)) })
		p.mu.Lock()
		defer p.mu.Unlock()
		_, known := p.known.Peek(keyOf(of(10), ""))
		servertest.Same(t, "half a measurement is remembered", known, false)
	})
	t.Run("it goes on while somebody else waits for it", func(t *testing.T) {
		began, release := make(chan int, 9), make(chan struct{})
		p := tried(t, func(ctx context.Context, s training.Settings) (cost, error) {
			began <- s.Maxlen
			select {
			case <-release:
				return cost{Step: 1}, nil
			case <-ctx.Done():
				return cost{}, ctx.Err()
			}
		})
		ask(p, "a", of(10))
		<-began
		ask(p, "c", of(10))
		ask(p, "a", of(20))
		close(release)
		servertest.Eventually(t, "a price", func() bool { return measured(p, of(10)) })
	})
	t.Run("of the values that a slider passes only the last is measured", func(t *testing.T) {
		calls := make(chan int, 99)
		p := tried(t, func(_ context.Context, s training.Settings) (cost, error) {
			calls <- s.Maxlen
			return cost{Step: 1}, nil
		})
		p.quiet = [rounds]time.Duration{300 * time.Millisecond, 0}
		for n := range 30 {
			ask(p, "a", of(10+n))
			ask(p, fmt.Sprint("others ", n), of(500)) // whose questions do not hold it up
		}
		for range 2 * rounds {
			if n := <-calls; n != 39 && n != 500 {
				t.Errorf("maxlen %d was measured", n)
			}
		}
	})
	t.Run("what needs too much memory is not measured", func(t *testing.T) {
		calls := make(chan int, 99)
		p := tried(t, func(_ context.Context, s training.Settings) (cost, error) {
			calls <- s.Maxlen
			return cost{Step: 1}, nil
		})
		large := servertest.Settings(t, "num_words=88587 embedding_dim=512 units=512")
		ask(p, "a", large)
		servertest.Eventually(t, "the end of it", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.wake == nil
		})
		servertest.Same(t, "measurements", len(calls), 0)
	})
	t.Run("findings are bounded, those used last stay", func(t *testing.T) {
		p := tried(t, never)
		for n := range knownPrices + 100 {
			s := of(1)
			s.NumWords = 100 + n
			p.note(s, "", lessonCounts, 1)
			p.note(of(2), "", lessonCounts, 2)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		servertest.Same(t, "findings", p.known.Len(), knownPrices)
		_, known := p.known.Peek(keyOf(of(2), ""))
		servertest.Same(t, "the one used last is there", known, true)
	})
	t.Run("a notebook that is put away asks nothing", func(t *testing.T) {
		p := tried(t, never)
		defer p.Hold()()
		ask(p, "a plan", s)
		ask(p, "a rest", s)
		ask(p, "ab plan", s)
		p.Forget("a")
		p.mu.Lock()
		defer p.mu.Unlock()
		servertest.Same(t, "questions", len(p.wants), 1)
	})
}
