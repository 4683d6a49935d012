package kernel_test

import (
	"math"
	"testing"

	"cuaderno/training/kernel"
)

// The tiles are n, z, r and u: n = tanh(n + r u), h = z h' + (1-z) n.

func TestGRUForward(t *testing.T) {
	r := newRand(30)
	z, before := draw(4*tile, preactivations(r)), draw(tile, normal(r, 0.5))
	blocks := []block{{"z", z, true}, {"h'", before, false}, output("h", tile)}
	left := run(t, blocks, func(b [][]float32) { kernel.GRUForward(b[0], b[1], b[2]) })

	pre := func(gate, j int) num { return given(z[gate*tile+j]) }
	candidate := func(j int) num { return pre(0, j).plus(pre(2, j).gate().times(pre(3, j))).squash() }
	judge(t, "gates", left, 0, func(at int) num {
		switch j := at % tile; at / tile {
		case 0:
			return candidate(j)
		case 3:
			return num{x: float64(z[at])}
		}
		return given(z[at]).gate()
	})
	judge(t, "h", left, 2, func(j int) num {
		update := pre(1, j).gate()
		return update.times(given(before[j])).plus(given(1).minus(update).times(candidate(j)))
	})
}

func TestGRUBackward(t *testing.T) {
	r := newRand(31)
	gate := activated(r, sigmoid64)
	z := join(draw(tile, activated(r, math.Tanh)), draw(2*tile, gate), draw(tile, normal(r, 1)))
	before, dh := draw(tile, normal(r, 0.5)), draw(tile, normal(r, 1))
	blocks := []block{{"z", z, true}, {"h'", before, false}, {"dh", dh, true}}
	left := run(t, blocks, func(b [][]float32) { kernel.GRUBackward(b[0], b[1], b[2]) })

	act := func(gate, j int) num { return given(z[gate*tile+j]) }
	candidate := func(j int) num {
		return given(dh[j]).times(given(1).minus(act(1, j))).times(act(0, j).squashSlope())
	}
	judge(t, "dz", left, 0, func(at int) num {
		j := at % tile
		switch at / tile {
		case 0:
			return candidate(j)
		case 1:
			return given(dh[j]).times(given(before[j]).minus(act(0, j))).times(act(1, j).gateSlope())
		case 2:
			return candidate(j).times(act(3, j)).times(act(2, j).gateSlope())
		}
		return candidate(j).times(act(2, j))
	})
	judge(t, "dh'", left, 2, func(j int) num { return given(dh[j]).times(act(1, j)) })
}

// TestGRUGradient takes the loss a·h of one step; the previous state's direct part comes back in dh.
func TestGRUGradient(t *testing.T) {
	state := func(in [5]float64) float64 {
		update := sigmoid64(in[1])
		return update*in[4] + (1-update)*math.Tanh(in[0]+sigmoid64(in[2])*in[3])
	}
	kernel.EachISA(t, func(t *testing.T) {
		r := newRand(32)
		pre, before, a := draw(4*tile, preactivations(r)), draw(tile, normal(r, 0.5)), draw(tile, normal(r, 1))
		z, dh, h := append([]float32{}, pre...), append([]float32{}, a...), make([]float32, tile)
		kernel.GRUForward(z, before, h)
		kernel.GRUBackward(z, before, dh)
		for j := range tile {
			in := [5]float64{4: float64(before[j])}
			for gate := range 4 {
				in[gate] = float64(pre[gate*tile+j])
			}
			scale := math.Abs(float64(a[j])) * (1 + math.Abs(in[4])) * (1 + math.Abs(in[3]))
			for i, got := range []float32{z[j], z[tile+j], z[2*tile+j], z[3*tile+j], dh[j]} {
				moved := func(x float64) float64 {
					in := in
					in[i] = x
					return float64(a[j]) * state(in)
				}
				gradient(t, []string{"dn", "dz", "dr", "du", "dh'"}[i], j, got, slope(moved, in[i]), scale)
			}
		}
	})
}
