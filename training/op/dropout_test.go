package op_test

import (
	"math"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// drawnMasks gives the masks of a few steps of a network without meaning, [step] each.
func drawnMasks(t *testing.T, layer string, dropout, recurrent float64, seed uint64) (input, state []op.Masks) {
	t.Helper()
	spec := nn.Spec{
		NumWords: 5, Maxlen: 1, EmbeddingDim: 90, Layer: layer, Units: 70, Dropout: dropout, RecurrentDropout: recurrent,
		Optimizer: "sgd", LearningRate: 0.01,
	}
	n := newTrainer(t, spec, 40, seed, nn.Init(spec, 1))
	ids, labels := drawBatch(spec, 40, 1)
	for range 4 {
		if _, _, err := n.Step(ids, labels); err != nil {
			t.Fatal(err)
		}
		x, h := n.Masks()
		input, state = append(input, x), append(state, h)
	}
	return input, state
}

var gatesOf = map[string]int{"lstm": 4, "gru": 3, "simple_rnn": 1}

func TestMasksKeepTheRightShare(t *testing.T) {
	for _, layer := range layers {
		for _, p := range []float64{0.1, 0.2, 0.5, 0.9} {
			input, state := drawnMasks(t, layer, p, 0.4, 1)
			for _, kind := range []struct {
				name  string
				p     float64
				masks []op.Masks
			}{{"input", p, input}, {"state", 0.4, state}} {
				dropped, all := 0, 0
				for _, step := range kind.masks {
					for _, x := range flat(step) {
						switch x {
						case 0:
							dropped++
						case float64(float32(1 / (1 - kind.p))):
						default:
							t.Fatalf("%s, %s mask: %g is neither 0 nor 1/(1-%g)", layer, kind.name, x, kind.p)
						}
						all++
					}
				}
				share, deviation := float64(dropped)/float64(all), math.Sqrt(kind.p*(1-kind.p)/float64(all))
				if math.Abs(share-kind.p) > 4*deviation {
					t.Errorf("%s, %s mask: %.4f of %d are dropped, want %g", layer, kind.name, share, all, kind.p)
				}
			}
		}
	}
}

// Keras 3: with recurrent_dropout each gate has masks of its own, else they share one.
func TestWhichGatesShareAMask(t *testing.T) {
	for _, layer := range layers {
		for _, c := range []struct {
			name                 string
			dropout, recurrent   float64
			inputOwn, stateOwn   bool
			inputNone, stateNone bool
		}{
			{name: "no dropout", inputNone: true, stateNone: true},
			{name: "dropout", dropout: 0.5, stateNone: true},
			{name: "recurrent dropout", recurrent: 0.5, inputNone: true, stateOwn: true},
			{name: "both", dropout: 0.5, recurrent: 0.5, inputOwn: true, stateOwn: true},
		} {
			t.Run(layer+"/"+c.name, func(t *testing.T) {
				input, state := drawnMasks(t, layer, c.dropout, c.recurrent, 2)
				sharing(t, "input", input[0], c.inputNone, c.inputOwn)
				sharing(t, "state", state[0], c.stateNone, c.stateOwn)
			})
		}
	}
}

func sharing(t *testing.T, name string, m op.Masks, none, own bool) {
	t.Helper()
	for g := range m {
		for _, x := range flat(m[g : g+1]) {
			if none && x != 1 {
				t.Fatalf("%s mask: %g where nothing is dropped", name, x)
			}
		}
		for other := range g {
			equal := agreement(m[g:g+1], m[other:other+1])
			if !none && own {
				independent(t, name+" masks of two gates", equal, len(flat(m[:1])))
			} else if equal != 1 {
				t.Errorf("%s masks of gates %d and %d differ", name, g, other)
			}
		}
	}
}

func TestMasksAreIndependent(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			input, state := drawnMasks(t, layer, 0.5, 0.5, 3)
			again, _ := drawnMasks(t, layer, 0.5, 0.5, 3)
			other, _ := drawnMasks(t, layer, 0.5, 0.5, 4)
			size := len(flat(input[0]))
			if agreement(input[2], again[2]) != 1 {
				t.Error("the same seed gives other masks")
			}
			independent(t, "masks of two seeds", agreement(input[2], other[2]), size)
			for step := 1; step < len(input); step++ {
				independent(t, "input masks of two steps", agreement(input[step-1], input[step]), size)
				independent(t, "state masks of two steps", agreement(state[step-1], state[step]), len(flat(state[0])))
			}
			for g := range gatesOf[layer] {
				row := func(m op.Masks, b int) op.Masks { return op.Masks{{m[g][b][:70]}} }
				mixed := 0.0
				for b := range 40 {
					mixed += agreement(row(input[0], b), row(state[0], b)) / 40
					for c := range b {
						if agreement(row(input[0], b), row(input[0], c)) == 1 || agreement(row(state[0], b), row(state[0], c)) == 1 {
							t.Fatalf("reviews %d and %d have the same mask", b, c)
						}
					}
				}
				independent(t, "input and state masks", mixed, 40*70)
				independent(t, "neighbouring reviews", agreement(
					op.Masks{input[0][g][1:]}, op.Masks{input[0][g][:39]}), 39*90)
			}
			// Neighbouring features of one review come from one random number's two halves.
			var even, odd []float64
			for i, x := range flat(input[0]) {
				if i%2 == 0 {
					even = append(even, x)
				} else {
					odd = append(odd, x)
				}
			}
			independent(t, "neighbouring features", agreement(op.Masks{{even}}, op.Masks{{odd}}), len(even))
		})
	}
}

// independent: fair masks of p = 1/2 agree in half of n places, give or take four deviations.
func independent(t *testing.T, what string, agreement float64, n int) {
	t.Helper()
	if math.Abs(agreement-0.5) > 2/math.Sqrt(float64(n)) {
		t.Errorf("%s agree in %.3f of %d places, independent ones in half", what, agreement, n)
	}
}

func agreement(a, b op.Masks) float64 {
	x, y, equal := flat(a), flat(b), 0
	for i := range x {
		if x[i] == y[i] {
			equal++
		}
	}
	return float64(equal) / float64(len(x))
}

func flat(m op.Masks) (all []float64) {
	for _, rows := range m {
		for _, row := range rows {
			all = append(all, row...)
		}
	}
	return all
}
