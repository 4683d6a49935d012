package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/kernel"
)

// rule holds the constants of Adam; decay is AdamW's.
type rule struct{ rate, b1, b2, eps, decay float64 }

// Keras' defaults, without and with the decay of its AdamW.
var rules = map[string]rule{
	"Adam":  {0.001, 0.9, 0.999, 1e-7, 0},
	"AdamW": {0.001, 0.9, 0.999, 1e-7, 0.004},
}

// alpha is the rate of step t, counted from 1, with both bias corrections.
func (r rule) alpha(t int) float64 {
	n := float64(t)
	return r.rate * math.Sqrt(1-math.Pow(r.b2, n)) / (1 - math.Pow(r.b1, n))
}

func (r rule) keep() float64 { return 1 - r.rate*r.decay }

func (r rule) step(t int) kernel.AdamStep {
	return kernel.AdamStep{
		Alpha: float32(r.alpha(t)), C1: float32(1 - r.b1), C2: float32(1 - r.b2),
		Eps: float32(r.eps), Decay: float32(r.rate * r.decay),
	}
}

// weight is one number under the dense rule in float64.
type weight struct{ w, m, v float64 }

func (p *weight) step(r rule, t int, g float64) {
	p.m += (g - p.m) * (1 - r.b1)
	p.v += (g*g - p.v) * (1 - r.b2)
	p.w = r.keep()*p.w - r.alpha(t)*p.m/(math.Sqrt(p.v)+r.eps)
}

// slopes draws gradients as training makes them, of very different sizes, some of them zero.
func slopes(r *rand.Rand) func() float32 {
	return func() float32 {
		if r.IntN(8) == 0 {
			return 0
		}
		return float32(r.NormFloat64() * math.Pow(10, -2-7*r.Float64()))
	}
}

// trained draws what Adam holds for n numbers. Every fourth weight is zero: its next value is the
// step itself, of which the others show the first bits only.
func trained(r *rand.Rand, n int) (w, m, v []float32) {
	g := slopes(r)
	w = draw(n, normal(r, 0.1))
	for j := 0; j < n; j += 4 {
		w[j] = 0
	}
	for range n {
		x := g()
		m = append(m, x*r.Float32())
		v = append(v, x*x*(0.1+r.Float32()))
	}
	return w, m, v
}

func TestAdam(t *testing.T) {
	for name, r := range rules {
		for _, n := range []int{0, 16, 32, 48, 64, 128, 17 * 16, 4 * tile} {
			t.Run(fmt.Sprintf("%s/n=%d", name, n), func(t *testing.T) {
				rnd := newRand(70)
				w, m, v := trained(rnd, n)
				g, s := draw(n, slopes(rnd)), r.step(9)
				blocks := []block{{"w", w, true}, {"m", m, true}, {"v", v, true}, {"g", g, false}}
				left := run(t, blocks, func(b [][]float32) { kernel.Adam(b[0], b[1], b[2], b[3], s) })
				first := func(j int) num {
					return given(m[j]).plus(given(g[j]).minus(given(m[j])).times(given(s.C1)))
				}
				second := func(j int) num {
					square := given(g[j]).times(given(g[j]))
					return given(v[j]).plus(square.minus(given(v[j])).times(given(s.C2)))
				}
				judge(t, "m", left, 1, first)
				judge(t, "v", left, 2, second)
				judge(t, "w", left, 0, func(j int) num {
					step := first(j).times(given(s.Alpha)).over(second(j).root().plus(given(s.Eps)))
					return given(w[j]).minus(given(w[j]).times(given(s.Decay)).plus(step))
				})
			})
		}
	}
}

// TestAdamOverManySteps holds the kernel against the rule in float64 with nothing rounded, not even
// the constants. A weight, here below 0.5, is rounded by at most 1.5e-8 at each of 400 steps; the
// errors add up as a random walk does, to 20 times that.
func TestAdamOverManySteps(t *testing.T) {
	const n, steps, walk = 64, 400, 20 * 1.5e-8
	for name, r := range rules {
		t.Run(name, func(t *testing.T) {
			kernel.EachISA(t, func(t *testing.T) {
				rnd := newRand(71)
				w, m, v := draw(n, normal(rnd, 0.1)), make([]float32, n), make([]float32, n)
				dense := make([]weight, n)
				for j := range dense {
					dense[j].w = float64(w[j])
				}
				for step := 1; step <= steps; step++ {
					g := draw(n, slopes(rnd))
					kernel.Adam(w, m, v, g, r.step(step))
					for j := range dense {
						dense[j].step(r, step, float64(g[j]))
					}
				}
				worst := 0.0
				for j := range dense {
					off := math.Abs(float64(w[j]) - dense[j].w)
					if !(off <= walk) {
						t.Errorf("after %d steps w[%d] is off by %.2g, want at most %.2g", steps, j, off, walk)
					}
					worst = max(worst, off)
				}
				t.Logf("largest error %.2g", worst)
			})
		})
	}
}
