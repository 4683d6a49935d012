package op

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// project is the dense layer: logit = h w + b for each review, [16 S].
func (n *Trainer) project() *fused {
	return &fused{
		name: "dense", inputs: []int{3, 1, 1}, diff: []bool{true, true, true},
		out: dense(n.logits, n.s*lanes),
		do: func() error {
			for s, sh := range n.shards {
				logits(n.logits[s*lanes:], sh.h[n.t*n.hs():], n.w)
			}
			return nil
		},
		grads: func(in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			dh, err := gorgonia.ApplyOp(&fused{
				name: "dense gradient", inputs: []int{grad.Dims()},
				out: dense(n.shards[0].dh, n.w.ht, lanes, lanes),
				do: func() error {
					n.projectGradient()
					return nil
				},
			}, grad)
			if err != nil {
				return nil, err
			}
			dw, err := tap("gradient of dense_kernel", dh, n.grads.dense, in[1].Shape())
			if err != nil {
				return nil, err
			}
			db, err := tap("gradient of dense_bias", dh, n.grads.denseBias, in[2].Shape())
			return gorgonia.Nodes{dh, dw, db}, err
		},
	}
}

// logits writes h w + b for the 16 reviews of a shard; h is [Ht] tiles.
func logits(dst, h []float32, w *Weights) {
	for b := range lanes {
		sum := w.denseBias[0]
		for k := range w.ht {
			row, weights := (*[lanes]float32)(h[k*tile+b*lanes:]), (*[lanes]float32)(w.dense[k*lanes:])
			for j := range row {
				sum += row[j] * weights[j]
			}
		}
		dst[b] = sum
	}
}

func (n *Trainer) projectGradient() {
	clear(n.grads.dense)
	clear(n.grads.denseBias)
	for s, sh := range n.shards {
		for b := range lanes {
			d := n.dLogits[s*lanes+b]
			n.grads.denseBias[0] += d
			for k := range n.w.ht {
				h, dh := sh.h[n.t*n.hs()+k*tile+b*lanes:][:lanes], sh.dh[k*tile+b*lanes:][:lanes]
				for j := range lanes {
					dh[j] = d * n.w.dense[k*lanes+j]
					n.grads.dense[k*lanes+j] += d * h[j]
				}
			}
		}
	}
}

// crossEntropy is the mean binary cross-entropy of the batch, on the logits, so that it is exact
// however sure the network is. It also counts the right answers.
func (n *Trainer) crossEntropy() *fused {
	loss := gorgonia.F32(0)
	return &fused{
		name: "binary cross-entropy", inputs: []int{1, 1}, diff: []bool{true, false},
		out: &loss,
		do: func() error {
			sum := 0.0
			n.correct = 0
			for i, logit := range n.logits[:n.n] {
				l := CrossEntropy(float64(logit), float64(n.labels[i]))
				sum += l
				if Positive(float32(Sigmoid(float64(logit)))) == (n.labels[i] == 1) {
					n.correct++
				}
			}
			n.loss = float32(sum / float64(n.n))
			loss = gorgonia.F32(n.loss)
			if v := float64(n.loss); math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%w: %v", ErrNotFinite, v)
			}
			return nil
		},
		grads: func(in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			d, err := gorgonia.ApplyOp(&fused{
				name: "binary cross-entropy gradient", inputs: []int{in[0].Dims(), in[1].Dims(), grad.Dims()},
				out: dense(n.dLogits, n.s*lanes),
				do: func() error {
					clear(n.dLogits)
					for i, logit := range n.logits[:n.n] {
						n.dLogits[i] = float32((Sigmoid(float64(logit)) - float64(n.labels[i])) / float64(n.n))
					}
					return nil
				},
			}, in[0], in[1], grad)
			return gorgonia.Nodes{d, nil}, err
		},
	}
}

// ErrNotFinite says that a loss is no number any more.
var ErrNotFinite = fmt.Errorf("the loss is not finite")

// Positive tells what a probability says, as Keras' accuracy takes it. It is the only threshold: a logit above 0
// may be 0.5 as a probability.
func Positive(p float32) bool { return p > 0.5 }

// Sigmoid is 1/(1+exp(-x)).
func Sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// CrossEntropy is the binary cross-entropy of a logit against a label 0 or 1, in nats.
func CrossEntropy(logit, label float64) float64 {
	return max(logit, 0) - logit*label + math.Log1p(math.Exp(-math.Abs(logit)))
}
