package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"cuaderno/training/kernel"
)

// From beyond on the approximation is constant; sigmoid halves its argument.
const beyond = 9

var inf = float32(math.Inf(1))

// squashed gives the float32 that the implementation in use makes of tanh for each of xs.
func squashed(xs []float32) []float32 {
	z, h := kernel.Floats(kernel.Up(len(xs))+tile), kernel.Floats(tile)
	copy(z, xs)
	for i := 0; i < len(xs); i += tile {
		kernel.RNNForward(z[i:], h)
	}
	return z[:len(xs)]
}

// gated does the same for sigmoid, three tiles of four at a time: the LSTM's third is a tanh.
func gated(xs []float32) []float32 {
	z, rest := kernel.Floats(4*tile), kernel.Floats(3*tile)
	before := kernel.Floats(tile)
	var out []float32
	for len(out) < len(xs) {
		part := xs[len(out):min(len(out)+2*tile, len(xs))]
		clear(z)
		copy(z, part)
		kernel.LSTMForward(z, before, rest, rest[tile:], rest[2*tile:])
		out = append(out, z[:len(part)]...)
	}
	return out
}

// between gives every step-th float32 of [from, to], in runs that fit the cache.
func between(from, to float32, step uint32, check func(xs []float32)) {
	last := math.Float32bits(to)
	xs := make([]float32, 0, 32*tile)
	for bits := math.Float32bits(from); bits <= last; bits += step {
		if xs = append(xs, math.Float32frombits(bits)); len(xs) == cap(xs) {
			check(xs)
			xs = xs[:0]
		}
	}
	check(append(xs, to))
}

func negated(xs []float32) []float32 {
	out := make([]float32, len(xs))
	for j, x := range xs {
		out[j] = -x
	}
	return out
}

// ulps is the error of got in units of the last place of want.
func ulps(got float32, want float64) float64 {
	_, exponent := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(exponent-24, -149))
}

// TestTanhError goes through all exponents with some mantissas each, and densely from 2^-8 to where
// the function has become 1. Over every number there the assembly's largest error is 5.13 ulp and the
// twin's 5.81.
func TestTanhError(t *testing.T) {
	type extreme struct {
		ulps float64
		at   float32
	}
	worst := map[string]extreme{}
	check := func(xs []float32) {
		want := make([]float64, len(xs))
		for j, x := range xs {
			want[j] = math.Tanh(float64(x))
		}
		for _, isa := range kernel.ISAs() {
			kernel.WithISA(isa, func() {
				for j, y := range squashed(xs) {
					if e := ulps(y, want[j]); !(e <= worst[isa].ulps) {
						worst[isa] = extreme{e, xs[j]}
					}
				}
			})
		}
	}
	between(0, math.MaxFloat32, 1<<23/127, check)
	between(0x1p-8, beyond, 97, check)
	for isa, w := range worst {
		t.Logf("%s: largest error %.2f ulp, at %v", isa, w.ulps, w.at)
		if !(w.ulps <= tanhUlps) {
			t.Errorf("%s: tanh(%v) is off by %.2f ulp, want at most %d", isa, w.at, w.ulps, tanhUlps)
		}
	}
}

// TestTanhRange goes through every number near the limit, where rounding might overshoot it.
func TestTanhRange(t *testing.T) {
	kernel.EachISA(t, func(t *testing.T) {
		check := func(xs []float32) {
			for j, y := range squashed(xs) {
				if !(y >= 0 && y <= 1) {
					t.Fatalf("tanh(%v) = %v", xs[j], y)
				}
			}
		}
		between(4, beyond, 1, check)
		between(0, inf, 1<<23/31, check)
	})
}

func TestTanhIsOdd(t *testing.T) {
	kernel.EachISA(t, func(t *testing.T) {
		between(0, inf, 1<<23/511, func(xs []float32) {
			sameBits(t, "-tanh(x) and tanh(-x)", negated(squashed(xs)), squashed(negated(xs)))
		})
	})
}

// TestSigmoidError measures absolutely: that is what the gates' products see.
func TestSigmoidError(t *testing.T) {
	kernel.EachISA(t, func(t *testing.T) {
		worst := 0.0
		check := func(xs []float32) {
			for j, y := range gated(xs) {
				e := math.Abs(float64(y) - sigmoid64(float64(xs[j])))
				if bound := given(xs[j]).gate().e; !(e <= bound) {
					t.Fatalf("sigmoid(%v) = %v, off by %.2g, want at most %.2g", xs[j], y, e, bound)
				}
				worst = max(worst, e)
			}
		}
		for _, sign := range []float32{1, -1} {
			signed := func(xs []float32) {
				if sign < 0 {
					xs = negated(xs)
				}
				check(xs)
			}
			between(0, math.MaxFloat32, 1<<23/127, signed)
			between(0x1p-8, 2*beyond, 257, signed)
		}
		t.Logf("largest error %.2g", worst)
	})
}

func TestSigmoidRange(t *testing.T) {
	kernel.EachISA(t, func(t *testing.T) {
		check := func(xs []float32) {
			for j, y := range gated(xs) {
				if !(y >= 0 && y <= 1) {
					t.Fatalf("sigmoid(%v) = %v", xs[j], y)
				}
			}
		}
		both := func(xs []float32) { check(xs); check(negated(xs)) }
		between(8, 2*beyond, 7, both)
		between(0, inf, 1<<23/31, both)
	})
}

// TestSpecialNumbers: what is not a number stays so and spoils no other lane; the infinities give
// the limits.
func TestSpecialNumbers(t *testing.T) {
	nan := float32(math.NaN())
	kernel.EachISA(t, func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint("lane ", lane), func(t *testing.T) {
				xs := draw(3*lanes, normal(newRand(40), 1))
				for i, special := range []float32{nan, inf, -inf} {
					xs[i*lanes+lane] = special
				}
				for name, f := range map[string]func([]float32) []float32{"tanh": squashed, "sigmoid": gated} {
					limit := f([]float32{0: beyond * 2, lanes: -beyond * 2, 2*lanes - 1: 0})
					ys := f(xs)
					for j, y := range ys {
						switch x := xs[j]; {
						case x != x && y == y:
							t.Errorf("%s(NaN) = %v", name, y)
						case x == x && y != y:
							t.Errorf("%s(%v) = NaN", name, x)
						case x == inf && !equal(y, limit[0]) || x == -inf && !equal(y, limit[lanes]):
							t.Errorf("%s(%v) = %v, want its limits %v", name, x, y, limit)
						case x == inf && !(1-y <= tanhError):
							t.Errorf("%s(Inf) = %v, want 1 but for rounding", name, y)
						}
					}
				}
			})
		}
	})
}

// NaN in any input of a cell reaches the state that it makes.
func TestNaNReachesTheState(t *testing.T) {
	nan := float32(math.NaN())
	cells := map[string]struct {
		blocks int
		state  func(b []float32) []float32
	}{
		"LSTM": {5, func(b []float32) []float32 {
			c, tc, h := make([]float32, tile), make([]float32, tile), make([]float32, tile)
			kernel.LSTMForward(b[:4*tile], b[4*tile:], c, tc, h)
			return h
		}},
		"GRU": {5, func(b []float32) []float32 {
			h := make([]float32, tile)
			kernel.GRUForward(b[:4*tile], b[4*tile:], h)
			return h
		}},
		"RNN": {1, func(b []float32) []float32 {
			h := make([]float32, tile)
			kernel.RNNForward(b, h)
			return h
		}},
	}
	for name, cell := range cells {
		t.Run(name, func(t *testing.T) {
			kernel.EachISA(t, func(t *testing.T) {
				for i := range cell.blocks {
					in := make([]float32, cell.blocks*tile)
					in[i*tile+77] = nan
					for j, h := range cell.state(in) {
						if (h != h) != (j == 77) {
							t.Errorf("NaN in tile %d: state[%d] = %v", i, j, h)
						}
					}
				}
			})
		})
	}
}
