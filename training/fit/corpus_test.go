package fit_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var layers = []string{"lstm", "gru", "simple_rnn"}

// smallSettings train in milliseconds; words reach beyond the vocabulary of 50.
func smallSettings() training.Settings {
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units = 50, 8, 6, 10
	s.BatchSize, s.Epochs, s.LearningRate = 16, 3, 0.01
	return s
}

// smallCorpus has reviews of 1 to 20 words; good ones hold the word 7 more often, bad ones 8.
func smallCorpus(train, test int, seed uint64) *imdb.Corpus {
	rng := rand.New(rand.NewPCG(seed, 3))
	split := func(n int) *imdb.Split {
		var reviews [][]int32
		var labels []int
		for i := range n {
			label := rng.IntN(2)
			ids := []int32{imdb.Start}
			for range rng.IntN(20) {
				id := int32(4 + rng.IntN(60))
				if rng.IntN(3) == 0 {
					id = int32(8 - label)
				}
				ids = append(ids, id)
			}
			// Every review is like no other: its number stands in it.
			ids = append(ids, int32(100+i))
			reviews, labels = append(reviews, ids), append(labels, label)
		}
		return imdb.NewSplit(reviews, labels)
	}
	return &imdb.Corpus{Name: "small", Train: split(train), Test: split(test)}
}

// trainSmall runs settings on a corpus of 90 and 70 reviews from fresh weights.
func trainSmall(t testing.TB, ctx context.Context, s training.Settings, observe fit.Observer) (*fit.Model, fit.History, error) {
	t.Helper()
	m := newModel(t, s)
	h, err := fit.Run(ctx, m, fit.Prepare(smallCorpus(90, 70, 1), s), fit.ConfigOf(s), observe)
	return m, h, err
}

func newModel(t testing.TB, s training.Settings) *fit.Model {
	t.Helper()
	m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}
