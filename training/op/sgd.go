package op

import (
	"math"

	"cuaderno/training/kernel"
)

// sgd: w -= rate g. With momentum: v = momentum v - rate g, w += v; Nesterov's form looks ahead,
// w += momentum v - rate g.
type sgd struct {
	rate, momentum float64
	nesterov       bool
	t              int
}

func (r *sgd) states() int {
	if r.momentum == 0 {
		return 0
	}
	return 1
}

func (r *sgd) initial() float32 { return 0 }
func (r *sgd) begin()           { r.t++ }
func (r *sgd) resume(t int)     { r.t = t }
func (r *sgd) coasts() bool     { return r.momentum != 0 }

func (r *sgd) update(w, g []float32, state [][]float32) {
	rate, mu := float32(r.rate), float32(r.momentum)
	if mu == 0 {
		for i, x := range g {
			w[i] -= float32(rate * x)
		}
		return
	}
	v := state[0]
	for i, x := range g {
		v[i] = float32(mu*v[i]) - float32(rate*x)
		if r.nesterov {
			w[i] += float32(mu*v[i]) - float32(rate*x)
		} else {
			w[i] += v[i]
		}
	}
}

// catchUp sums the geometric series of the steps that only coast.
func (r *sgd) catchUp(w []float32, state [][]float32, t0 int, _ *kernel.AdamMissed) {
	left := math.Pow(r.momentum, float64(r.t-t0))
	sum := r.momentum * (1 - left) / (1 - r.momentum)
	if r.nesterov {
		sum *= r.momentum
	}
	if r.t-t0 > memory {
		left = 0
	}
	v := state[0]
	for i := range w {
		w[i] += float32(float32(sum) * v[i])
		v[i] *= float32(left)
	}
}
