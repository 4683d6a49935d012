package op

import (
	"math"

	"cuaderno/training/kernel"
)

// rmsprop: v = rho v + (1-rho) g², w -= rate g / sqrt(v + eps).
type rmsprop struct {
	rate, rho, eps float64
	t              int
}

func (r *rmsprop) states() int      { return 1 }
func (r *rmsprop) initial() float32 { return 0 }
func (r *rmsprop) begin()           { r.t++ }
func (r *rmsprop) resume(t int)     { r.t = t }
func (r *rmsprop) coasts() bool     { return true }

func (r *rmsprop) update(w, g []float32, state [][]float32) {
	rate, rho, fresh, eps := float32(r.rate), float32(r.rho), float32(1-r.rho), float32(r.eps)
	v := state[0]
	for i, x := range g {
		v[i] = float32(rho*v[i]) + float32(fresh*x*x)
		w[i] -= rate * x / float32(math.Sqrt(float64(v[i]+eps)))
	}
}

func (r *rmsprop) catchUp(_ []float32, state [][]float32, t0 int, _ *kernel.AdamMissed) {
	left := float32(math.Pow(r.rho, float64(r.t-t0)))
	if r.t-t0 > memory {
		left = 0
	}
	for i := range state[0] {
		state[0][i] *= left
	}
}
