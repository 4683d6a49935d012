package nn

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Init draws the parameters as Keras does by default: embedding uniform(-0.05, 0.05), kernels Glorot
// uniform, recurrent kernel orthogonal, biases zero, but one for an LSTM's forget gate. The same seed
// gives the same weights.
func Init(s Spec, seed uint64) *Params {
	p := NewParams(s)
	rng := rand.New(rand.NewPCG(seed, 0x1417))
	uniform(rng, p.Embedding, 0.05)
	uniform(rng, p.Kernel, glorot(s.EmbeddingDim, s.Gates()*s.Units))
	orthogonal(rng, p.Recurrent, s.Units, s.Gates()*s.Units)
	uniform(rng, p.DenseKernel, glorot(s.Units, 1))
	if s.Layer == "lstm" {
		for i := range s.Units {
			p.Bias[s.Units+i] = 1
		}
	}
	return p
}

// glorot is the limit of the uniform distribution that keeps the variance of signals and gradients.
func glorot(in, out int) float64 { return math.Sqrt(6 / float64(in+out)) }

func uniform(rng *rand.Rand, w []float32, limit float64) {
	for i := range w {
		w[i] = float32((2*rng.Float64() - 1) * limit)
	}
}

// orthogonal fills w [rows, cols], rows <= cols, with orthonormal rows: the transposed Q of a normal
// matrix, its columns' signs those of R's diagonal, so that the distribution is uniform.
func orthogonal(rng *rand.Rand, w []float32, rows, cols int) {
	a := mat.NewDense(cols, rows, nil)
	raw := a.RawMatrix().Data
	for i := range raw {
		raw[i] = rng.NormFloat64()
	}
	var qr mat.QR
	qr.Factorize(a)
	var q, r mat.Dense
	qr.QTo(&q)
	qr.RTo(&r)
	for i := range rows {
		sign := 1.0
		if r.At(i, i) < 0 {
			sign = -1
		}
		for j := range cols {
			w[i*cols+j] = float32(sign * q.At(j, i))
		}
	}
}
