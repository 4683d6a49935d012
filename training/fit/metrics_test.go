package fit_test

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"testing"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// kerasMetrics are losses and accuracies that Keras computed; testdata/keras says how.
type kerasMetrics struct {
	Single []struct {
		Probability, Loss, Correct float64
		Label                      int
	}
	Logits []struct {
		Logit, Loss float64
		Label       int
	}
	Epoch struct {
		BatchSize      int `json:"batch_size"`
		Probabilities  []float64
		Labels         []int
		Loss, Accuracy float64
	}
}

func loadMetrics(t *testing.T) (m kerasMetrics) {
	t.Helper()
	f, err := os.Open("testdata/keras/metrics.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// certain makes a network that answers each one-word review with a wanted probability: one unit,
// h = tanh(e), logit = 40 h.
func certain(probabilities []float64, labels []int) (training.Settings, *nn.Params, *imdb.Corpus) {
	s := smallSettings()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.Layer = len(probabilities)+4, 1, 1, 1, "simple_rnn"
	s.Dropout, s.RecurrentDropout, s.Optimizer, s.LearningRate = 0, 0, "sgd", 1e-30
	p := nn.NewParams(nn.SpecOf(s))
	p.Kernel[0], p.DenseKernel[0] = 1, 40
	var reviews [][]int32
	for i, q := range probabilities {
		p.Embedding[4+i] = float32(math.Atanh(math.Log(q/(1-q)) / 40))
		reviews = append(reviews, []int32{imdb.Start, int32(4 + i)})
	}
	split := imdb.NewSplit(reviews, labels)
	return s, p, &imdb.Corpus{Train: split, Test: split}
}

// An epoch of 75 reviews in batches of 32: evaluate, and both halves of fit.
func TestEpochMetricsAreThoseOfKeras(t *testing.T) {
	want := loadMetrics(t).Epoch
	s, params, corpus := certain(want.Probabilities, want.Labels)
	s.BatchSize, s.Epochs = want.BatchSize, 1
	m, err := fit.NewModelFrom(nn.SpecOf(s), s.BatchSize, 1, params)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h, err := fit.Run(t.Context(), m, fit.Prepare(corpus, s), fit.ConfigOf(s), nil)
	if err != nil {
		t.Fatal(err)
	}
	e := evaluate(t, m.Predictor(), fit.Prepare(corpus, s).Test)
	for what, got := range map[string][2]float64{
		"evaluate": {e.Loss, e.Accuracy}, "loss": {h.Epochs[0].Loss, h.Epochs[0].Accuracy}, "val_loss": {h.Epochs[0].ValLoss, h.Epochs[0].ValAccuracy},
	} {
		if math.Abs(got[0]-want.Loss) > 2e-6*want.Loss || math.Abs(got[1]-want.Accuracy) > 1e-6 {
			t.Errorf("%s: %v and %v, Keras has %v and %v", what, got[0], got[1], want.Loss, want.Accuracy)
		}
	}
}

func TestLossesAreThoseOfKeras(t *testing.T) {
	metrics := loadMetrics(t)
	// In float32 Keras' losses of sure answers are nought or a few roundings of 1.
	for _, c := range metrics.Logits {
		if got := op.CrossEntropy(c.Logit, float64(c.Label)); math.Abs(got-c.Loss) > 1e-6*c.Loss+4e-7 {
			t.Errorf("logit %g, label %d: loss %v, Keras has %v", c.Logit, c.Label, got, c.Loss)
		}
	}
	// Keras' loss on probabilities keeps them 1e-7 away from 0 and 1; between, it is the same.
	compared := 0
	for _, c := range metrics.Single {
		if q := c.Probability; q > 1e-6 && q < 1-1e-6 {
			compared++
			if got := op.CrossEntropy(math.Log(q/(1-q)), float64(c.Label)); math.Abs(got-c.Loss) > 3e-7+1e-6*c.Loss {
				t.Errorf("P %g, label %d: loss %v, Keras has %v", q, c.Label, got, c.Loss)
			}
		}
	}
	if len(metrics.Logits) < 20 || compared < 16 {
		t.Errorf("only %d logits and %d probabilities", len(metrics.Logits), compared)
	}
}

func TestAccuracyIsThatOfKeras(t *testing.T) {
	for _, c := range loadMetrics(t).Single {
		if q := c.Probability; q > 1e-6 && q < 1-1e-6 {
			s, params, corpus := certain([]float64{q}, []int{c.Label})
			e := evaluate(t, fit.NewPredictor(nn.SpecOf(s), params), fit.Prepare(corpus, s).Test)
			if e.Accuracy != c.Correct {
				t.Errorf("P %v, label %d: accuracy %g, Keras has %g", q, c.Label, e.Accuracy, c.Correct)
			}
		}
	}
}
