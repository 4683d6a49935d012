package kernel_test

import (
	"math"
	"testing"

	"cuaderno/training/kernel"
)

func TestLSTMForward(t *testing.T) {
	r := newRand(20)
	z, before := draw(4*tile, preactivations(r)), draw(tile, normal(r, 1))
	blocks := []block{{"z", z, true}, {"c'", before, false}, output("c", tile), output("tc", tile), output("h", tile)}
	left := run(t, blocks, func(b [][]float32) { kernel.LSTMForward(b[0], b[1], b[2], b[3], b[4]) })

	pre := func(gate, j int) num { return given(z[gate*tile+j]) }
	cell := func(j int) num {
		kept := pre(1, j).gate().times(given(before[j]))
		return kept.plus(pre(0, j).gate().times(pre(2, j).squash()))
	}
	judge(t, "gates", left, 0, func(j int) num {
		if j/tile == 2 {
			return given(z[j]).squash()
		}
		return given(z[j]).gate()
	})
	judge(t, "c", left, 2, cell)
	judge(t, "tc", left, 3, func(j int) num { return cell(j).squash() })
	judge(t, "h", left, 4, func(j int) num { return pre(3, j).gate().times(cell(j).squash()) })
}

func TestLSTMBackward(t *testing.T) {
	r := newRand(21)
	gate, candidate := activated(r, sigmoid64), activated(r, math.Tanh)
	z := join(draw(2*tile, gate), draw(tile, candidate), draw(tile, gate))
	before, tc := draw(tile, normal(r, 1)), draw(tile, candidate)
	dc, dh := draw(tile, normal(r, 1)), draw(tile, normal(r, 1))
	blocks := []block{{"z", z, true}, {"c'", before, false}, {"tc", tc, false}, {"dc", dc, true}, {"dh", dh, true}}
	left := run(t, blocks, func(b [][]float32) { kernel.LSTMBackward(b[0], b[1], b[2], b[3], b[4]) })

	act := func(gate, j int) num { return given(z[gate*tile+j]) }
	cell := func(j int) num {
		return given(dc[j]).plus(given(dh[j]).times(act(3, j)).times(given(tc[j]).squashSlope()))
	}
	judge(t, "dz", left, 0, func(at int) num {
		j := at % tile
		switch at / tile {
		case 0:
			return cell(j).times(act(2, j)).times(act(0, j).gateSlope())
		case 1:
			return cell(j).times(given(before[j])).times(act(1, j).gateSlope())
		case 2:
			return cell(j).times(act(0, j)).times(act(2, j).squashSlope())
		}
		return given(dh[j]).times(given(tc[j])).times(act(3, j).gateSlope())
	})
	judge(t, "dc'", left, 3, func(j int) num { return cell(j).times(act(1, j)) })
	for isa, b := range left {
		sameBits(t, isa+": dh", b[4], make([]float32, tile))
	}
}

// TestLSTMGradient takes the loss a·h + b·c of one step, with any a and b, and compares what forward
// and backward make of it with finite differences of the definition in float64.
func TestLSTMGradient(t *testing.T) {
	loss := func(in [5]float64, a, b float64) float64 {
		c := sigmoid64(in[1])*in[4] + sigmoid64(in[0])*math.Tanh(in[2])
		return a*sigmoid64(in[3])*math.Tanh(c) + b*c
	}
	kernel.EachISA(t, func(t *testing.T) {
		r := newRand(22)
		pre, before := draw(4*tile, preactivations(r)), draw(tile, normal(r, 1))
		a, b := draw(tile, normal(r, 1)), draw(tile, normal(r, 1))
		z, dh, dc := append([]float32{}, pre...), append([]float32{}, a...), append([]float32{}, b...)
		c, tc, h := make([]float32, tile), make([]float32, tile), make([]float32, tile)
		kernel.LSTMForward(z, before, c, tc, h)
		kernel.LSTMBackward(z, before, tc, dc, dh)
		for j := range tile {
			in := [5]float64{4: float64(before[j])}
			for gate := range 4 {
				in[gate] = float64(pre[gate*tile+j])
			}
			scale := (math.Abs(float64(a[j])) + math.Abs(float64(b[j]))) * (1 + math.Abs(in[4]))
			for i, got := range []float32{z[j], z[tile+j], z[2*tile+j], z[3*tile+j], dc[j]} {
				moved := func(x float64) float64 {
					in := in
					in[i] = x
					return loss(in, float64(a[j]), float64(b[j]))
				}
				gradient(t, []string{"di", "df", "dg", "do", "dc'"}[i], j, got, slope(moved, in[i]), scale)
			}
		}
	})
}
