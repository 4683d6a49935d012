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
	var soon ahead
	for t := range n.t {
		x, z := sh.x[t*n.xs():], sh.z[t*n.zs():]
		hm, hPrev, hNext := sh.hm[t*n.hms():], sh.h[t*n.hs():], sh.h[(t+1)*n.hs():]
		cPrev, cNext, tc := sh.c[t*n.hs():], sh.c[(t+1)*n.hs():], sh.tc[(t+1)*n.hs():]
		n.aheadForward(&soon, sh, t)
		copy(z[:c.slots*ht*tile], n.biases)
		for block := range ht {
			for g := range c.gates {
				panel := block*c.gates + g
				kernel.Gemm(z[(block*c.slots+c.in+g)*tile:], x[n.copyOf(g, n.nIn)*dt*tile:], n.w.kernel[panel*dt*tile:], dt, tile, tile, soon.next(dt), soon.next(dt))
			}
			// Only now the state's part: the predictor adds in this order too, and so has the same bits.
			for g := range c.gates {
				panel := block*c.gates + g
				kernel.Gemm(z[(block*c.slots+c.rec+g)*tile:], hm[n.upCopyOf(g)*ht*tile:], n.w.recurrent[panel*ht*tile:], ht, tile, tile, soon.next(ht), soon.next(ht))
			}
			at := block * tile
			c.forward(n.spec.Layer, z[block*c.slots*tile:], hPrev[at:], hNext[at:], cPrev[at:], cNext[at:], tc[at:])
		}
		if n.maskUp && t+1 < n.t {
			next := sh.hm[(t+1)*n.hms():]
			for block := range ht {
				kernel.Spread(next[block*tile:], hNext[block*tile:], sh.maskH[block*tile:], n.nUp, ht*tile)
			}
		}
	}
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

// copyOf and upCopyOf tell which masked copy of the input, of the state, our gate g sees. A gate's
// masks are numbered as Keras orders gates, for W and U may order theirs differently.
func (n *Trainer) copyOf(g, copies int) int {
	if copies == 1 {
		return 0
	}
	return n.cell.wOrder[g]
}

func (n *Trainer) upCopyOf(g int) int {
	if n.nUp == 1 {
		return 0
	}
	return n.cell.uOrder[g]
}

// backward takes dh of the last state back through time. It leaves in z the gradients of the
// pre-activations and in dx those of the inputs.
func (n *Trainer) backward(sh *shard) {
	c, ht := n.cell, n.w.ht
	var soon ahead
	clear(sh.dc)
	for t := n.t - 1; t >= n.first; t-- {
		z := sh.z[t*n.zs():]
		hPrev, cPrev, tc := sh.h[t*n.hs():], sh.c[t*n.hs():], sh.tc[(t+1)*n.hs():]
		for block := range ht {
			at := block * tile
			c.backward(n.spec.Layer, z[block*c.slots*tile:], hPrev[at:], cPrev[at:], tc[at:], sh.dc[at:], sh.dh[at:])
		}
		n.aheadBackward(&soon, sh, t)
		n.inputGradient(sh, t, &soon)
		if t == n.first {
			break
		}
		for block := range ht {
			for g := range c.gates {
				acc := sh.dh[block*tile:]
				if n.maskUp {
					acc = sh.acc[n.upCopyOf(g)*tile:]
				}
				kernel.Gemm(acc, z[(c.rec+g)*tile:], n.recurrentT[(block*c.gates+g)*ht*tile:], ht, c.slots*tile, tile, soon.next(ht), soon.next(ht))
			}
			if n.maskUp {
				kernel.Collect(sh.dh[block*tile:], sh.acc, sh.maskH[block*tile:], n.nUp, tile, ht*tile)
			}
		}
	}
}

// inputGradient is dx[t] = sum over gates of (dz[t] Wᵀ) mask.
func (n *Trainer) inputGradient(sh *shard, t int, soon *ahead) {
	c, dt, ht := n.cell, n.w.dt, n.w.ht
	z, dx := sh.z[t*n.zs():], sh.dx[t*n.dxs():]
	clear(dx[:dt*tile])
	for k := range dt {
		for g := range c.gates {
			acc := dx[k*tile:]
			if n.maskIn {
				acc = sh.acc[n.copyOf(g, n.nIn)*tile:]
			}
			kernel.Gemm(acc, z[(c.in+g)*tile:], n.kernelT[(k*c.gates+g)*ht*tile:], ht, c.slots*tile, tile, soon.next(ht), soon.next(ht))
		}
		if n.maskIn {
			kernel.Collect(dx[k*tile:], sh.acc, sh.maskX[k*tile:], n.nIn, tile, dt*tile)
		}
	}
}
