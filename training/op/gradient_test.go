package op_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

var layers = []string{"lstm", "gru", "simple_rnn"}

// A way in which the network may be set up for a step.
type setup struct {
	name               string
	dropout, recurrent float64
	bptt               int
	batch, reviews     int // the trainer's B, and how many of them come
}

// tolerated is how far a gradient may be off in a tensor whose largest is given. Rounding leaves up
// to 7e-7 of it; but a tensor may be a sum that cancels, and its terms, about 0.01 each, are rounded.
func tolerated(largest float64) float64 { return 3e-6 * max(largest, 0.01) }

// One step's loss and every gradient against central differences of the twin.
func TestGradientsAreThoseOfTheTwin(t *testing.T) {
	for _, layer := range layers {
		for _, s := range []setup{
			{name: "plain", batch: 3, reviews: 3},
			{name: "dropout", dropout: 0.3, batch: 3, reviews: 3},
			{name: "recurrent dropout", recurrent: 0.4, batch: 3, reviews: 3},
			{name: "both dropouts", dropout: 0.3, recurrent: 0.4, batch: 3, reviews: 3},
			{name: "one step back", bptt: 1, batch: 3, reviews: 3},
			{name: "two steps back, both dropouts", bptt: 2, dropout: 0.3, recurrent: 0.4, batch: 3, reviews: 3},
			{name: "more steps back than words", bptt: 9, batch: 3, reviews: 3},
			{name: "a short batch", dropout: 0.3, recurrent: 0.4, batch: 21, reviews: 2},
		} {
			t.Run(layer+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				spec := s.spec(layer)
				spec.NumWords, spec.Maxlen, spec.EmbeddingDim, spec.Units = 7, 6, 4, 6
				compareWithTwin(t, spec, s, math.MaxInt)
			})
		}
	}
}

// Over several shards and several tiles of features and units; some gradients of each tensor.
func TestGradientsOverShardsAndTiles(t *testing.T) {
	for _, layer := range layers {
		for _, s := range []setup{
			{name: "plain", batch: 19, reviews: 19},
			{name: "both dropouts", dropout: 0.2, recurrent: 0.3, batch: 19, reviews: 19},
			{name: "two steps back", bptt: 2, dropout: 0.3, batch: 19, reviews: 19},
			{name: "a short batch", recurrent: 0.3, batch: 35, reviews: 18},
		} {
			t.Run(layer+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				spec := s.spec(layer)
				spec.NumWords, spec.Maxlen, spec.EmbeddingDim, spec.Units = 23, 3, 18, 35
				compareWithTwin(t, spec, s, 12)
			})
		}
	}
}

// Over more time steps than the weight gradients take at a time, in shards that follow one another.
func TestGradientsOverLongSequences(t *testing.T) {
	for _, layer := range layers {
		for _, s := range []setup{
			{name: "plain", batch: 18, reviews: 18},
			{name: "both dropouts", dropout: 0.2, recurrent: 0.3, batch: 18, reviews: 18},
			{name: "eleven steps back", bptt: 11, dropout: 0.3, recurrent: 0.4, batch: 18, reviews: 18},
		} {
			t.Run(layer+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				spec := s.spec(layer)
				spec.NumWords, spec.Maxlen, spec.EmbeddingDim, spec.Units = 23, 21, 4, 18
				compareWithTwin(t, spec, s, 12)
			})
		}
	}
}

func (s setup) spec(layer string) nn.Spec {
	return nn.Spec{
		Layer: layer, Dropout: s.dropout, RecurrentDropout: s.recurrent, BPTTSteps: s.bptt,
		Optimizer: "sgd", LearningRate: 0.1,
	}
}

// compareWithTwin makes one step and checks up to `most` gradients of every tensor.
func compareWithTwin(t *testing.T, spec nn.Spec, s setup, most int) {
	params := drawParams(spec, 11)
	n, ids, labels, loss := stepOnce(t, spec, s, params)
	ref := newTwin(spec, params)
	ref.input, ref.state = n.Masks()

	if want := ref.loss(ids, labels); math.Abs(loss-want) > 2e-6*want {
		t.Errorf("loss %.9g, the twin's %.9g", loss, want)
	}
	got := widen(n.Gradients()).named()
	rng := rand.New(rand.NewPCG(5, 5))
	for i, tensor := range ref.w.named() {
		worst, largest, at := 0.0, 0.0, 0
		for _, j := range rng.Perm(len(tensor.data))[:min(most, len(tensor.data))] {
			want := derivative(&tensor.data[j], func() float64 { return ref.loss(ids, labels) })
			largest = max(largest, math.Abs(want))
			// Written so that NaN counts as worst.
			if d := math.Abs(got[i].data[j] - want); !(d <= worst) {
				worst, at = d, j
			}
		}
		t.Logf("gradients of %s: largest error %.1e", tensor.name, worst/largest)
		if !(worst <= tolerated(largest)) {
			t.Errorf("%s[%d]: gradient off by %.2g, the largest of its tensor is %.2g", tensor.name, at, worst, largest)
		}
	}
}

// stepOnce trains one batch and gives it back with its loss.
func stepOnce(t *testing.T, spec nn.Spec, s setup, p *nn.Params) (*op.Trainer, []int32, []float32, float64) {
	t.Helper()
	n := newTrainer(t, spec, s.batch, 3, p)
	ids, labels := drawBatch(spec, s.reviews, 17)
	loss, _, err := n.Step(ids, labels)
	if err != nil {
		t.Fatal(err)
	}
	return n, ids, labels, loss
}

func newTrainer(t testing.TB, spec nn.Spec, batch int, seed uint64, p *nn.Params) *op.Trainer {
	t.Helper()
	n, err := op.NewTrainer(spec, batch, seed, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// derivative is the central difference of f in x.
func derivative(x *float64, f func() float64) float64 {
	const step = 1e-5
	at := *x
	defer func() { *x = at }()
	*x = at + step
	up := f()
	*x = at - step
	return (up - f()) / (2 * step)
}
