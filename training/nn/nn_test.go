package nn_test

import (
	"math"
	"testing"

	"cuaderno/training"
	"cuaderno/training/nn"
)

func spec(layer string) nn.Spec {
	s := nn.SpecOf(training.Defaults())
	s.Layer = layer
	return s
}

// Counts that Keras prints for the lesson's sizes.
func TestSummaryCountsAsKeras(t *testing.T) {
	for layer, want := range map[string][2]int{
		"lstm": {131584, 2691713}, "gru": {99072, 2659201}, "simple_rnn": {32896, 2593025},
	} {
		t.Run(layer, func(t *testing.T) {
			sum := spec(layer).Summary()
			if got := [2]int{sum.Rows[1].Params, sum.Total}; got != want {
				t.Errorf("layer and total have %v parameters, want %v", got, want)
			}
			total := 0
			for _, tensor := range nn.NewParams(spec(layer)).All(spec(layer)) {
				size := 1
				for _, d := range tensor.Shape {
					size *= d
				}
				if size != len(tensor.Data) {
					t.Errorf("%s: shape %v, but %d numbers", tensor.Name, tensor.Shape, len(tensor.Data))
				}
				total += size
			}
			if total != sum.Total {
				t.Errorf("tensors hold %d numbers, the summary says %d", total, sum.Total)
			}
		})
	}
}

func TestInitFollowsKerasDistributions(t *testing.T) {
	for _, layer := range []string{"lstm", "gru", "simple_rnn"} {
		t.Run(layer, func(t *testing.T) {
			s := spec(layer)
			p := nn.Init(s, 7)
			wide := s.Gates() * s.Units
			uniformOn(t, "embedding", p.Embedding, 0.05)
			uniformOn(t, "kernel", p.Kernel, math.Sqrt(6/float64(s.EmbeddingDim+wide)))
			uniformOn(t, "dense", p.DenseKernel, math.Sqrt(6/float64(s.Units+1)))
			for i := range s.Units {
				for j := range i + 1 {
					dot := 0.0
					for k := range wide {
						dot += float64(p.Recurrent[i*wide+k]) * float64(p.Recurrent[j*wide+k])
					}
					want := 0.0
					if i == j {
						want = 1
					}
					if math.Abs(dot-want) > 1e-5 {
						t.Fatalf("rows %d and %d of the recurrent kernel: product %g, want %g", i, j, dot, want)
					}
				}
			}
			for i, b := range p.Bias {
				want := float32(0)
				if layer == "lstm" && i/s.Units == 1 {
					want = 1
				}
				if b != want {
					t.Fatalf("bias[%d] = %g, want %g", i, b, want)
				}
			}
		})
	}
}

// uniformOn checks bounds, mean and variance (limit²/3) within five standard errors.
func uniformOn(t *testing.T, name string, w []float32, limit float64) {
	t.Helper()
	n, sum, squares := float64(len(w)), 0.0, 0.0
	for _, x := range w {
		if math.Abs(float64(x)) > limit*1.000001 {
			t.Fatalf("%s holds %g, beyond %g", name, x, limit)
		}
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	variance := limit * limit / 3
	if mean := sum / n; math.Abs(mean) > 5*math.Sqrt(variance/n) {
		t.Errorf("%s has mean %g", name, mean)
	}
	// The variance of x² is limit⁴ (1/5 - 1/9).
	if got := squares / n; math.Abs(got-variance) > 5*limit*limit*math.Sqrt((1.0/5-1.0/9)/n) {
		t.Errorf("%s has variance %g, want %g", name, got, variance)
	}
}

func TestSeedDecidesTheWeights(t *testing.T) {
	s := spec("lstm")
	a, b, c := nn.Init(s, 1).SHA256(), nn.Init(s, 1).SHA256(), nn.Init(s, 2).SHA256()
	if a != b {
		t.Error("one seed gave two sets of weights")
	}
	if a == c {
		t.Error("two seeds gave the same weights")
	}
}

func TestCheckRefusesWrongSizesAndNaN(t *testing.T) {
	s := spec("gru")
	p := nn.Init(s, 1)
	if err := p.Check(s); err != nil {
		t.Fatal(err)
	}
	p.Kernel[3] = float32(math.NaN())
	if p.Check(s) == nil {
		t.Error("a NaN passed")
	}
	p = nn.Init(spec("lstm"), 1)
	if p.Check(s) == nil {
		t.Error("an LSTM's weights passed as a GRU's")
	}
}
