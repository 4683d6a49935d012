package op_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

func trainerSpec(layer string) nn.Spec {
	return nn.Spec{
		NumWords: 30, Maxlen: 7, EmbeddingDim: 12, Layer: layer, Units: 20, Optimizer: "sgd", LearningRate: 0.5,
	}
}

// Without dropout a batch has no order.
func TestPermutingABatchPermutesItsLogits(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := trainerSpec(layer)
			p := drawParams(s, 1)
			ids, labels := drawBatch(s, 37, 1)
			order := rand.New(rand.NewPCG(1, 1)).Perm(37)
			var mixed []int32
			var mixedLabels []float32
			for _, i := range order {
				mixed = append(mixed, ids[i*s.Maxlen:][:s.Maxlen]...)
				mixedLabels = append(mixedLabels, labels[i])
			}
			a, b := newTrainer(t, s, 37, 1, p), newTrainer(t, s, 37, 1, p)
			loss, right := step(t, a, ids, labels)
			mixedLoss, mixedRight := step(t, b, mixed, mixedLabels)
			if math.Abs(loss-mixedLoss) > 1e-6 || right != mixedRight {
				t.Errorf("loss %.9g with %d right, permuted %.9g with %d", loss, right, mixedLoss, mixedRight)
			}
			want, got := a.Logits(), b.Logits()
			for i, from := range order {
				sameBits(t, "permuted batch", got[i:i+1], want[from:from+1])
			}
			for i, tensor := range widen(a.Gradients()).named() {
				worst, largest := farthest(widen(b.Gradients()).named()[i].data, tensor.data)
				if !(worst <= tolerated(largest)) {
					t.Errorf("%s: the order of the batch moves a gradient by %.2g of %.2g", tensor.name, worst, largest)
				}
			}
		})
	}
}

// A short batch leaves nothing behind in the next one, and its loss is the mean over its own reviews.
func TestBatchesLeaveNothingBehind(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := trainerSpec(layer)
			s.LearningRate = 1e-30 // the weights stay
			p := drawParams(s, 1)
			ids, labels := drawBatch(s, 40, 1)
			used := newTrainer(t, s, 40, 1, p)
			step(t, used, ids, labels)
			loss, _ := step(t, used, ids[:3*s.Maxlen], labels[:3])
			fresh := newTrainer(t, s, 40, 1, p)
			alone, _ := step(t, fresh, ids[:3*s.Maxlen], labels[:3])
			if loss != alone {
				t.Errorf("loss %v after a full batch, %v at first", loss, alone)
			}
			for i, tensor := range widen(used.Gradients()).named() {
				if worst, _ := farthest(tensor.data, widen(fresh.Gradients()).named()[i].data); worst != 0 {
					t.Errorf("%s: a gradient differs by %.2g", tensor.name, worst)
				}
			}
			want := 0.0
			for i, logit := range fresh.Logits() {
				want += op.CrossEntropy(float64(logit), float64(labels[i])) / 3
			}
			if math.Abs(alone-want) > 1e-6 {
				t.Errorf("loss %v, the mean over three reviews is %v", alone, want)
			}
		})
	}
}

func TestCorrectCountsAboveOneHalf(t *testing.T) {
	s := trainerSpec("simple_rnn")
	for _, c := range []struct {
		logit float32
		label float32
		right int
	}{{1e-6, 1, 1}, {1e-6, 0, 0}, {0, 1, 0}, {0, 0, 1}, {-1e-6, 1, 0}, {-1e-6, 0, 1}} {
		p := nn.NewParams(s)
		p.DenseBias[0] = c.logit
		if _, right := step(t, newTrainer(t, s, 1, 1, p), make([]int32, s.Maxlen), []float32{c.label}); right != c.right {
			t.Errorf("logit %g, label %g: %d right, want %d", c.logit, c.label, right, c.right)
		}
	}
}

func TestCrossEntropyIsExactOnTheLogit(t *testing.T) {
	for _, c := range []struct{ logit, label, want float64 }{
		{0, 1, math.Ln2}, {30, 1, 9.357622968839299e-14}, {30, 0, 30}, {-745, 1, 745}, {1e4, 0, 1e4}, {1e4, 1, 0},
	} {
		if got := op.CrossEntropy(c.logit, c.label); math.Abs(got-c.want) > 1e-12*c.want {
			t.Errorf("logit %g, label %g: %v, want %v", c.logit, c.label, got, c.want)
		}
	}
	if p := op.Sigmoid(-800); p != 0 {
		t.Errorf("sigmoid(-800) = %v", p)
	}
	if p := op.Sigmoid(2) + op.Sigmoid(-2); math.Abs(p-1) > 1e-15 {
		t.Errorf("sigmoid(2) + sigmoid(-2) = %v", p)
	}
}

// Weights that are replaced take effect at once, and the next step starts from them.
func TestSetParams(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := trainerSpec(layer)
			s.Optimizer, s.LearningRate = "momentum", 1e-30
			ids, labels := drawBatch(s, 5, 1)
			n := newTrainer(t, s, 5, 1, drawParams(s, 1))
			step(t, n, ids, labels)
			other := drawParams(s, 2)
			n.SetParams(other)
			if n.Weights().Unpack().SHA256() != other.SHA256() {
				t.Error("the weights are not those that were set")
			}
			loss, _ := step(t, n, ids, labels)
			fresh := newTrainer(t, s, 5, 1, other)
			want, _ := step(t, fresh, ids, labels)
			if loss != want {
				t.Errorf("loss %v, a new trainer with these weights has %v", loss, want)
			}
			for i, tensor := range widen(n.Gradients()).named() {
				if worst, _ := farthest(tensor.data, widen(fresh.Gradients()).named()[i].data); worst != 0 {
					t.Errorf("%s: a gradient differs by %.2g", tensor.name, worst)
				}
			}
		})
	}
}

func TestALossThatIsNoNumberIsAnError(t *testing.T) {
	for _, layer := range layers {
		for name, spoil := range map[string]func(p *nn.Params){
			"embedding":     func(p *nn.Params) { fillNaN(p.Embedding) },
			"kernel":        func(p *nn.Params) { p.Kernel[3] = float32(math.NaN()) },
			"recurrent":     func(p *nn.Params) { p.Recurrent[3] = float32(math.NaN()) },
			"bias":          func(p *nn.Params) { p.Bias[0] = float32(math.NaN()) },
			"dense":         func(p *nn.Params) { p.DenseKernel[0] = float32(math.Inf(1)) },
			"infinite loss": func(p *nn.Params) { p.DenseBias[0] = float32(math.Inf(-1)) },
		} {
			t.Run(layer+"/"+name, func(t *testing.T) {
				s := trainerSpec(layer)
				p := drawParams(s, 1)
				spoil(p)
				n := newTrainer(t, s, 4, 1, p)
				ids, _ := drawBatch(s, 4, 1)
				_, _, err := n.Step(ids, []float32{1, 1, 1, 1})
				if !errors.Is(err, op.ErrNotFinite) {
					t.Fatalf("error %v", err)
				}
				// With sound weights the trainer goes on as a new one.
				good := drawParams(s, 1)
				n.SetParams(good)
				loss, _ := step(t, n, ids, []float32{1, 0, 1, 1})
				want, _ := step(t, newTrainer(t, s, 4, 1, good), ids, []float32{1, 0, 1, 1})
				if loss != want || n.Weights().Unpack().Check(s) != nil {
					t.Errorf("afterwards the loss is %v, want %v, and the weights: %v", loss, want, n.Weights().Unpack().Check(s))
				}
			})
		}
	}
}

func TestWrongInputsAreRefused(t *testing.T) {
	s := trainerSpec("lstm")
	n := newTrainer(t, s, 4, 1, drawParams(s, 1))
	for _, id := range []int32{-1, 30} {
		ids := make([]int32, s.Maxlen)
		ids[2] = id
		if _, _, err := n.Step(ids, []float32{1}); err == nil {
			t.Errorf("word %d of a vocabulary of 30 passed", id)
		}
	}
	for name, c := range map[string][2]int{"no reviews": {0, 0}, "five for four": {5 * s.Maxlen, 5}, "an id too few": {2*s.Maxlen - 1, 2}} {
		func() {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "op: ") {
					t.Errorf("%s: panic %q", name, text)
				}
			}()
			n.Step(make([]int32, c[0]), make([]float32, c[1]))
		}()
	}
	s.Maxlen, s.Units, s.EmbeddingDim = 1000, 512, 512
	if _, err := op.NewTrainer(s, 1024, 1, nil); err == nil || !strings.Contains(err.Error(), "lower batch_size") {
		t.Errorf("a batch beyond all memory: error %v", err)
	}
}

func step(t *testing.T, n *op.Trainer, ids []int32, labels []float32) (loss float64, right int) {
	t.Helper()
	loss, right, err := n.Step(ids, labels)
	if err != nil {
		t.Fatal(err)
	}
	return loss, right
}

func fillNaN(x []float32) {
	for i := range x {
		x[i] = float32(math.NaN())
	}
}
