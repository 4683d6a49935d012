package fit_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// eachTrained gives a predictor for every layer, after a short training.
func eachTrained(t *testing.T, f func(t *testing.T, s training.Settings, p *fit.Predictor)) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := smallSettings()
			s.Layer = layer
			m, _, err := trainSmall(t, t.Context(), s, nil)
			if err != nil {
				t.Fatal(err)
			}
			f(t, s, m.Predictor())
		})
	}
}

func rowsOf(set *fit.Set) [][]int32 {
	rows := make([][]int32, set.Len())
	for i := range rows {
		rows[i] = make([]int32, set.Maxlen())
		set.Row(i, rows[i])
	}
	return rows
}

func predict(t *testing.T, p *fit.Predictor, rows [][]int32) []float32 {
	t.Helper()
	out, err := p.Predict(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func evaluate(t *testing.T, p *fit.Predictor, set *fit.Set) fit.Evaluation {
	t.Helper()
	e, err := fit.Evaluate(t.Context(), p, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Evaluate is Predict and the definitions of the metrics.
func TestEvaluateFollowsFromPredict(t *testing.T) {
	eachTrained(t, func(t *testing.T, s training.Settings, p *fit.Predictor) {
		set := fit.Prepare(smallCorpus(20, 333, 6), s).Test
		probabilities := predict(t, p, rowsOf(set))
		loss, right := 0.0, 0
		for i, q := range probabilities {
			if set.Label(i) == 1 {
				loss -= math.Log(float64(q))
			} else {
				loss -= math.Log(1 - float64(q))
			}
			if (q > 0.5) == (set.Label(i) == 1) {
				right++
			}
		}
		var heard []int
		e, err := fit.Evaluate(t.Context(), p, set, func(done, of int) {
			if of != 333 {
				t.Errorf("%d of %d", done, of)
			}
			heard = append(heard, done)
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(e.Probabilities, probabilities) {
			t.Error("evaluate and predict give different probabilities")
		}
		if math.Abs(e.Loss-loss/333) > 1e-6 || e.Accuracy != float64(right)/333 || e.Seconds <= 0 {
			t.Errorf("loss %v, accuracy %v, %v s; by definition %v and %v", e.Loss, e.Accuracy, e.Seconds, loss/333, float64(right)/333)
		}
		if !slices.IsSorted(heard) || len(heard) < 2 || heard[len(heard)-1] != 333 {
			t.Errorf("progress told %v", heard)
		}
	})
}

// One by one, in any order, or all at once: the same bits.
func TestPredictDoesNotMindCompany(t *testing.T) {
	eachTrained(t, func(t *testing.T, s training.Settings, p *fit.Predictor) {
		rows := rowsOf(fit.Prepare(smallCorpus(20, 100, 6), s).Test)
		all := predict(t, p, rows)
		for i, row := range rows {
			if one := predict(t, p, [][]int32{row}); one[0] != all[i] {
				t.Fatalf("row %d alone %v, among others %v", i, one[0], all[i])
			}
		}
		slices.Reverse(rows)
		back := predict(t, p, rows)
		slices.Reverse(back)
		if !slices.Equal(back, all) {
			t.Error("the order of the rows changes their probabilities")
		}
		if out := predict(t, p, nil); len(out) != 0 {
			t.Errorf("%v for no rows", out)
		}
	})
}

func TestPredictorsWeightsAreACopy(t *testing.T) {
	s := smallSettings()
	m := newModel(t, s)
	d := fit.Prepare(smallCorpus(90, 70, 1), s)
	p := m.Predictor()
	before := evaluate(t, p, d.Test)
	if _, err := fit.Run(t.Context(), m, d, fit.ConfigOf(s), nil); err != nil {
		t.Fatal(err)
	}
	after := evaluate(t, p, d.Test)
	if !slices.Equal(before.Probabilities, after.Probabilities) {
		t.Error("training moved a predictor made before it")
	}
	if slices.Equal(after.Probabilities, evaluate(t, m.Predictor(), d.Test).Probabilities) {
		t.Error("training changed nothing")
	}
}

func TestOnePredictorServesMany(t *testing.T) {
	eachTrained(t, func(t *testing.T, s training.Settings, p *fit.Predictor) {
		set := fit.Prepare(smallCorpus(20, 300, 6), s).Test
		want := evaluate(t, fit.NewPredictor(p.Spec, paramsOf(t, s)), set).Probabilities
		got := make([][]float32, 6)
		p = fit.NewPredictor(p.Spec, paramsOf(t, s))
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				e, err := fit.Evaluate(t.Context(), p, set, nil)
				if err != nil {
					t.Error(err)
				}
				got[i] = e.Probabilities
			})
		}
		wg.Wait()
		for i := range got {
			if !slices.Equal(got[i], want) {
				t.Errorf("reader %d got other probabilities", i)
			}
		}
	})
}

func paramsOf(t *testing.T, s training.Settings) *nn.Params {
	t.Helper()
	return nn.Init(nn.SpecOf(s), 3)
}

func TestEvaluateStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := smallSettings()
	p := fit.NewPredictor(nn.SpecOf(s), paramsOf(t, s))
	last := 0
	_, err := fit.Evaluate(ctx, p, fit.Prepare(smallCorpus(5, 2000, 1), s).Test, func(done, _ int) {
		last = done
		cancel()
	})
	if !errors.Is(err, context.Canceled) || last > 500 {
		t.Errorf("error %v after %d of 2000 reviews", err, last)
	}
	if _, err := p.Predict(ctx, rowsOf(fit.Prepare(smallCorpus(5, 9, 1), s).Test)); !errors.Is(err, context.Canceled) {
		t.Errorf("predict with a context that has ended: %v", err)
	}
}

// An untrained network whose dense layer is nought, or too little above it to be seen in a probability: every P is
// exactly 0.5, which is not positive, neither in the accuracy nor where mistakes are counted.
func TestExactlyOneHalfIsNegative(t *testing.T) {
	for _, bias := range []float32{0, 1e-9} {
		halves(t, bias)
	}
}

func halves(t *testing.T, bias float32) {
	s := smallSettings()
	params := nn.NewParams(nn.SpecOf(s))
	params.DenseBias[0] = bias
	p := fit.NewPredictor(nn.SpecOf(s), params)
	set := fit.NewSet(imdb.NewSplit([][]int32{{1, 4}, {1, 5}, {1, 6}, {1, 7}}, []int{1, 0, 1, 1}), 0, 4, s)
	e := evaluate(t, p, set)
	wrong := len(fit.Mistakes(e.Probabilities, set.Label, 1, 9)) + len(fit.Mistakes(e.Probabilities, set.Label, 0, 9))
	if e.Accuracy != 0.25 || wrong != 3 || math.Abs(e.Loss-math.Ln2) > 1e-9 || e.Probabilities[0] != 0.5 {
		t.Errorf("bias %v: accuracy %v, %d wrong, loss %v, P %v", bias, e.Accuracy, wrong, e.Loss, e.Probabilities)
	}
}

func TestPredictPanicsOnARowOfWrongLength(t *testing.T) {
	s := smallSettings()
	p := fit.NewPredictor(nn.SpecOf(s), paramsOf(t, s))
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	p.Predict(t.Context(), [][]int32{make([]int32, s.Maxlen-1)})
}
