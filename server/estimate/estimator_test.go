package estimate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
)

// lessonCounts are those of the IMDB reviews.
var lessonCounts = Counts{25_000, 25_000}

// tried is an Estimator whose measurements the test makes up.
func tried(t *testing.T, measure func(ctx context.Context, s training.Settings) (cost, error)) *Estimator {
	p := New(func(context.Context, string) (*imdb.Corpus, error) { return practice.New(), nil })
	p.quiet = [rounds]time.Duration{}
	p.measure = func(ctx context.Context, s training.Settings, _ *imdb.Corpus) (cost, error) { return measure(ctx, s) }
	t.Cleanup(p.Close)
	return p
}

// settled asks until a price was measured.
func (p *Estimator) settled(t *testing.T, s training.Settings) Epoch {
	t.Helper()
	var e Epoch
	servertest.Eventually(t, "a price", func() bool {
		e = p.Estimate("a", s, "", lessonCounts.With(s), func() {})
		return e.Seconds > 0 && !e.Rough
	})
	return e
}

func TestCost(t *testing.T) {
	c := cost{Step: 0.02, Other: 0.04, Table: 0.1, Review: 0.0001}
	s := training.Defaults()
	// 782 steps of 20 ms, and 25,000 reviews of 0.1 ms.
	servertest.Near(t, "epoch", c.epoch(lessonCounts, s.BatchSize), 15.64+0.1+2.5)
	servertest.Near(t, "twice as long", c.ratio(lessonCounts, s), (31.28+0.1+5)/18.24)
	s.Validation = "split"
	servertest.Equal(t, "a fifth set aside", lessonCounts.With(s), Counts{20_000, 5_000})
	servertest.Equal(t, "the quicker of two", c.quicker(cost{0.01, 0.05, 0.2, 0.0002}), cost{0.01, 0.04, 0.1, 0.0001})
	servertest.Same(t, "compared with", [3]int{OtherLength(80), OtherLength(500), OtherLength(501)}, [3]int{160, 1000, 250})
}

func TestLine(t *testing.T) {
	l := line{x0: 10, y0: 3, x1: 20, y1: 5} // 1 and 0.2 x
	servertest.Near(t, "between", l.at(15, 1), 4)
	servertest.Near(t, "far off", l.at(100, 1), 21)
	servertest.Near(t, "the slope four times", l.at(20, 4), 17)
	servertest.Near(t, "a falling one is level", line{10, 5, 20, 4}.at(40, 1), 4)
	servertest.Near(t, "one that would begin below the ground", line{10, 1, 20, 4}.at(40, 1), 8)
	servertest.Near(t, "one point", line{1, 3, 1, 3}.at(1, 2), 6)
}

func TestTryout(t *testing.T) {
	for name, c := range map[string]struct {
		fields string
		want   sampleSize
	}{
		"the lesson's is tried whole":       {"", sampleSize{32, 80}},
		"a large batch in part":             {"batch_size=1024", sampleSize{128, 80}},
		"long reviews in part":              {"maxlen=1000 units=512", sampleSize{32, 31}},
		"a small batch is not made smaller": {"batch_size=2 maxlen=1000 units=512 embedding_dim=512", sampleSize{2, 31}},
		"not so few that cores stand idle":  {"batch_size=1024 units=512 maxlen=400", sampleSize{32, 25}},
		"never less than sixteen words":     {"batch_size=1024 units=512 embedding_dim=512 maxlen=33", sampleSize{32, 16}},
	} {
		t.Run(name, func(t *testing.T) {
			servertest.Equal(t, "size", sample(servertest.Settings(t, c.fields), 2), c.want)
		})
	}
}

func TestPerStep(t *testing.T) {
	servertest.Near(t, "one", perStep([]float64{3, 5}), 2)
	servertest.Near(t, "the first is left out", perStep([]float64{0, 9, 10, 11, 12}), 1)
	servertest.Near(t, "a hiccup does not count", perStep([]float64{0, 1, 2, 3, 30}), 1)
	servertest.Near(t, "of an even number the middle", perStep([]float64{0, 9, 10, 12}), 1.5)
}

func TestProbe(t *testing.T) {
	// A clock that moves on by one second whenever it is read: steps are all as long.
	var now float64
	p := benchmark{func() float64 { now++; return now }}
	s := servertest.Settings(t, "maxlen=8 units=4 embedding_dim=4 num_words=300 batch_size=16")
	for name, c := range map[string]*imdb.Corpus{"a corpus": practice.New(), "before one is loaded": nil} {
		t.Run(name, func(t *testing.T) {
			got, err := p.measure(t.Context(), s, c)
			servertest.Same(t, "error", err, nil)
			servertest.Same(t, "step", [2]float64{got.Step, got.Other}, [2]float64{1, 1})
			if got.Review <= 0 || got.Review > 1 {
				t.Errorf("a second for many reviews, but %v for one", got.Review)
			}
		})
	}
	t.Run("stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := p.measure(ctx, s, practice.New())
		servertest.Same(t, "error", errors.Is(err, context.Canceled), true)
	})
	t.Run("more words than memory", func(t *testing.T) {
		if _, err := p.measure(t.Context(), servertest.Settings(t, "maxlen=8 batch_size=1 num_words=300 units=4"), practice.New()); err != nil {
			t.Error(err)
		}
	})
}

func TestPrice(t *testing.T) {
	s := training.Defaults()
	t.Run("is measured when it is asked for, and told", func(t *testing.T) {
		var mu sync.Mutex
		calls, told := 0, make(chan struct{}, 10)
		p := tried(t, func(context.Context, training.Settings) (cost, error) {
			mu.Lock()
			defer mu.Unlock()
			calls++
			return cost{Step: 0.03 - 0.01*float64(calls), Other: 0.04}, nil
		})
		servertest.Equal(t, "before", p.Estimate("a", s, "", lessonCounts, func() { told <- struct{}{} }), Epoch{})
		<-told
		<-told
		e := p.Estimate("a", s, "", lessonCounts, func() {})
		servertest.Near(t, "the quicker round", e.Seconds, 7.82)
		servertest.Near(t, "ratio", e.Ratio, 4)
		s := s
		s.Seed, s.Epochs, s.LearningRate, s.Truncating, s.MinDelta = 9, 2, 0.5, "post", 0.1
		servertest.Near(t, "what costs nothing", p.Estimate("a", s, "", lessonCounts, func() {}).Seconds, 7.82)
		mu.Lock()
		defer mu.Unlock()
		servertest.Same(t, "measurements", calls, rounds)
	})
	t.Run("is compared until it is measured", func(t *testing.T) {
		p := tried(t, func(context.Context, training.Settings) (cost, error) { return cost{Step: 0.02, Other: 0.04}, nil })
		p.settled(t, s)
		defer p.Hold()()
		longer := s
		longer.Maxlen = 160
		e := p.Estimate("a", longer, "", lessonCounts, func() {})
		if !e.Rough || e.Seconds < 1.9*15.64 || e.Seconds > 2.1*15.64 {
			t.Errorf("%+v", e)
		}
	})
	t.Run("epochs that were trained count most", func(t *testing.T) {
		p := tried(t, func(context.Context, training.Settings) (cost, error) { return cost{Step: 0.02, Other: 0.04}, nil })
		p.settled(t, s)
		release := p.Hold()
		p.note(s, "", lessonCounts, 12)
		p.note(s, "", lessonCounts, 14)
		release()
		servertest.Near(t, "epoch", p.Estimate("a", s, "", lessonCounts, func() {}).Seconds, 13)
		defer p.Hold()()
		defer p.Hold()()
		p.note(s, "", lessonCounts, 99)
		servertest.Near(t, "not while something else is at work", p.Estimate("a", s, "", lessonCounts, func() {}).Seconds, 13)
	})
	t.Run("what trials do not see is added to other prices", func(t *testing.T) {
		p := tried(t, func(context.Context, training.Settings) (cost, error) { return cost{Step: 0.02, Other: 0.04}, nil })
		p.settled(t, s)
		release := p.Hold()
		p.note(s, "", lessonCounts, 15.64*1.2)
		release()
		longer := s
		longer.Maxlen = 160
		servertest.Near(t, "half of the lag of the first epoch", p.settled(t, longer).Seconds, 15.64*1.1)
		p.note(s, "", lessonCounts, 15.64*100)
		servertest.Near(t, "an unlucky epoch", p.settled(t, longer).Seconds, 15.64*1.2)
	})
	t.Run("nothing is measured while something is at work", func(t *testing.T) {
		began, stopped := make(chan struct{}, 9), make(chan struct{}, 9)
		p := tried(t, func(ctx context.Context, _ training.Settings) (cost, error) {
			began <- struct{}{}
			<-ctx.Done()
			stopped <- struct{}{}
			return cost{}, ctx.Err()
		})
		p.Estimate("a", s, "", lessonCounts, func() {})
		<-began
		release := p.Hold()
		<-stopped
		p.Estimate("b", s, "", lessonCounts, func() {})
		servertest.Same(t, "measuring", len(began), 0)
		release()
		<-began // and again
	})
	t.Run("what cannot be measured is not tried for ever", func(t *testing.T) {
		calls := make(chan struct{}, 99)
		p := tried(t, func(context.Context, training.Settings) (cost, error) {
			calls <- struct{}{}
			return cost{}, errors.New("no")
		})
		p.Estimate("a", s, "", lessonCounts, func() {})
		servertest.Eventually(t, "the end of it", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.wake == nil
		})
		servertest.Equal(t, "price", p.Estimate("a", s, "", lessonCounts, func() {}), Epoch{})
		servertest.Same(t, "tries", len(calls), rounds)
	})
	t.Run("a notebook's next question replaces its last", func(t *testing.T) {
		var mu sync.Mutex
		var seen []int
		p := tried(t, func(_ context.Context, s training.Settings) (cost, error) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, s.Maxlen)
			return cost{Step: 1}, nil
		})
		release := p.Hold()
		for _, n := range []int{10, 20, 30} {
			s := s
			s.Maxlen = n
			p.Estimate("a", s, "", lessonCounts, func() {})
		}
		release()
		s := s
		s.Maxlen = 30
		p.settled(t, s)
		mu.Lock()
		defer mu.Unlock()
		servertest.Same(t, "first", seen[0], 30)
	})
}

func TestTrainingsTellWhatTheyTake(t *testing.T) {
	p := tried(t, func(context.Context, training.Settings) (cost, error) { return cost{}, errors.New("no") })
	s := training.Defaults()
	var heard []fit.Event
	train := p.Around(func(_ context.Context, session runs.Session) (*nn.Params, error) {
		time.Sleep(20 * time.Millisecond)
		session.Tell(fit.EpochDone{Epoch: 1})
		p.mu.Lock()
		defer p.mu.Unlock()
		servertest.Same(t, "at work", p.busy, 1)
		return nil, nil
	})
	if _, err := train(t.Context(), runs.Session{Job: runs.Job{Settings: s, Corpus: "x"}, Tell: func(e fit.Event) { heard = append(heard, e) }}); err != nil {
		t.Fatal(err)
	}
	servertest.Same(t, "told on", fmt.Sprint(len(heard)), "1")
	r := Counts{6000, 2000}
	if e := p.Estimate("a", s, "x", r, func() {}); e.Seconds < 0.02 || e.Rough {
		t.Errorf("%+v", e)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	servertest.Same(t, "at work", p.busy, 0)
}
