package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
func madeModels(t *testing.T, networks int64) (m *Cache, loads *atomic.Int64) {
	m, loads = NewCache(nil, networks*network(t).Bytes()), new(atomic.Int64)
	m.load = func(context.Context, key) (*fit.Predictor, error) {
		loads.Add(1)
		return network(t), nil
	}
	return m, loads
}

func (m *Cache) must(t *testing.T, run string, epoch int) *fit.Predictor {
	t.Helper()
	p, err := m.Get(t.Context(), run, epoch)
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
				if _, err := m.Get(t.Context(), "a", 1); err != nil {
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
		if _, err := m.Get(ctx, "a", 1); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("are forgotten when their run goes on, while they are loaded too", func(t *testing.T) {
		m, loads := madeModels(t, 3)
		m.must(t, "a", 0)
		m.Forget("a")
		load := m.load
		m.load = func(ctx context.Context, k key) (*fit.Predictor, error) {
			defer m.Forget("a")
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
	of := func(epochs int) *Epochs {
		p := &Epochs{ids: likely(nil, 300)}
		for range epochs {
			p.predictors = append(p.predictors, excerpt(spec, nn.Init(spec, 1), p.ids))
		}
		return p
	}
	all := NewEpochModels(nil, 2*of(1).bytes())
	for i := range 5 {
		all.ready.Add(fmt.Sprint(i), of(1))
		if got := all.ready.Size(); got > all.ready.Limit {
			t.Errorf("%d bytes, %d are allowed", got, all.ready.Limit)
		}
	}
	all.ready.Add("larger", of(3))
	servertest.Same(t, "kept", fmt.Sprint(all.ready.Keys()), "[3 4]")
}

// Fewer embeddings, the same verdict.
func TestThePastNeedsOnlyItsWords(t *testing.T) {
	for _, layer := range []string{"lstm", "gru", "simple_rnn"} {
		spec := nn.SpecOf(servertest.Settings(t, "num_words=500 embedding_dim=8 units=8 maxlen=8 layer="+layer))
		params := nn.Init(spec, 5)
		for i := range params.Embedding {
			params.Embedding[i] *= 20 // so that words that nobody has trained all say something
		}
		row, ids := []int32{0, 0, 1, 480, 23, 2, 480, 6}, []int32{0, 1, 2, 6, 23, 480}
		past := &Epochs{epochs: []int{4}, ids: ids, predictors: []*fit.Predictor{excerpt(spec, params, ids)}}
		got, err := past.Judge(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		want, err := fit.NewPredictor(spec, params).Predict(t.Context(), [][]int32{row})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0] != float64(want[0]) {
			t.Errorf("%s: %v, want %v", layer, got, want)
		}
		if !past.knows(ids[1:]) || past.knows(append(slices.Clone(ids), 499)) {
			t.Errorf("%s: the past knows other words than %v", layer, ids)
		}
	}
}

func TestSpread(t *testing.T) {
	var epochs []int
	for e := range 100 {
		epochs = append(epochs, e+1)
	}
	if got := Spread(epochs); len(got) != mostEpochs || got[0] != 1 || got[len(got)-1] != 100 || !slices.IsSorted(got) {
		t.Errorf("of a hundred epochs %v", got)
	}
	if got := Spread(epochs[:20]); !slices.Equal(got, epochs[:20]) {
		t.Errorf("of twenty epochs %v", got)
	}
}
