package op

import (
	"gorgonia.org/gorgonia"

	"cuaderno/training/kernel"
)

// recur runs the recurrent layer over the whole sequence and gives its last state, [S, Ht] tiles.
//
//	z[t] = b + x[t] W + h[t-1] U, with a masked copy of x and h for every gate
//	h[t], c[t] = cell(z[t], h[t-1], c[t-1])
//
// Its gradient goes back through time (BPTT), as many steps as the spec allows.
func (n *Trainer) recur() *fused {
	last := func(sh *shard) []float32 { return sh.h[n.t*n.hs():][:n.w.ht*tile] }
	return &fused{
		name: n.spec.Layer, inputs: []int{4, 5, 5, 3}, diff: []bool{true, true, true, true},
		out: dense(last(n.shards[0]), n.w.ht, lanes, lanes),
		do: func() error {
			each(n.s, func(s int) { n.forward(n.shards[s]) })
			return nil
		},
		grads: func(in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := gorgonia.ApplyOp(&fused{
				name: n.spec.Layer + " gradient", inputs: []int{grad.Dims()},
				out: dense(n.shards[0].dx, n.t, n.dxs()/tile, lanes, lanes),
				do: func() error {
					each(n.s, func(s int) { n.backward(n.shards[s]) })
					n.weightGradients()
					return nil
				},
			}, grad)
			if err != nil {
				return nil, err
			}
			nodes := gorgonia.Nodes{dx}
			for i, data := range [][]float32{n.grads.kernel, n.grads.recurrent, n.grads.bias} {
				d, err := tap("gradient of "+in[i+1].Name(), dx, data, in[i+1].Shape())
				if err != nil {
					return nil, err
				}
				nodes = append(nodes, d)
			}
			return nodes, nil
		},
	}
}

// forward runs one shard through all time steps.
func (n *Trainer) forward(sh *shard) {
	c, dt, ht := n.cell, n.w.dt, n.w.ht
	// The gates of one block of units, each from its own copy of x or h where there are several.
	fromX := kernel.Sums{N: dt, A: tile, B: tile, M: c.gates, NextC: tile, NextA: apart(n.nIn, dt), NextB: dt * tile}
	fromH := kernel.Sums{N: ht, A: tile, B: tile, M: c.gates, NextC: tile, NextA: apart(n.nUp, ht), NextB: ht * tile}
	var soon ahead
	for t := range n.t {
		x, z := sh.x[t*n.xs():], sh.z[t*n.zs():]
		hm, hPrev, hNext := sh.hm[t*n.hms():], sh.h[t*n.hs():], sh.h[(t+1)*n.hs():]
		cPrev, cNext, tc := sh.c[t*n.hs():], sh.c[(t+1)*n.hs():], sh.tc[(t+1)*n.hs():]
		n.aheadForward(&soon, sh, t)
		copy(z[:c.slots*ht*tile], n.biases)
		for block := range ht {
			at := block * tile
			gates := z[c.slots*at:]
			kernel.Gemms(gates[c.in*tile:], x, n.w.kernel[c.gates*dt*at:], &fromX, soon.next(c.gates*dt), soon.next(c.gates*dt))
			// Only now the state's part: the predictor adds in this order too, and so has the same bits.
			kernel.Gemms(gates[c.rec*tile:], hm, n.w.recurrent[c.gates*ht*at:], &fromH, soon.next(c.gates*ht), soon.next(c.gates*ht))
			c.forward(n.spec.Layer, gates, hPrev[at:], hNext[at:], cPrev[at:], cNext[at:], tc[at:])
		}
		if n.maskUp && t+1 < n.t {
			next := sh.hm[(t+1)*n.hms():]
			for block := range ht {
				kernel.Spread(next[block*tile:], hNext[block*tile:], sh.maskH[block*tile:], n.nUp, ht*tile)
			}
		}
	}
}

// apart is how far the gates' copies of an input of so many tiles are apart; they may share one.
func apart(copies, tiles int) int {
	if copies == 1 {
		return 0
	}
	return tiles * tile
}

// aheadForward lists what the step after t needs; the states it writes are one place further on.
func (n *Trainer) aheadForward(soon *ahead, sh *shard, t int) {
	*soon = ahead{}
	if t+1 == n.t {
		return
	}
	soon.spans[0] = sh.x[(t+1)*n.xs():][:n.nIn*n.w.dt*tile]
	soon.spans[1] = sh.z[(t+1)*n.zs():][:n.cell.slots*n.w.ht*tile]
	soon.spans[2] = sh.h[(t+2)*n.hs():][:n.w.ht*tile]
	if n.cell.hasC {
		soon.spans[3], soon.spans[4] = sh.c[(t+2)*n.hs():][:n.w.ht*tile], sh.tc[(t+2)*n.hs():][:n.w.ht*tile]
	}
	if n.maskUp && t+2 < n.t {
		soon.spans[5] = sh.hm[(t+2)*n.hms():][:n.nUp*n.w.ht*tile]
	}
}

// aheadBackward lists what the step before t needs, on the way back.
func (n *Trainer) aheadBackward(soon *ahead, sh *shard, t int) {
	*soon = ahead{}
	if t == n.first {
		return
	}
	soon.spans[0] = sh.z[(t-1)*n.zs():][:n.cell.slots*n.w.ht*tile]
	soon.spans[1] = sh.h[(t-1)*n.hs():][:n.w.ht*tile]
	soon.spans[2] = sh.dx[(t-1)*n.dxs():][:n.w.dt*tile]
	if n.cell.hasC {
		soon.spans[3], soon.spans[4] = sh.c[(t-1)*n.hs():][:n.w.ht*tile], sh.tc[t*n.hs():][:n.w.ht*tile]
	}
}

// backward takes dh of the last state back through time. It leaves in z the gradients of the
// pre-activations and in dx those of the inputs.
func (n *Trainer) backward(sh *shard) {
	c, ht := n.cell, n.w.ht
	back := kernel.Sums{N: ht, A: c.slots * tile, B: tile, M: c.gates, NextC: apart(n.nUp, 1), NextA: tile, NextB: ht * tile}
	var soon ahead
	clear(sh.dc)
	for t := n.t - 1; t >= n.first; t-- {
		z := sh.z[t*n.zs():]
		hPrev, cPrev, tc := sh.h[t*n.hs():], sh.c[t*n.hs():], sh.tc[(t+1)*n.hs():]
		for block := range ht {
			at := block * tile
			c.backward(n.spec.Layer, z[c.slots*at:], hPrev[at:], cPrev[at:], tc[at:], sh.dc[at:], sh.dh[at:])
		}
		n.aheadBackward(&soon, sh, t)
		n.inputGradient(sh, t, &soon)
		if t == n.first {
			break
		}
		for block := range ht {
			at := block * tile
			acc := sh.dh[at:]
			if n.maskUp {
				acc = sh.acc
			}
			kernel.Gemms(acc, z[c.rec*tile:], n.recurrentT[c.gates*ht*at:], &back, soon.next(c.gates*ht), soon.next(c.gates*ht))
			if n.maskUp {
				kernel.Collect(sh.dh[at:], sh.acc, sh.maskH[at:], n.nUp, tile, ht*tile)
			}
		}
	}
}

// inputGradient is dx[t] = sum over gates of (dz[t] Wᵀ) mask.
func (n *Trainer) inputGradient(sh *shard, t int, soon *ahead) {
	c, dt, ht := n.cell, n.w.dt, n.w.ht
	back := kernel.Sums{N: ht, A: c.slots * tile, B: tile, M: c.gates, NextC: apart(n.nIn, 1), NextA: tile, NextB: ht * tile}
	z, dx := sh.z[t*n.zs():], sh.dx[t*n.dxs():]
	clear(dx[:dt*tile])
	for k := range dt {
		at := k * tile
		acc := dx[at:]
		if n.maskIn {
			acc = sh.acc
		}
		kernel.Gemms(acc, z[c.in*tile:], n.kernelT[c.gates*ht*at:], &back, soon.next(c.gates*ht), soon.next(c.gates*ht))
		if n.maskIn {
			kernel.Collect(dx[at:], sh.acc, sh.maskX[at:], n.nIn, tile, dt*tile)
		}
	}
}
