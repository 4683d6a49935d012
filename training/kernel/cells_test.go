package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/kernel"
)

// preactivations are mostly of the size that training makes; some saturate, some are zero.
func preactivations(r *rand.Rand) func() float32 {
	return func() float32 {
		switch r.IntN(16) {
		case 0:
			return float32(r.NormFloat64() * 30)
		case 1:
			return 0
		}
		return float32(r.NormFloat64() * 2)
	}
}

// activated draws values of a squashing function, its limits among them.
func activated(r *rand.Rand, f func(float64) float64) func() float32 {
	pre := preactivations(r)
	return func() float32 { return float32(f(float64(pre()))) }
}

func sigmoid64(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// slope is the derivative of f at x by central differences: in float64, with this step, good to
// about 1e-9 for the functions here.
func slope(f func(x float64) float64, x float64) float64 {
	const step = 1e-5
	return (f(x+step) - f(x-step)) / (2 * step)
}

// A gradient that came through float32 activations is good to a few units of float32 of what it is
// made of: the largest seen is 7.
const gradientError = 16 * unit

func gradient(t *testing.T, what string, j int, got float32, want, scale float64) {
	t.Helper()
	if d := math.Abs(float64(got) - want); !(d <= gradientError*scale) {
		t.Fatalf("%s: [%d] = %v, finite differences say %v (scale %.3g, off by %.1f units)", what, j, got, want, scale, d/scale/unit)
	}
}

// join puts four tiles behind one another, as the cells want their gates.
func join(tiles ...[]float32) (z []float32) {
	for _, s := range tiles {
		z = append(z, s...)
	}
	return z
}

func TestRNNForward(t *testing.T) {
	z := draw(tile, preactivations(newRand(10)))
	left := run(t, []block{{"z", z, true}, output("h", tile)}, func(b [][]float32) { kernel.RNNForward(b[0], b[1]) })
	judge(t, "h", left, 1, func(j int) num { return given(z[j]).squash() })
	for isa, b := range left {
		sameBits(t, isa+": z and h", b[0], b[1])
	}
}

func TestRNNBackward(t *testing.T) {
	r := newRand(11)
	h, dh := draw(tile, activated(r, math.Tanh)), draw(tile, normal(r, 1))
	left := run(t, []block{{"h", h, true}, {"dh", dh, true}}, func(b [][]float32) { kernel.RNNBackward(b[0], b[1]) })
	judge(t, "dz", left, 0, func(j int) num { return given(dh[j]).times(given(h[j]).squashSlope()) })
	for isa, b := range left {
		sameBits(t, isa+": dh", b[1], make([]float32, tile))
	}
}

func TestRNNGradient(t *testing.T) {
	kernel.EachISA(t, func(t *testing.T) {
		r := newRand(12)
		z, dh := draw(tile, preactivations(r)), draw(tile, normal(r, 1))
		got, d, h := append([]float32{}, z...), append([]float32{}, dh...), make([]float32, tile)
		kernel.RNNForward(got, h)
		kernel.RNNBackward(got, d)
		for j := range got {
			gradient(t, "dz", j, got[j], float64(dh[j])*slope(math.Tanh, float64(z[j])), math.Abs(float64(dh[j])))
		}
	})
}
