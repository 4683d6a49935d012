package op

import (
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// Weights holds the parameters in the order in which the kernels read them.
type Weights struct {
	Spec   nn.Spec
	cell   cell
	dt, ht int // D and H in tiles

	embedding []float32 // [V, 16 Dt]
	kernel    []float32 // [Ht, G, Dt] tiles: D down, 16 columns of one gate across
	recurrent []float32 // [Ht, G, Ht] tiles
	bias      []float32 // [Ht, biasRows, 16]
	dense     []float32 // [16 Ht]
	denseBias []float32 // [16], the first counts
}

// NewWeights allocates zeroed weights.
func NewWeights(s nn.Spec) *Weights {
	w := &Weights{Spec: s, cell: cellOf(s.Layer), dt: kernel.Up(s.EmbeddingDim) / lanes, ht: kernel.Up(s.Units) / lanes}
	w.embedding = kernel.Floats(s.NumWords * w.dt * lanes)
	w.kernel = kernel.Floats(w.ht * w.cell.gates * w.dt * tile)
	w.recurrent = kernel.Floats(w.ht * w.cell.gates * w.ht * tile)
	w.bias = kernel.Floats(w.ht * w.cell.biasRows() * lanes)
	w.dense = kernel.Floats(w.ht * lanes)
	w.denseBias = kernel.Floats(lanes)
	return w
}

// Bytes is what they take in memory.
func (w *Weights) Bytes() int64 {
	return 4 * int64(len(w.embedding)+len(w.kernel)+len(w.recurrent)+len(w.bias)+len(w.dense)+len(w.denseBias))
}

// Pack copies parameters from Keras' layout; their sizes must fit the spec.
func (w *Weights) Pack(p *nn.Params) { w.move(p, func(ours, theirs *float32) { *ours = *theirs }) }

// Unpack copies the parameters into Keras' layout.
func (w *Weights) Unpack() *nn.Params {
	p := nn.NewParams(w.Spec)
	w.UnpackInto(p)
	return p
}

// UnpackInto is Unpack into parameters that exist.
func (w *Weights) UnpackInto(p *nn.Params) {
	w.move(p, func(ours, theirs *float32) { *theirs = *ours })
}

// move visits every weight in both layouts: the one place that knows how they correspond.
func (w *Weights) move(p *nn.Params, each func(ours, theirs *float32)) {
	s, c := w.Spec, w.cell
	d, h, wide := s.EmbeddingDim, s.Units, c.gates*s.Units
	for row := range s.NumWords {
		for j := range d {
			each(&w.embedding[row*w.dt*lanes+j], &p.Embedding[row*d+j])
		}
	}
	for unit := range h {
		block, lane := unit/lanes, unit%lanes
		for g := range c.gates {
			panel := block*c.gates + g
			for row := range d {
				each(&w.kernel[(panel*w.dt+row/lanes)*tile+row%lanes*lanes+lane], &p.Kernel[row*wide+c.wOrder[g]*h+unit])
			}
			for row := range h {
				each(&w.recurrent[(panel*w.ht+row/lanes)*tile+row%lanes*lanes+lane], &p.Recurrent[row*wide+c.uOrder[g]*h+unit])
			}
		}
		for r := range c.biasRows() {
			column := c.wOrder[r%c.gates] * h
			if r >= c.gates {
				column = wide + c.uOrder[r-c.gates]*h
			}
			each(&w.bias[(block*c.biasRows()+r)*lanes+lane], &p.Bias[column+unit])
		}
		each(&w.dense[unit], &p.DenseKernel[unit])
	}
	each(&w.denseBias[0], &p.DenseBias[0])
}

// biasRow writes the sum of the biases of every slot, [Ht, slots, 16].
func (w *Weights) biasRow(dst []float32) {
	c := w.cell
	for block := range w.ht {
		for slot := range c.slots {
			out := dst[(block*c.slots+slot)*lanes:][:lanes]
			clear(out)
			rows := w.bias[block*c.biasRows()*lanes:]
			if g := slot - c.in; g >= 0 && g < c.gates {
				add(out, rows[g*lanes:])
			}
			if g := slot - c.rec; c.twoBiases && g >= 0 && g < c.gates {
				add(out, rows[(c.gates+g)*lanes:])
			}
		}
	}
}

func add(dst, src []float32) {
	for i := range dst {
		dst[i] += src[i]
	}
}

// transpose writes a kernel for the way back: [in, G, Ht] tiles, each the transpose of its twin.
func transpose(dst, src []float32, in, gates, ht int) {
	for block := range ht {
		for g := range gates {
			for k := range in {
				from := (*[tile]float32)(src[((block*gates+g)*in+k)*tile:])
				to := (*[tile]float32)(dst[((k*gates+g)*ht+block)*tile:])
				for i := range lanes {
					for j := range lanes {
						to[j*lanes+i] = from[i*lanes+j]
					}
				}
			}
		}
	}
}
