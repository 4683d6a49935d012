package op

import (
	"runtime"

	"cuaderno/training/kernel"
)

// weightGradients adds up over shards, in their order, and over time: dW = xᵀ dz, dU = hᵀ dz, db = sum dz.
func (n *Trainer) weightGradients() {
	c, dt, ht := n.cell, n.w.dt, n.w.ht
	// Two pieces of work or more for every processor. How blocks are shared out changes no sum.
	parts := min(ht, (runtime.GOMAXPROCS(0)+c.gates-1)/c.gates)
	each(2*c.gates*parts, func(i int) {
		task, part := i/parts, i%parts
		g, from, to := task%c.gates, part*ht/parts, (part+1)*ht/parts
		if task < c.gates {
			n.sumOverTime(from, to, weightSum{
				out: n.grads.kernel, bias: n.grads.bias[g*lanes:], gate: g, slot: c.in + g,
				tiles: dt, stride: n.xs(), input: func(sh *shard) []float32 { return sh.x[g*apart(n.nIn, dt):] },
			})
			return
		}
		w := weightSum{
			out: n.grads.recurrent, gate: g, slot: c.rec + g,
			tiles: ht, stride: n.hms(), input: func(sh *shard) []float32 { return sh.hm[g*apart(n.nUp, ht):] },
		}
		if c.twoBiases {
			w.bias = n.grads.bias[(c.gates+g)*lanes:]
		}
		n.sumOverTime(from, to, w)
	})
}

// weightSum is the gradient of one gate's kernel, for the input or for the state.
type weightSum struct {
	out, bias  []float32 // bias from the gate's first row on; nil: none
	gate, slot int
	tiles      int // of the input
	stride     int // between its time steps
	input      func(sh *shard) []float32
}

// stretch is how many time steps are summed at a time: so few that their tiles of the input, and of
// dz in all blocks of units, stay in the second cache until each has met each.
const stretch = 8

// sumOverTime does some blocks of units.
func (n *Trainer) sumOverTime(from, to int, w weightSum) {
	c := n.cell
	panel := func(block int) []float32 { return w.out[(block*c.gates+w.gate)*w.tiles*tile:][:w.tiles*tile] }
	bias := func(block int) []float32 { return w.bias[block*c.biasRows()*lanes:][:lanes] }
	for block := from; block < to; block++ {
		clear(panel(block))
		if w.bias != nil {
			clear(bias(block))
		}
	}
	for s, sh := range n.shards {
		in := w.input(sh)
		for t := n.first; t < n.t; t += stretch {
			steps := min(stretch, n.t-t)
			// Meanwhile the next stretch is fetched.
			soonIn, soonZ, soonT := in, sh.z, t+stretch
			if soonT >= n.t {
				after := n.shards[(s+1)%n.s]
				soonIn, soonZ, soonT = w.input(after), after.z, n.first
			}
			sums := kernel.Sums{
				N: steps, A: w.stride, B: n.zs(), M: w.tiles, NextC: tile, NextA: tile,
				SkipSoon: n.zs() - steps*kernel.Ahead, // a tile of each of the next dz
			}
			for block := from; block < to; block++ {
				at := (block*c.slots + w.slot) * tile
				dz := sh.z[t*n.zs()+at:]
				row := min(soonT+(block-from)%stretch, n.t-1) // and of the next inputs one for each block
				kernel.GemmTs(panel(block), in[t*w.stride:], dz, &sums, soonIn[row*w.stride:], soonZ[soonT*n.zs()+at:])
				if w.bias != nil {
					kernel.SumRows(bias(block), dz, steps, n.zs())
				}
			}
		}
	}
}
