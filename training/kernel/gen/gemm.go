package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemm adds to M tiles of C the products of N pairs of tiles each. at gives the byte offset of the
// element of A that multiplies row k of B for row `row` of C: that alone tells A from its transpose.
//
// The multiply-adds wait for nothing but memory, so memory is asked early. Of one operand every sum
// of a layer reads other tiles, which the nearest cache cannot hold (the weights in gemms, the inputs
// in gemmTs): while a tile is multiplied the next one is fetched to there. And from two places more,
// which the caller names, two lines a product are fetched to the second cache.
func gemm(v vec, name string, at func(row, k int) int) {
	v.text(name, "func(c, a, b *float32, n, aStride, bStride, m, nextC, nextA, nextB, skipSoon int, soon1, soon2 *float32)",
		"adds to m tiles n products of 16x16 tiles each; all distances in bytes. Fetches 128 n m bytes from soon1 and soon2.")
	c, firstA, firstB := pointer("c"), pointer("a"), pointer("b")
	soon := []reg.GPVirtual{pointer("soon1"), pointer("soon2")}
	as, bs, m := pointer("aStride"), pointer("bStride"), pointer("m")
	// Displacements of -512..508 keep the broadcasts' encoding short.
	ADDQ(U32(512), firstA)
	loop("sums", m, func() {
		sum(v, c, firstA, firstB, as, bs, soon, at, name == "gemms")
		ADDQ(pointer("nextC"), c)
		ADDQ(pointer("nextA"), firstA)
		ADDQ(pointer("nextB"), firstB)
		ADDQ(pointer("skipSoon"), soon[1])
	})
	ret()
}

// sum adds n products to one tile.
func sum(v vec, c, firstA, firstB, as, bs reg.GPVirtual, soon []reg.GPVirtual, at func(row, k int) int, streamsB bool) {
	// AVX2 has room for 6 rows of two vectors, AVX-512 for all 16 rows.
	groups := [][2]int{{0, 6}, {6, 11}, {11, 16}}
	if v == avx512 {
		groups = [][2]int{{0, 16}}
	}
	for i, g := range groups {
		fetches := i == 0 // the other groups of rows find everything fetched
		a, b, n := GP64(), GP64(), pointer("n")
		MOVQ(firstA, a)
		MOVQ(firstB, b)
		acc := make([][]reg.VecVirtual, 16)
		for row := g[0]; row < g[1]; row++ {
			for p := range v.parts() {
				acc[row] = append(acc[row], v.load(c, 64*row+v.bytes*p))
			}
		}
		loop("products"+string(rune('0'+i)), n, func() {
			for k := range 16 {
				if fetches && streamsB {
					PREFETCHT0(Mem{Base: b, Index: bs, Scale: 1, Disp: 64 * k})
				} else if fetches {
					PREFETCHT0(Mem{Base: a, Index: as, Scale: 1, Disp: 64*k - 512})
				}
				if fetches && k%4 == 0 {
					PREFETCHT1(Mem{Base: soon[k/8], Disp: 64 * (k / 4 % 2)})
				}
				var bk []reg.VecVirtual
				for p := range v.parts() {
					bk = append(bk, v.load(b, 64*k+v.bytes*p))
				}
				for row := g[0]; row < g[1]; row++ {
					m := Mem{Base: a, Disp: at(row, k) - 512}
					if v == avx512 {
						VFMADD231PS_BCST(m, bk[0], acc[row][0])
						continue
					}
					x := v.reg()
					VBROADCASTSS(m, x)
					for p := range v.parts() {
						v.fma(x, bk[p], acc[row][p])
					}
				}
			}
			if fetches {
				for _, p := range soon {
					ADDQ(U32(128), p)
				}
			}
			ADDQ(as, a)
			ADDQ(bs, b)
		})
		for row := g[0]; row < g[1]; row++ {
			for p := range v.parts() {
				v.store(acc[row][p], c, 64*row+v.bytes*p)
			}
		}
	}
}

// peak does nothing but independent multiply-adds on registers: the ceiling the benchmarks divide by.
func peak(v vec) {
	v.text("peak", "func(n int)", "does 12 fused multiply-adds on whole registers n times.")
	n := pointer("n")
	var acc []reg.VecVirtual
	for range 12 {
		acc = append(acc, v.zero())
	}
	x, y := v.zero(), v.zero()
	loop("again", n, func() {
		for _, r := range acc {
			v.fma(x, y, r)
		}
	})
	ret()
}
