package fit_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"cuaderno/training/fit"
)

// expected is what scikit-learn says; testdata/sklearn/make.py made it.
type expected struct {
	Labels        []int
	Probabilities []float32
	False, True   []float64
	Area          float64
	Share, Mean   []float64 // of the bins that are not empty
}

func sklearnSays(t *testing.T) (e expected, label func(i int) float32) {
	t.Helper()
	b, err := os.ReadFile("testdata/sklearn/curves.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e, func(i int) float32 { return float32(e.Labels[i]) }
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

func TestROCIsScikitLearns(t *testing.T) {
	e, label := sklearnSays(t)
	curve, area := fit.ROC(e.Probabilities, label)
	if !near(area, e.Area) {
		t.Errorf("area %v, want %v", area, e.Area)
	}
	if len(curve) != len(e.False) {
		t.Fatalf("%d points, want %d", len(curve), len(e.False))
	}
	for i, p := range curve {
		if !near(p.False, e.False[i]) || !near(p.True, e.True[i]) {
			t.Errorf("point %d is %v, want %v %v", i, p, e.False[i], e.True[i])
		}
	}
	// Its definition, pair by pair.
	sum, pairs := 0.0, 0.0
	for i, p := range e.Probabilities {
		for j, q := range e.Probabilities {
			if label(i) == 1 && label(j) == 0 {
				pairs++
				if p > q {
					sum++
				} else if p == q {
					sum += .5
				}
			}
		}
	}
	if !near(area, sum/pairs) {
		t.Errorf("area %v, of the pairs %v", area, sum/pairs)
	}
	for _, n := range []int{2, 12, 30} {
		thin := fit.Thin(curve, n)
		if len(thin) > n+1 || thin[0] != curve[0] || thin[len(thin)-1] != curve[len(curve)-1] {
			t.Errorf("thinned to %d: %v", n, thin)
		}
		for _, p := range thin {
			if !slices.Contains(curve, p) {
				t.Errorf("thinned to %d, the point %v is none of the curve", n, p)
			}
		}
	}
	if got := fit.Thin(curve, 1000); !slices.Equal(got, curve) {
		t.Error("a short curve was thinned")
	}
	if curve, area := fit.ROC([]float32{.2, .4}, func(int) float32 { return 1 }); curve != nil || area != 0 {
		t.Errorf("a curve without negatives: %v, %v", curve, area)
	}
}

func TestReliabilityIsScikitLearns(t *testing.T) {
	e, label := sklearnSays(t)
	bins := fit.Reliability(e.Probabilities, label)
	at, all, gap := 0, 0, 0.0
	for k, b := range bins {
		all += b.Count
		if b.Count == 0 {
			continue
		}
		share := float64(b.Positive) / float64(b.Count)
		if !near(share, e.Share[at]) || !near(b.Mean, e.Mean[at]) {
			t.Errorf("bin %d: %v of which %v, want %v of which %v", k, b.Mean, share, e.Mean[at], e.Share[at])
		}
		gap += math.Abs(share-b.Mean) * float64(b.Count) / float64(len(e.Labels))
		at++
	}
	if at != len(e.Share) || all != len(e.Labels) {
		t.Errorf("%d bins with %d reviews, want %d with %d", at, all, len(e.Share), len(e.Labels))
	}
	if !near(fit.Gap(bins), gap) {
		t.Errorf("gap %v, want %v", fit.Gap(bins), gap)
	}
}

func TestMistakes(t *testing.T) {
	p := []float32{.9, .1, .5, .8, .99, .02, .6, .02, .51}
	labels := []float32{0, 1, 1, 0, 1, 1, 0, 1, 0}
	label := func(i int) float32 { return labels[i] }
	if got := fit.Mistakes(p, label, 0, 3); !slices.Equal(got, []int{0, 3, 6}) {
		t.Errorf("false positives %v", got)
	}
	// Exactly one half is negative.
	if got := fit.Mistakes(p, label, 1, 9); !slices.Equal(got, []int{5, 7, 1, 2}) {
		t.Errorf("false negatives %v", got)
	}
}
