package op_test

import (
	"math"
	"testing"
)

// Every norm against central differences of the twin, pushed at each sum of each gate.
func TestReachIsThatOfTheTwin(t *testing.T) {
	for _, layer := range layers {
		for _, s := range []setup{
			{name: "plain", batch: 3, reviews: 3},
			{name: "both dropouts", dropout: 0.3, recurrent: 0.4, batch: 3, reviews: 3},
			{name: "two steps back", bptt: 2, dropout: 0.3, batch: 3, reviews: 3},
			{name: "two shards", batch: 21, reviews: 18},
			{name: "a short batch", recurrent: 0.4, batch: 21, reviews: 2},
		} {
			t.Run(layer+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				spec := s.spec(layer)
				spec.NumWords, spec.Maxlen, spec.EmbeddingDim, spec.Units = 7, 5, 4, 3
				params := drawParams(spec, 11)
				n, ids, labels, _ := stepOnce(t, spec, s, params)
				ref := newTwin(spec, params)
				ref.input, ref.state = n.Masks()
				slots := map[string]int{"lstm": 4, "gru": 4, "simple_rnn": 1}[layer]
				got := n.Reach()
				if len(got) != spec.Maxlen {
					t.Fatalf("%d norms for %d steps", len(got), spec.Maxlen)
				}
				for step := range spec.Maxlen {
					sum := 0.0
					for row := range labels {
						for slot := range slots {
							for unit := range spec.Units {
								ref.push = push{row: row, t: step, slot: slot, unit: unit}
								d := derivative(&ref.push.by, func() float64 { return ref.loss(ids, labels) })
								sum += d * d
							}
						}
					}
					want := math.Sqrt(sum)
					if step < spec.Maxlen-s.bptt && s.bptt > 0 {
						if got[step] != 0 || want == 0 {
							t.Errorf("step %d lies before the border: %g, the whole gradient is %g", step, got[step], want)
						}
						continue
					}
					if !(math.Abs(got[step]-want) <= 3e-6*max(want, 0.01)) {
						t.Errorf("step %d: %.9g, the twin's %.9g", step, got[step], want)
					}
				}
			})
		}
	}
}
