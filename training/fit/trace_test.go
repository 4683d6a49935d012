package fit_test

import (
	"math"
	"testing"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func TestTraceEndsAtTheVerdict(t *testing.T) {
	eachTrained(t, func(t *testing.T, s training.Settings, p *fit.Predictor) {
		rows := rowsOf(fit.Prepare(smallCorpus(20, 30, 6), s).Test)
		for i, want := range predict(t, p, rows) {
			from, to := 1, s.Maxlen-1
			trace := p.Trace(rows[i], from, to, 3)
			if len(trace.P) != s.Maxlen || trace.P[s.Maxlen-1] != float64(want) {
				t.Fatalf("row %d: %v, the verdict is %v", i, trace.P, want)
			}
			all := p.Trace(rows[i], from, to, s.Units+9)
			if len(trace.Units) != 3 || len(all.Units) != s.Units {
				t.Fatalf("%d and %d units, want 3 and %d", len(trace.Units), len(all.Units), s.Units)
			}
			last, seen := math.Inf(1), map[int]bool{}
			for k, u := range all.Units {
				low, high := 1.0, -1.0
				for _, x := range u.States[from:to] {
					low, high = min(low, x), max(high, x)
				}
				if high-low > last || seen[u.Unit] {
					t.Errorf("row %d: unit %d moves by %v, after one that moves by %v", i, u.Unit, high-low, last)
				}
				last, seen[u.Unit] = high-low, true
				if k < 3 && trace.Units[k].Unit != u.Unit {
					t.Errorf("row %d: the three are not the first of all", i)
				}
			}
			// All units together make the verdict: their weights and states are one another's.
			sum := 0.0
			for _, u := range all.Units {
				sum += u.Weight * (u.States[s.Maxlen-1] - u.States[s.Maxlen-2])
			}
			logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
			if moved := logit(trace.P[s.Maxlen-1]) - logit(trace.P[s.Maxlen-2]); math.Abs(moved-sum) > 1e-4 {
				t.Errorf("row %d: the last word moved the logit by %v, the units by %v", i, moved, sum)
			}
		}
	})
}

func TestTracePanicsOnARowOfWrongLength(t *testing.T) {
	s := smallSettings()
	p := fit.NewPredictor(nn.SpecOf(s), paramsOf(t, s))
	for name, call := range map[string]func(){
		"short row":  func() { p.Trace(make([]int32, s.Maxlen-1), 0, 0, 1) },
		"long words": func() { p.Trace(make([]int32, s.Maxlen), 0, s.Maxlen+1, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}
