package op_test

import (
	"math"
	"testing"

	"cuaderno/training"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

func TestStatesEndAtTheLogit(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		s.Maxlen = 37 // projected sixteen words at a time: two blocks and a part
		ids, reader := drawReviews(s, 30, 4), op.NewPredictor(s, p)
		logits, ref := readAll(t, reader, s, ids), newTwin(s, p)
		for i, want := range logits {
			row, heard := ids[i*s.Maxlen:][:s.Maxlen], []float32(nil)
			reader.States(row, func(at int, logit float32, h []float32) {
				if at != len(heard) {
					t.Errorf("word %d after %d", at, len(heard))
				}
				if len(h) != s.Units {
					t.Fatalf("a state of %d for %d units", len(h), s.Units)
				}
				sum := float64(p.DenseBias[0])
				for unit, x := range h {
					if reader.Weight(unit) != p.DenseKernel[unit] {
						t.Fatalf("unit %d has another weight", unit)
					}
					sum += float64(x) * float64(p.DenseKernel[unit])
				}
				if math.Abs(sum-float64(logit)) > 1e-5 {
					t.Errorf("the state after word %d makes %v, the logit is %v", at, sum, logit)
				}
				heard = append(heard, logit)
			})
			if len(heard) != s.Maxlen {
				t.Fatalf("%d logits for %d words", len(heard), s.Maxlen)
			}
			sameBits(t, "the last word's logit and the review's", heard[s.Maxlen-1:], []float32{want})
			if i < 3 {
				for at := range heard {
					if d := math.Abs(float64(heard[at]) - ref.logit(row[:at+1], 0)); !(d <= 5e-6) {
						t.Errorf("after word %d the logit is off by %.2g", at, d)
					}
				}
			}
		}
	})
}

// BenchmarkStates reads one review of 80 words at the lesson's size, word by word.
func BenchmarkStates(b *testing.B) {
	for _, layer := range layers {
		b.Run(layer, func(b *testing.B) {
			spec := nn.SpecOf(training.Defaults())
			spec.Layer = layer
			ids, _ := lessonReviews(b, spec, 1)
			p := op.NewPredictor(spec, nn.Init(spec, 1))
			for b.Loop() {
				p.States(ids, func(int, float32, []float32) {})
			}
		})
	}
}
