package kernel_test

import (
	"math"
	"testing"
)

// num is a number computed in float64 with a bound of what float32 may make of it: each operation
// adds its own rounding to the errors that it inherits (N. Higham, Accuracy and Stability of
// Numerical Algorithms, 3.3). A fused multiply-add rounds less often than the bound allows for, so
// one bound serves the assemblies and the twin.
type num struct{ x, e float64 }

const (
	unit     = 0x1p-24  // half the distance from 1 to the next float32
	smallest = 0x1p-149 // below normal numbers the distance is this, whatever the size

	// tanhUlps bounds the error of the rational tanh; TestTanhError measures it.
	tanhUlps  = 6
	tanhError = tanhUlps * 2 * unit
)

func given(x float32) num { return num{x: float64(x)} }

func rounded(x, e float64) num { return num{x, e + unit*(math.Abs(x)+e) + smallest} }

func (a num) plus(b num) num  { return rounded(a.x+b.x, a.e+b.e) }
func (a num) minus(b num) num { return rounded(a.x-b.x, a.e+b.e) }
func (a num) times(b num) num {
	return rounded(a.x*b.x, math.Abs(a.x)*b.e+math.Abs(b.x)*a.e+a.e*b.e)
}
func (a num) over(b num) num {
	x := a.x / b.x
	return rounded(x, (a.e+math.Abs(x)*b.e)/(math.Abs(b.x)-b.e))
}
func (a num) root() num {
	x := math.Sqrt(a.x)
	return rounded(x, max(math.Sqrt(a.x+a.e)-x, x-math.Sqrt(max(a.x-a.e, 0))))
}

// squash is tanh: its slope is at most 1.
func (a num) squash() num {
	x := math.Tanh(a.x)
	return num{x, a.e + tanhError*math.Abs(x) + smallest}
}

// gate is the sigmoid: its slope is at most 1/4, and tanh(x/2) enters by half.
func (a num) gate() num {
	x := 1 / (1 + math.Exp(-a.x))
	return rounded(x, a.e/4+tanhError/2*math.Abs(math.Tanh(a.x/2)))
}

// The slopes of the two functions, by their values.
func (a num) gateSlope() num   { return a.times(given(1).minus(a)) }
func (a num) squashSlope() num { return given(1).minus(a.times(a)) }

// judge asks that every implementation's block i keeps within the bound, and that an assembly is no
// further from the twin than one bound and one last place, though each may err by the bound.
func judge(t *testing.T, what string, left map[string][][]float32, i int, want func(j int) num) {
	t.Helper()
	twin := left["go"][i]
	for isa, blocks := range left {
		for j, got := range blocks[i] {
			w := want(j)
			if !(math.Abs(float64(got)-w.x) <= w.e) {
				t.Fatalf("%s on %s: [%d] = %v, want %v within %.2g", what, isa, j, got, w.x, w.e)
			}
			apart := w.e + 2*unit*math.Abs(w.x)
			if !(math.Abs(float64(got)-float64(twin[j])) <= apart) {
				t.Fatalf("%s: [%d] = %v on %s, %v in Go, want them within %.2g", what, j, got, isa, twin[j], apart)
			}
		}
	}
}
