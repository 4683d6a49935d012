package op_test

import (
	"math"
	"math/rand/v2"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// twin is the whole network in float64, one number at a time: what the fused operations must
// compute. Weights and gates are in Keras' layout and order.
//
// Letters: B reviews, T time steps, D features, H units, G gates.
type twin struct {
	spec         nn.Spec
	w            *values
	input, state op.Masks // [G][B][D] and [G][B][H]; nil: none

	// Truncated BPTT: steps before `first` are read with the weights `past`, which stay as they are
	// when w changes, so that nothing of those steps shows in a derivative.
	first int
	past  *values

	// What is added to one sum of one gate, at time step now.
	push push
	now  int
}

// push moves the pre-activation of a slot, counted as the twin's gates are; the GRU's candidate has a
// second one, for the part of the state, as slot 3.
type push struct {
	row, t, slot, unit int
	by                 float64
}

func (n *twin) pushed(row, slot, unit int) float64 {
	if p := n.push; p.row == row && p.t == n.now && p.slot == slot && p.unit == unit {
		return p.by
	}
	return 0
}

// values are the weights in float64, each row-major as in nn.Params.
type values struct {
	embedding, kernel, recurrent, bias, dense, denseBias []float64
}

func widen(p *nn.Params) *values {
	return &values{
		wide(p.Embedding), wide(p.Kernel), wide(p.Recurrent), wide(p.Bias), wide(p.DenseKernel), wide(p.DenseBias),
	}
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// named lists the tensors in the order of nn.Params.
func (v *values) named() []tensor64 {
	return []tensor64{
		{"embedding", v.embedding}, {"kernel", v.kernel}, {"recurrent", v.recurrent},
		{"bias", v.bias}, {"dense kernel", v.dense}, {"dense bias", v.denseBias},
	}
}

type tensor64 struct {
	name string
	data []float64
}

// newTwin starts from the spec's own truncation; masks may be set afterwards.
func newTwin(s nn.Spec, p *nn.Params) *twin {
	n := &twin{spec: s, w: widen(p), past: widen(p)}
	if k := s.BPTTSteps; k > 0 && k < s.Maxlen {
		n.first = s.Maxlen - k
	}
	return n
}

// loss is the mean binary cross-entropy of a batch: ids [B, T], labels [B].
func (n *twin) loss(ids []int32, labels []float32) float64 {
	sum := 0.0
	for row, label := range labels {
		p := sigmoid(n.logit(ids[row*n.spec.Maxlen:][:n.spec.Maxlen], row))
		if label == 1 {
			sum -= math.Log(p)
		} else {
			sum -= math.Log(1 - p)
		}
	}
	return sum / float64(len(labels))
}

// logit reads one review; row is its place in the batch, which decides its masks.
func (n *twin) logit(ids []int32, row int) float64 {
	h, c := make([]float64, n.spec.Units), make([]float64, n.spec.Units)
	for t, id := range ids {
		n.now = t
		w := n.w
		if t < n.first {
			w = n.past
		}
		x := w.embedding[int(id)*n.spec.EmbeddingDim:][:n.spec.EmbeddingDim]
		switch n.spec.Layer {
		case "lstm":
			h, c = n.lstm(w, row, x, h, c)
		case "gru":
			h = n.gru(w, row, x, h)
		case "simple_rnn":
			h = n.simpleRNN(w, row, x, h)
		}
	}
	sum := n.w.denseBias[0]
	for k := range h {
		sum += h[k] * n.w.dense[k]
	}
	return sum
}

// lstm: gates i f g o; c = f c' + i g, h = o tanh(c).
func (n *twin) lstm(w *values, row int, x, h, c []float64) (hNext, cNext []float64) {
	hNext, cNext = make([]float64, len(h)), make([]float64, len(h))
	for unit := range h {
		z := func(gate int) float64 {
			return n.fromInput(w, row, gate, unit, x) + w.bias[gate*len(h)+unit] + n.fromState(w, row, gate, unit, h) + n.pushed(row, gate, unit)
		}
		i, f, g, o := sigmoid(z(0)), sigmoid(z(1)), math.Tanh(z(2)), sigmoid(z(3))
		cNext[unit] = f*c[unit] + i*g
		hNext[unit] = o * math.Tanh(cNext[unit])
	}
	return hNext, cNext
}

// gru with reset_after: gates z r n, a bias for the input's part and one for the state's;
// n = tanh(from x + r * from h), h = z h' + (1-z) n.
func (n *twin) gru(w *values, row int, x, h []float64) []float64 {
	next, all := make([]float64, len(h)), 3*len(h)
	for unit := range h {
		in := func(gate int) float64 {
			return n.fromInput(w, row, gate, unit, x) + w.bias[gate*len(h)+unit] + n.pushed(row, gate, unit)
		}
		rec := func(gate int) float64 {
			return n.fromState(w, row, gate, unit, h) + w.bias[all+gate*len(h)+unit]
		}
		z, r := sigmoid(in(0)+rec(0)), sigmoid(in(1)+rec(1))
		candidate := math.Tanh(in(2) + r*(rec(2)+n.pushed(row, 3, unit)))
		next[unit] = z*h[unit] + (1-z)*candidate
	}
	return next
}

// simpleRNN: h = tanh(x W + b + h' U).
func (n *twin) simpleRNN(w *values, row int, x, h []float64) []float64 {
	next := make([]float64, len(h))
	for unit := range h {
		next[unit] = math.Tanh(n.fromInput(w, row, 0, unit, x) + w.bias[unit] + n.fromState(w, row, 0, unit, h) + n.pushed(row, 0, unit))
	}
	return next
}

// fromInput is x, masked for this gate, times the unit's column of the gate in the kernel.
func (n *twin) fromInput(w *values, row, gate, unit int, x []float64) float64 {
	columns, sum := n.spec.Gates()*n.spec.Units, 0.0
	for j := range x {
		sum += x[j] * at(n.input, gate, row, j) * w.kernel[j*columns+gate*n.spec.Units+unit]
	}
	return sum
}

// fromState is h', masked for this gate, times the unit's column in the recurrent kernel.
func (n *twin) fromState(w *values, row, gate, unit int, h []float64) float64 {
	columns, sum := n.spec.Gates()*n.spec.Units, 0.0
	for k := range h {
		sum += h[k] * at(n.state, gate, row, k) * w.recurrent[k*columns+gate*n.spec.Units+unit]
	}
	return sum
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// drawParams draws weights wide enough to bend every activation.
func drawParams(s nn.Spec, seed uint64) *nn.Params {
	rng := rand.New(rand.NewPCG(seed, 1))
	p := nn.NewParams(s)
	normal := func(x []float32, scale float64) {
		for i := range x {
			x[i] = float32(rng.NormFloat64() * scale)
		}
	}
	normal(p.Embedding, 0.8)
	normal(p.Kernel, 1/math.Sqrt(float64(s.EmbeddingDim)))
	normal(p.Recurrent, 1/math.Sqrt(float64(s.Units)))
	normal(p.Bias, 0.3)
	normal(p.DenseKernel, 1.5/math.Sqrt(float64(s.Units)))
	normal(p.DenseBias, 0.3)
	return p
}

// drawBatch draws reviews in which words repeat.
func drawBatch(s nn.Spec, reviews int, seed uint64) (ids []int32, labels []float32) {
	rng := rand.New(rand.NewPCG(seed, 2))
	ids, labels = make([]int32, reviews*s.Maxlen), make([]float32, reviews)
	for i := range ids {
		ids[i] = int32(rng.IntN(s.NumWords))
		if i%4 == 3 {
			ids[i] = ids[i-1-rng.IntN(min(i, 2*s.Maxlen))]
		}
	}
	for i := range labels {
		labels[i] = float32(rng.IntN(2))
	}
	return ids, labels
}

func at(m op.Masks, gate, row, j int) float64 {
	if m == nil {
		return 1
	}
	return m[gate][row][j]
}
