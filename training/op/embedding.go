package op

import (
	"gorgonia.org/gorgonia"

	"cuaderno/training/kernel"
)

// embed is x[t] = E[id[t]] times the input masks: [S, T, nIn Dt + 1] tiles. It begins a step: it waits
// for the batch.
//
// Its gradient is sparse, rows for the batch's distinct words only, in the order of tokens.rows; the
// solver knows which rows of E they are.
func (n *Trainer) embed() *fused {
	return &fused{
		name: "embedding", inputs: []int{2}, diff: []bool{true},
		// The shards lie apart in memory; the node carries the first of them as its value.
		out: dense(n.shards[0].x, n.t, n.xs()/tile, lanes, lanes),
		do: func() error {
			if err := n.machine.wait(); err != nil {
				return err
			}
			n.solver.touch(n.tokens.rows)
			each(n.s, n.embedShard)
			return nil
		},
		grads: func(in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			d, err := gorgonia.ApplyOp(&fused{
				name: "embedding gradient", inputs: []int{grad.Dims()},
				out: dense(n.grads.embedding, len(n.grads.embedding)/(n.w.dt*lanes), n.w.dt*lanes),
				do: func() error {
					n.embedGradient()
					return nil
				},
			}, grad)
			return gorgonia.Nodes{d}, err
		},
	}
}

func (n *Trainer) embedShard(s int) {
	sh, dt := n.shards[s], n.w.dt
	n.draw(s)
	for t := range n.t {
		x, ids := sh.x[t*n.xs():], sh.ids[t*lanes:]
		if !n.maskIn {
			kernel.Gather(x, n.w.embedding, ids, dt, nil)
			continue
		}
		for copied := range n.nIn {
			kernel.Gather(x[copied*dt*tile:], n.w.embedding, ids, dt, sh.maskX[copied*dt*tile:])
		}
	}
}

func (n *Trainer) drawMasks(s int) {
	sh := n.shards[s]
	for b := range lanes {
		row := uint64(s*lanes + b)
		if n.maskIn {
			drawMask(sh.maskX, n.cell.wOrder, n.nIn, n.w.dt, b, n.spec.Dropout, maskKey(n.seed, n.step, row, 0))
		}
		if n.maskUp {
			drawMask(sh.maskH, n.cell.uOrder, n.nUp, n.w.ht, b, n.spec.RecurrentDropout, maskKey(n.seed, n.step, row, 1))
		}
	}
}

// embedGradient adds up the gradients of all places of each word, in reading order.
func (n *Trainer) embedGradient() {
	const chunk = 64
	k, width := &n.tokens, n.w.dt*lanes
	each((len(k.rows)+chunk-1)/chunk, func(c int) {
		for i := c * chunk; i < min((c+1)*chunk, len(k.rows)); i++ {
			out := n.grads.embedding[i*width:][:width]
			clear(out)
			for _, p := range k.positions[k.start[i]:k.start[i+1]] {
				row, t := int(p)/n.t, int(p)%n.t
				if t >= n.first {
					kernel.AddRow(out, n.shards[row/lanes].dx[t*n.dxs()+row%lanes*lanes:], n.w.dt)
				}
			}
		}
	})
}
