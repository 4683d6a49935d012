package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// network is a predictor of some kilobytes.
func network(t *testing.T) *fit.Predictor {
	t.Helper()
	s := servertest.Settings(t, "num_words=300 embedding_dim=16 units=16 maxlen=8")
	return fit.NewPredictor(nn.SpecOf(s), nn.Init(nn.SpecOf(s), 1))
}

// madeModels loads networks out of nothing.
func madeModels(t *testing.T, networks int64) (m *models, loads *atomic.Int64) {
	m, loads = newModels(nil, networks*network(t).Bytes()), new(atomic.Int64)
	m.load = func(context.Context, modelKey) (*fit.Predictor, error) {
		loads.Add(1)
		return network(t), nil
	}
	return m, loads
}

func (m *models) must(t *testing.T, run string, epoch int) *fit.Predictor {
	t.Helper()
	p, err := m.get(t.Context(), run, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestModels(t *testing.T) {
	t.Run("are bounded by bytes", func(t *testing.T) {
		m, loads := madeModels(t, 3)
		for i := range 10 {
			m.must(t, fmt.Sprint(i), 0)
			if m.ready.Size() > m.ready.Limit {
				t.Errorf("%d bytes after %d networks, %d are allowed", m.ready.Size(), i+1, m.ready.Limit)
			}
		}
		m.must(t, "9", 0)
		m.must(t, "7", 0)
		servertest.Same(t, "loads", loads.Load(), int64(10))
		m.must(t, "6", 0)
		servertest.Same(t, "of one that was dropped", loads.Load(), int64(11))
	})
	t.Run("are bounded though reading makes them larger", func(t *testing.T) {
		m, _ := madeModels(t, 3)
		for i := range 3 {
			rows := make([][]int32, 100) // so many that every word is projected
			for j := range rows {
				rows[j] = make([]int32, 8)
			}
			before := m.must(t, fmt.Sprint(i), 0).Bytes()
			p := m.must(t, fmt.Sprint(i), 0)
			if _, err := p.Predict(t.Context(), rows); err != nil {
				t.Fatal(err)
			}
			if p.Bytes() <= before {
				t.Error("it did not grow")
			}
		}
		m.must(t, "2", 0)
		if m.ready.Size() > m.ready.Limit {
			t.Errorf("%d bytes, %d are allowed", m.ready.Size(), m.ready.Limit)
		}
		p := m.must(t, "2", 0)
		p.Slim()
		servertest.Same(t, "bytes when it is slim again", p.Bytes(), network(t).Bytes())
	})
	t.Run("are loaded once for all who ask", func(t *testing.T) {
		m, loads := madeModels(t, 3)
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				if _, err := m.get(t.Context(), "a", 1); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		servertest.Same(t, "loads", loads.Load(), int64(1))
	})
	t.Run("who has left does not wait", func(t *testing.T) {
		m, _ := madeModels(t, 3)
		m.turn <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := m.get(ctx, "a", 1); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("are forgotten when their run goes on, while they are loaded too", func(t *testing.T) {
		m, loads := madeModels(t, 3)
		m.must(t, "a", 0)
		m.forget("a")
		load := m.load
		m.load = func(ctx context.Context, k modelKey) (*fit.Predictor, error) {
			defer m.forget("a")
			return load(ctx, k)
		}
		m.must(t, "a", 0)
		m.must(t, "a", 0)
		servertest.Same(t, "loads", loads.Load(), int64(3))
	})
}

// Of a run's epochs too no more is kept than may be.
func TestPastsAreBounded(t *testing.T) {
	spec := nn.SpecOf(training.Defaults())
	of := func(epochs int) *past {
		p := &past{ids: likely(nil, 300)}
		for range epochs {
			p.predictors = append(p.predictors, excerpt(spec, nn.Init(spec, 1), p.ids))
		}
		return p
	}
	all := newPasts(2 * of(1).bytes())
	for i := range 5 {
		all.ready.Add(fmt.Sprint(i), of(1))
		if got := all.ready.Size(); got > all.ready.Limit {
			t.Errorf("%d bytes, %d are allowed", got, all.ready.Limit)
		}
	}
	all.ready.Add("larger", of(3))
	servertest.Same(t, "kept", fmt.Sprint(all.ready.Keys()), "[3 4]")
}
