package op

import (
	"math"

	"cuaderno/training/kernel"
)

// adagrad: a += g², w -= rate g / sqrt(a + eps), a beginning at 0.1.
type adagrad struct{ rate, eps float64 }

func (r *adagrad) states() int      { return 1 }
func (r *adagrad) initial() float32 { return 0.1 }
func (r *adagrad) begin()           {}
func (r *adagrad) resume(int)       {}
func (r *adagrad) coasts() bool     { return false }

func (r *adagrad) update(w, g []float32, state [][]float32) {
	rate, eps := float32(r.rate), float32(r.eps)
	a := state[0]
	for i, x := range g {
		a[i] += float32(x * x)
		w[i] -= rate * x / float32(math.Sqrt(float64(a[i]+eps)))
	}
}

func (r *adagrad) catchUp([]float32, [][]float32, int, *kernel.AdamMissed) {}
