package op

import (
	"math"

	"cuaderno/training/kernel"
)

// adam is Adam as Keras has it, and AdamW where decay is not zero:
//
//	alpha = rate sqrt(1-b2^t)/(1-b1^t)
//	m += (g-m)(1-b1), v += (g²-v)(1-b2), w = (1 - rate decay) w - alpha m/(sqrt(v)+eps)
//
// A row that missed the steps t0+1 ... t coasted: with s = sqrt(v), q = s/(s+eps) and B = b1, each
// missed step j took alpha_{t0+j} m B^j / (s+eps) / (1 - q (1 - b2^{j/2})). The last factor is a
// geometric series in q; its first four terms leave 1e-9 of the whole, for after few steps B^j has
// faded while b2^{j/2} has hardly moved. So the steps add up to m/(s+eps) times a cubic in q, the
// coefficients the same for all rows that stopped at t0. They are kept for every t0 as the four sums
//
//	G_k(t0) = sum over j of alpha_{t0+j} (B b2^{k/2})^j keep^(t-t0-j)
//
// to which each new step adds one term, as long as it counts.
type adam struct {
	rate, decay float64
	t           int
	alpha       float64
	sums        [][4]float64 // [t0]
	beta1Pow    []float64    // [n] b1^n
	beta2Pow    []float64
	keepPow     []float64
}

const (
	beta1, beta2, adamEps = 0.9, 0.999, 1e-7

	// memory is how many missed steps count: 0.9^200 is 7e-10.
	memory = 200
)

func newAdam(rate, decay float64) *adam {
	return &adam{rate: rate, decay: decay, sums: [][4]float64{{}}, beta1Pow: []float64{1}, beta2Pow: []float64{1}, keepPow: []float64{1}}
}

func (r *adam) states() int      { return 2 }
func (r *adam) initial() float32 { return 0 }
func (r *adam) coasts() bool     { return true }
func (r *adam) keep() float64    { return 1 - r.rate*r.decay }

func (r *adam) begin() {
	r.grow(r.t + 1)
	r.alpha = r.rate * math.Sqrt(1-r.beta2Pow[r.t]) / (1 - r.beta1Pow[r.t])
	for j := 1; j <= min(memory, r.t); j++ {
		sums, term, shrink := &r.sums[r.t-j], r.alpha*r.beta1Pow[j], math.Sqrt(r.beta2Pow[j])
		for k := range sums {
			sums[k] = sums[k]*r.keep() + term
			term *= shrink
		}
	}
}

// grow moves to step t and makes the tables long enough for it.
func (r *adam) grow(t int) {
	r.t = t
	for n := len(r.sums); n <= t; n++ {
		r.sums = append(r.sums, [4]float64{})
		r.beta1Pow = append(r.beta1Pow, math.Pow(beta1, float64(n)))
		r.beta2Pow = append(r.beta2Pow, math.Pow(beta2, float64(n)))
		r.keepPow = append(r.keepPow, math.Pow(r.keep(), float64(n)))
	}
}

// resume needs no old sums: no row stopped before t.
func (r *adam) resume(t int) {
	*r = *newAdam(r.rate, r.decay)
	r.grow(t)
}

func (r *adam) update(w, g []float32, state [][]float32) {
	kernel.Adam(w, state[0], state[1], g, kernel.AdamStep{
		Alpha: float32(r.alpha), C1: float32(1 - beta1), C2: float32(1 - beta2), Eps: adamEps, Decay: float32(r.rate * r.decay),
	})
}

func (r *adam) catchUp(w []float32, state [][]float32, t0 int, missed *kernel.AdamMissed) {
	n := r.t - t0
	g, late := r.sums[t0], r.keepPow[max(0, n-memory)]
	// From powers of b2^{j/2} to powers of 1 - b2^{j/2}.
	a := [4]float64{g[0], g[0] - g[1], g[0] - 2*g[1] + g[2], g[0] - 3*g[1] + 3*g[2] - g[3]}
	*missed = kernel.AdamMissed{}
	for p := range a {
		missed.A[p] = float32(a[p] * late)
	}
	missed.KeepV = float32(r.beta2Pow[n])
	if n <= memory { // beyond, what is left of m is noise, and slow to compute with when denormal
		missed.KeepM = float32(r.beta1Pow[n])
	}
	missed.Eps, missed.Decay = adamEps, float32(1-r.keepPow[n])
	kernel.AdamCatchUp(w, state[0], state[1], missed)
}
