package op_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

const rowWidth = 16

// textbook is an optimizer in float64, dense: it updates every weight at every step. The formulas
// are those of Keras 3's sources. Its t counts from 1.
type textbook struct {
	w, a, b []float64 // weights and up to two states
	t       int
	rate    float64
	step    func(o *textbook, i int, g float64)
}

func newTextbook(name string, rate float64, start []float32) *textbook {
	o := &textbook{w: wide(start), a: make([]float64, len(start)), b: make([]float64, len(start)), rate: rate, step: textbooks[name]}
	if name == "adagrad" {
		for i := range o.a {
			o.a[i] = 0.1
		}
	}
	return o
}

func (o *textbook) update(g []float64) {
	o.t++
	for i := range o.w {
		o.step(o, i, g[i])
	}
}

var textbooks = map[string]func(o *textbook, i int, g float64){
	"sgd": func(o *textbook, i int, g float64) { o.w[i] -= o.rate * g },
	"momentum": func(o *textbook, i int, g float64) {
		o.a[i] = 0.9*o.a[i] - o.rate*g
		o.w[i] += o.a[i]
	},
	"nesterov": func(o *textbook, i int, g float64) {
		o.a[i] = 0.9*o.a[i] - o.rate*g
		o.w[i] += 0.9*o.a[i] - o.rate*g
	},
	"rmsprop": func(o *textbook, i int, g float64) {
		o.a[i] = 0.9*o.a[i] + 0.1*g*g
		o.w[i] -= o.rate * g / math.Sqrt(o.a[i]+1e-7)
	},
	"adagrad": func(o *textbook, i int, g float64) {
		o.a[i] += g * g
		o.w[i] -= o.rate * g / math.Sqrt(o.a[i]+1e-7)
	},
	"adam": adam,
	"adamw": func(o *textbook, i int, g float64) {
		o.w[i] -= o.w[i] * 0.004 * o.rate
		adam(o, i, g)
	},
}

func adam(o *textbook, i int, g float64) {
	t := float64(o.t)
	alpha := o.rate * math.Sqrt(1-math.Pow(0.999, t)) / (1 - math.Pow(0.9, t))
	o.a[i] += (g - o.a[i]) * 0.1
	o.b[i] += (g*g - o.b[i]) * 0.001
	o.w[i] -= alpha * o.a[i] / (math.Sqrt(o.b[i]) + 1e-7)
}

// tolerance is the largest difference allowed from float64 after all steps, at rates that move the
// weights by about 1. Rounding leaves up to 2e-6. AdamW's decay factor, 1 - 2e-5 here, is itself
// rounded to float32, by up to 3e-8, at every step. A step that is missed or doubled costs 1e-3.
func tolerance(optimizer string) float64 {
	if optimizer == "adamw" {
		return 4e-5
	}
	return 5e-6
}

// script says which rows a step touches: some at every step, some in bursts with long rests, some
// once, one never.
func script(step int, rng *rand.Rand) (ids []int32) {
	for id := range int32(40) {
		touched := false
		switch {
		case id < 4:
			touched = true
		case id < 12:
			touched = rng.IntN(10) == 0
		case id < 24:
			touched = rng.IntN(150) == 0
		case id < 30: // a burst, then a rest beyond Adam's memory of 200 steps
			touched = step%(300+10*int(id)) < 3
		case id < 36:
			touched = step == 10*int(id-29)
		case id < 39:
			touched = step == 700-int(id-35)
		}
		if touched {
			ids = append(ids, id)
		}
	}
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids
}

// play runs the script through a Table, and through textbooks if there are some.
func play(t *testing.T, optimizer string, rate float64, steps int, check func(step int, table *op.Table, rows, other *textbook), flushAt func(step int) bool) *op.Table {
	t.Helper()
	rng := rand.New(rand.NewPCG(9, 9))
	start := make([]float32, 40*rowWidth)
	other := make([]float32, 5*rowWidth)
	for _, x := range [][]float32{start, other} {
		for i := range x {
			x[i] = float32(rng.NormFloat64() * 0.5)
		}
	}
	table, err := op.NewTable(nn.Spec{Optimizer: optimizer, LearningRate: rate}, start, other)
	if err != nil {
		t.Fatal(err)
	}
	a, b := newTextbook(optimizer, rate, start), newTextbook(optimizer, rate, other)
	for step := 1; step <= steps; step++ {
		ids := script(step, rng)
		sparse, grads := make([]float64, len(start)), []float32(nil)
		for _, id := range ids {
			size := math.Pow(10, -8+7*rng.Float64()) // also below Adam's epsilon
			for j := range rowWidth {
				g := float32(rng.NormFloat64() * size)
				grads, sparse[int(id)*rowWidth+j] = append(grads, g), float64(g)
			}
		}
		full := make([]float32, len(other))
		for i := range full {
			full[i] = float32(rng.NormFloat64() * 0.01)
		}
		if err := table.Step(ids, grads, full); err != nil {
			t.Fatal(err)
		}
		a.update(sparse)
		b.update(wide(full))
		if flushAt(step) {
			table.Flush()
			if check != nil {
				check(step, table, a, b)
			}
		}
	}
	return table
}

var rates = map[string]float64{
	"sgd": 0.5, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.005, "adagrad": 0.05, "adam": 0.005, "adamw": 0.005,
}

func TestSolversFollowTheTextbook(t *testing.T) {
	for optimizer, rate := range rates {
		t.Run(optimizer, func(t *testing.T) {
			worst := map[string]float64{}
			play(t, optimizer, rate, 700, func(step int, table *op.Table, a, b *textbook) {
				rows, other := table.Values()
				for name, pair := range map[string][2][]float64{"lazy rows": {wide(rows), a.w}, "dense": {wide(other), b.w}} {
					d, _ := farthest(pair[0], pair[1])
					worst[name] = max(worst[name], d)
					if !(d <= tolerance(optimizer)) {
						t.Fatalf("step %d: %s off by %.2g", step, name, d)
					}
				}
			}, func(step int) bool { return step == 260 || step == 520 || step == 700 })
			t.Logf("largest errors: lazy rows %.1e, dense %.1e", worst["lazy rows"], worst["dense"])
		})
	}
}

// When rows are brought up to date must not matter.
func TestFlushingChangesNothing(t *testing.T) {
	final := func(t *testing.T, optimizer string, rate float64, at func(step int) bool) []float64 {
		table := play(t, optimizer, rate, 300, nil, at)
		table.Flush()
		rows, _ := table.Values()
		return wide(rows)
	}
	for optimizer, rate := range rates {
		want := final(t, optimizer, rate, func(int) bool { return false })
		for name, at := range map[string]func(step int) bool{
			"at every step": func(int) bool { return true },
			"now and then":  func(step int) bool { return step*step%17 == 4 },
		} {
			t.Run(fmt.Sprintf("%s/%s", optimizer, name), func(t *testing.T) {
				d, _ := farthest(final(t, optimizer, rate, at), want)
				t.Logf("largest difference %.1e", d)
				if !(d <= tolerance(optimizer)) {
					t.Errorf("flushing changed a weight by %.2g", d)
				}
			})
		}
	}
}

func TestAnUnknownOptimizerIsAnError(t *testing.T) {
	if _, err := op.NewTable(nn.Spec{Optimizer: "lion"}, make([]float32, 16), nil); err == nil {
		t.Error("no error")
	}
}
