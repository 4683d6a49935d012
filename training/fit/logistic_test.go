package fit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"cuaderno/training/fit"
	"cuaderno/training/imdb/practice"
)

func TestLogisticRegression(t *testing.T) {
	const numWords = 60
	bag := fit.NewBag(smallCorpus(80, 1, 5).Train, numWords)
	rng := rand.New(rand.NewPCG(1, 2))
	w := make([]float64, numWords+1)
	for i := range w {
		w[i] = rng.NormFloat64()
	}
	value := func(w []float64) float64 { loss, _, _ := bag.Loss(w); return loss }
	central := &fd.Settings{Formula: fd.Central}

	t.Run("gradient", func(t *testing.T) {
		_, grad, _ := bag.Loss(w)
		want := fd.Gradient(nil, value, w, central)
		if !floats.EqualApprox(grad, want, 1e-6) {
			t.Errorf("off by %g", floats.Distance(grad, want, math.Inf(1)))
		}
	})
	t.Run("curvature", func(t *testing.T) {
		direction := make([]float64, len(w))
		for i := range direction {
			direction[i] = rng.NormFloat64()
		}
		_, _, curve := bag.Loss(w)
		got := bag.Bend(direction, curve)
		for i := range w {
			want := fd.Derivative(func(x float64) float64 {
				there := make([]float64, len(w))
				floats.AddScaledTo(there, w, x, direction)
				_, grad, _ := bag.Loss(there)
				return grad[i]
			}, 0, central)
			if math.Abs(got[i]-want) > 1e-6 {
				t.Errorf("weight %d: %g, want %g", i, got[i], want)
			}
		}
	})
	t.Run("the bottom", func(t *testing.T) {
		bag := fit.NewBag(practice.New().Train, 2000)
		w, err := bag.Regress(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// scikit-learn's TfidfVectorizer and LogisticRegression (defaults, but tol=1e-8) on the same
		// reviews, by lbfgs and by newton-cg: 2998.930040.
		loss, _, _ := bag.Loss(w)
		if math.Abs(loss-2998.930040) > 0.01 {
			t.Errorf("loss %.6f", loss)
		}
	})
}
