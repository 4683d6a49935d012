package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"cuaderno/training/kernel"
)

// missed gives the scalars for n steps without a gradient after step t.
//
// With s = sqrt(v), j steps on, the root of the second moment is s r, r = b2^(j/2). As
// s r + eps = (s+eps)(1 - q(1-r)), q = s/(s+eps), one over it is a geometric series in q(1-r), of
// which four terms are taken. After 200 steps nothing is left of m.
func (r rule) missed(t, n int) *kernel.AdamMissed {
	var sums [4]float64
	for j := 1; j <= min(n, 200); j++ {
		term := r.alpha(t+j) * math.Pow(r.b1, float64(j)) * math.Pow(r.keep(), float64(n-j))
		for p := range sums {
			sums[p] += term
			term *= 1 - math.Pow(r.b2, float64(j)/2)
		}
	}
	k := &kernel.AdamMissed{
		KeepM: float32(math.Pow(r.b1, float64(n))), KeepV: float32(math.Pow(r.b2, float64(n))),
		Eps: float32(r.eps), Decay: float32(1 - math.Pow(r.keep(), float64(n))),
	}
	for p, a := range sums {
		k.A[p] = float32(a)
	}
	return k
}

func TestAdamCatchUp(t *testing.T) {
	for name, r := range rules {
		for _, n := range []int{0, 16, 32, 48, 128, 17 * 16, 4 * tile} {
			t.Run(fmt.Sprintf("%s/n=%d", name, n), func(t *testing.T) {
				w, m, v := trained(newRand(80), n)
				s := r.missed(5, 12)
				before := *s
				left := run(t, []block{{"w", w, true}, {"m", m, true}, {"v", v, true}}, func(b [][]float32) {
					kernel.AdamCatchUp(b[0], b[1], b[2], s)
				})
				if *s != before {
					t.Fatalf("the scalars became %v, were %v", *s, before)
				}
				judge(t, "w", left, 0, func(j int) num {
					root := given(v[j]).root()
					over := root.plus(given(s.Eps))
					q := root.over(over)
					sum := given(s.A[3])
					for p := 2; p >= 0; p-- {
						sum = sum.times(q).plus(given(s.A[p]))
					}
					return given(w[j]).minus(given(w[j]).times(given(s.Decay)).plus(given(m[j]).over(over).times(sum)))
				})
				judge(t, "m", left, 1, func(j int) num { return given(m[j]).times(given(s.KeepM)) })
				judge(t, "v", left, 2, func(j int) num { return given(v[j]).times(given(s.KeepV)) })
			})
		}
	}
}

// TestAdamCatchUpIsDense compares one call with the dense rule in float64, taken step by step with a
// gradient of zero, for every number of missed steps up to 400.
//
// The bound: one rounding of the new w, and six of the way that w went, for the series. What the
// series leaves out is less: its fifth term is below sum b1^j (j/2000)^4 / sum b1^j = 1.3e-8 of the
// way, a fifth of a rounding.
func TestAdamCatchUpIsDense(t *testing.T) {
	const n, most = 64, 400
	for name, r := range rules {
		for _, since := range []int{1, 10, 100, 10_000} {
			w0, m0, v0 := trained(newRand(81), n)
			scalars := make([]*kernel.AdamMissed, most+1)
			want, bound := make([][]weight, most+1), make([][]float64, most+1)
			for steps := 1; steps <= most; steps++ {
				scalars[steps] = r.missed(since, steps)
				want[steps], bound[steps] = make([]weight, n), make([]float64, n)
			}
			for j := range n {
				p, way := weight{float64(w0[j]), float64(m0[j]), float64(v0[j])}, 0.0
				for steps := 1; steps <= most; steps++ {
					was := p.w
					p.step(r, since+steps, 0)
					way += math.Abs(p.w - was)
					want[steps][j], bound[steps][j] = p, unit*(math.Abs(p.w)+6*way)
				}
			}
			t.Run(fmt.Sprintf("%s/after step %d", name, since), func(t *testing.T) {
				kernel.EachISA(t, func(t *testing.T) {
					largest, part := 0.0, 0.0
					for steps := 1; steps <= most; steps++ {
						w, m, v := append([]float32{}, w0...), append([]float32{}, m0...), append([]float32{}, v0...)
						kernel.AdamCatchUp(w, m, v, scalars[steps])
						for j, p := range want[steps] {
							off, most := math.Abs(float64(w[j])-p.w), bound[steps][j]
							if !(off <= most) {
								t.Fatalf("%d missed steps: w[%d] = %v, want %v within %.2g (v = %v)", steps, j, w[j], p.w, most, v0[j])
							}
							if largest = max(largest, off); most > 0 {
								part = max(part, off/most)
							}
							near(t, "m", steps, m[j], p.m)
							near(t, "v", steps, v[j], p.v)
						}
					}
					t.Logf("largest error %.2g, %.0f%% of the bound", largest, 100*part)
				})
			})
		}
	}
}

// near asks for the two roundings that a moment suffers: its factor's and its own.
func near(t *testing.T, what string, steps int, got float32, want float64) {
	t.Helper()
	if d := math.Abs(float64(got) - want); !(d <= 2.01*unit*math.Abs(want)+smallest) {
		t.Fatalf("%d missed steps: %s = %v, want %v", steps, what, got, want)
	}
}

// TestLazyAdam trains as an embedding does: a row is touched now and then, brought up to date when
// it is, and all rows at the end, while the dense rule in float64 moves every row at every step. The
// bound is that of TestAdamOverManySteps.
func TestLazyAdam(t *testing.T) {
	const rows, n, steps, bound = 24, 32, 400, 20 * 1.5e-8
	r := rules["Adam"]
	kernel.EachISA(t, func(t *testing.T) {
		rnd := newRand(82)
		w, m, v := draw(rows*n, normal(rnd, 0.05)), make([]float32, rows*n), make([]float32, rows*n)
		dense, last := make([]weight, rows*n), make([]int, rows)
		for j := range dense {
			dense[j].w = float64(w[j])
		}
		upTo := func(row, step int) (a, b int) {
			a, b = row*n, (row+1)*n
			if last[row] < step {
				kernel.AdamCatchUp(w[a:b], m[a:b], v[a:b], r.missed(last[row], step-last[row]))
			}
			last[row] = step
			return a, b
		}
		for step := 1; step <= steps; step++ {
			g := make([]float32, rows*n)
			for row := range rows {
				if rnd.IntN(row*row+1) > 0 { // the first at every step, the last about once
					continue
				}
				a, b := upTo(row, step-1)
				copy(g[a:b], draw(n, slopes(rnd)))
				kernel.Adam(w[a:b], m[a:b], v[a:b], g[a:b], r.step(step))
				last[row] = step
			}
			for j := range dense {
				dense[j].step(r, step, float64(g[j]))
			}
		}
		worst := 0.0
		for row := range rows {
			upTo(row, steps)
		}
		for j := range dense {
			worst = max(worst, math.Abs(float64(w[j])-dense[j].w))
		}
		t.Logf("largest error of a weight %.2g", worst)
		if !(worst <= bound) {
			t.Errorf("after %d steps a weight is off by %.2g, want at most %.2g", steps, worst, bound)
		}
	})
}
