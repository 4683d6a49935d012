package kernel

import "fmt"

// ISA names the instructions in use: "avx512", "avx2" or "go".
func ISA() string { return use.name }

// Gemm computes C += sum of A_i B_i over n pairs of tiles.
//
// c is one tile; A_i starts at a[i*aStride], B_i at b[i*bStride], strides in floats.
func Gemm(c, a, b []float32, n, aStride, bStride int) {
	Gemms(c, a, b, &Sums{N: n, A: aStride, B: bStride, M: 1})
}

// GemmT computes C += sum of A_iᵀ B_i over n pairs of tiles, laid out as for Gemm.
func GemmT(c, a, b []float32, n, aStride, bStride int) {
	GemmTs(c, a, b, &Sums{N: n, A: aStride, B: bStride, M: 1})
}

// Sums says where the tiles of M sums of N products each lie, in floats. The factors of a sum lie A
// and B apart; its result, its first A and its first B lie NextC, NextA and NextB after those of the
// sum before. SkipSoon is how far the second place to fetch from jumps after each sum.
type Sums struct{ N, A, B, M, NextC, NextA, NextB, SkipSoon int }

// Gemms does what Gemm does M times; one call costs less than many.
//
// soon names up to two places whose first N*M*Ahead floats will be needed before long: they are
// fetched into the cache meanwhile, at no cost.
func Gemms(c, a, b []float32, s *Sums, soon ...[]float32) {
	if s.N == 0 || s.M == 0 {
		return
	}
	s.reach(c, a, b)
	s1, s2 := fetched(c, soon)
	use.gemms(&c[0], &a[0], &b[0], s.N, 4*s.A, 4*s.B, s.M, 4*s.NextC, 4*s.NextA, 4*s.NextB, 4*s.SkipSoon, s1, s2)
}

// GemmTs does what GemmT does M times, and fetches as Gemms.
func GemmTs(c, a, b []float32, s *Sums, soon ...[]float32) {
	if s.N == 0 || s.M == 0 {
		return
	}
	s.reach(c, a, b)
	s1, s2 := fetched(c, soon)
	use.gemmTs(&c[0], &a[0], &b[0], s.N, 4*s.A, 4*s.B, s.M, 4*s.NextC, 4*s.NextA, 4*s.NextB, 4*s.SkipSoon, s1, s2)
}

func (s *Sums) reach(c, a, b []float32) {
	reach(c, s.M, s.NextC, Tile)
	reach(a, s.M, s.NextA, Tile)
	reach(b, s.M, s.NextB, Tile)
	// As far as the last sum's first tiles; from there it is N tiles more.
	reach(a[(s.M-1)*s.NextA:], s.N, s.A, Tile)
	reach(b[(s.M-1)*s.NextB:], s.N, s.B, Tile)
}

// fetched gives the addresses of what is needed soon; where there is nothing, that of c, which is
// near anyway. Fetching goes beyond the end of a short slice: that is allowed, and reads nothing.
func fetched(c []float32, soon [][]float32) (s1, s2 *float32) {
	s1, s2 = &c[0], &c[0]
	if len(soon) > 0 && len(soon[0]) > 0 {
		s1 = &soon[0][0]
	}
	if len(soon) > 1 && len(soon[1]) > 0 {
		s2 = &soon[1][0]
	}
	return s1, s2
}

// LSTMForward turns the pre-activations z (four tiles: i, f, g, o) into activations, in place, and
// computes c = f c' + i g, tc = tanh(c) and h = o tc, each one tile.
func LSTMForward(z, cPrev, c, tc, h []float32) {
	need(4, z)
	need(1, cPrev, c, tc, h)
	use.lstmForward(&z[0], &cPrev[0], &c[0], &tc[0], &h[0])
}

// LSTMBackward replaces the activations z by the gradients of the pre-activations. dh is the
// gradient of the state, consumed and set to zero; dc that of the cell, carried back.
func LSTMBackward(z, cPrev, tc, dc, dh []float32) {
	need(4, z)
	need(1, cPrev, tc, dc, dh)
	use.lstmBackward(&z[0], &cPrev[0], &tc[0], &dc[0], &dh[0])
}

// GRUForward reads four tiles: n, the candidate's input part; z and r, the update and reset gates;
// u, the candidate's recurrent part. It leaves tanh(n + r u), z, r (activated) and u, and computes
// h = z h' + (1-z) n.
func GRUForward(z, hPrev, h []float32) {
	need(4, z)
	need(1, hPrev, h)
	use.gruForward(&z[0], &hPrev[0], &h[0])
}

// GRUBackward replaces the four tiles by the gradients of their pre-activations. dh is the gradient
// of the state and becomes that part of the previous state's which does not pass the gates.
func GRUBackward(z, hPrev, dh []float32) {
	need(4, z)
	need(1, hPrev, dh)
	use.gruBackward(&z[0], &hPrev[0], &dh[0])
}

// RNNForward computes h = tanh(z) and leaves the same in z.
func RNNForward(z, h []float32) {
	need(1, z, h)
	use.rnnForward(&z[0], &h[0])
}

// RNNBackward replaces h by the gradient of its pre-activation; dh is consumed and set to zero.
func RNNBackward(z, dh []float32) {
	need(1, z, dh)
	use.rnnBackward(&z[0], &dh[0])
}

// Spread writes n copies of the tile src, each times its mask; stride apart in dst and mask.
func Spread(dst, src, mask []float32, n, stride int) {
	if n == 0 {
		return
	}
	reach(src, 1, 0, Tile)
	reach(dst, n, stride, Tile)
	reach(mask, n, stride, Tile)
	use.spread(&dst[0], &src[0], &mask[0], n, 4*stride)
}

// Collect adds n tiles of src, each times its mask, to the tile dst and sets them to zero.
func Collect(dst, src, mask []float32, n, srcStride, maskStride int) {
	if n == 0 {
		return
	}
	reach(dst, 1, 0, Tile)
	reach(src, n, srcStride, Tile)
	reach(mask, n, maskStride, Tile)
	use.collect(&dst[0], &src[0], &mask[0], n, 4*srcStride, 4*maskStride)
}

// Gather writes 16 rows of a table, each of `tiles` times 16 floats, side by side into as many
// tiles: row b of the result is table row rows[b], times row b of the mask's tiles (nil: as it is).
func Gather(dst, table []float32, rows []int32, tiles int, mask []float32) {
	if tiles == 0 {
		return
	}
	reach(dst, tiles, Tile, Tile)
	if len(rows) < Lanes {
		panic(fmt.Sprintf("kernel: %d rows where %d are gathered", len(rows), Lanes))
	}
	width := tiles * Lanes
	have := len(table) / width
	for _, r := range rows[:Lanes] {
		if r < 0 || int(r) >= have {
			panic(fmt.Sprintf("kernel: row %d of a table of %d", r, have))
		}
	}
	if mask == nil {
		use.gather(&dst[0], &table[0], &rows[0], tiles, 4*width)
		return
	}
	need(tiles, mask)
	use.gatherMasked(&dst[0], &table[0], &rows[0], tiles, 4*width, &mask[0])
}

// AddRow adds one row that lies across tiles to dst; src begins at that row in the first tile.
func AddRow(dst, src []float32, tiles int) {
	if tiles == 0 {
		return
	}
	reach(dst, tiles, Lanes, Lanes)
	reach(src, tiles, Tile, Lanes)
	use.addRow(&dst[0], &src[0], tiles)
}

// SumRows adds all rows of n tiles, stride floats apart, to the 16 floats of dst.
func SumRows(dst, src []float32, n, stride int) {
	if n == 0 {
		return
	}
	reach(dst, 1, 0, Lanes)
	reach(src, n, stride, Tile)
	use.sumRows(&dst[0], &src[0], n, 4*stride)
}

// AdamStep holds the scalars of one step: Alpha the rate with its bias correction, C1 = 1 - beta1,
// C2 = 1 - beta2, Decay the rate times the weight decay.
type AdamStep struct{ Alpha, C1, C2, Eps, Decay float32 }

// Adam does m += (g-m) C1, v += (g²-v) C2, w -= Decay w + Alpha m/(sqrt(v)+Eps). Lengths are equal and
// multiples of 16.
func Adam(w, m, v, g []float32, s AdamStep) {
	n := len(w)
	if n == 0 {
		return
	}
	lanes(n)
	reach(m, 1, 0, n)
	reach(v, 1, 0, n)
	reach(g, 1, 0, n)
	use.adam(&w[0], &m[0], &v[0], &g[0], n, s.Alpha, s.C1, s.C2, s.Eps, s.Decay)
}

// AdamMissed holds what a row needs that missed some steps: the four sums of the series in
// q = s/(s+Eps), s = sqrt(v), and what remains of m, v and w.
type AdamMissed struct {
	A                        [4]float32
	KeepM, KeepV, Eps, Decay float32
}

// AdamCatchUp does w -= Decay w + m/(s+Eps) (A0 + A1 q + A2 q² + A3 q³), m *= KeepM, v *= KeepV.
func AdamCatchUp(w, m, v []float32, s *AdamMissed) {
	n := len(w)
	if n == 0 {
		return
	}
	lanes(n)
	reach(m, 1, 0, n)
	reach(v, 1, 0, n)
	use.adamCatchUp(&w[0], &m[0], &v[0], n, &s.A, s.KeepM, s.KeepV, s.Eps, s.Decay)
}

// Peak does 12 n multiply-adds on whole registers and returns how many floating-point operations
// that was: the ceiling that benchmarks divide by.
func Peak(n int) (flops int) {
	if n <= 0 {
		return 0
	}
	use.peak(n)
	return n * 12 * 2 * use.width
}

func need(tiles int, blocks ...[]float32) {
	for _, b := range blocks {
		if len(b) < tiles*Tile {
			panic(fmt.Sprintf("kernel: a block of %d floats where %d tiles are read", len(b), tiles))
		}
	}
}

// reach asks for n blocks of size floats, stride floats apart. It is small enough to be inlined.
func reach(b []float32, n, stride, size int) {
	if n < 1 || stride < 0 || len(b)-size < (n-1)*stride {
		outOfReach(b, n)
	}
}

//go:noinline
func outOfReach(b []float32, n int) {
	panic(fmt.Sprintf("kernel: a slice of %d floats is too short for %d blocks", len(b), n))
}

func lanes(n int) {
	if n%Lanes != 0 {
		panic(fmt.Sprintf("kernel: %d is no multiple of %d", n, Lanes))
	}
}
