package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"cuaderno/training/kernel"
)

// shapes of a sum of products: how many, and how far apart the tiles of A and of B are.
var products = []struct{ n, aStride, bStride int }{
	{0, tile, tile},
	{1, tile, tile},
	{1, 0, 0},
	{2, tile, tile},
	{3, tile + 16, 3 * tile},
	{5, 9 * tile, 33 * tile},
	{8, tile, 0},
	{8, 16, tile},
	{7, tile + 1, tile + 37},
	{80, tile, tile},
}

var gemms = []struct {
	name string
	call func(c, a, b []float32, n, aStride, bStride int)
	at   func(row, k int) int // the element of A that multiplies row k of B
}{
	{"Gemm", kernel.Gemm, func(row, k int) int { return row*lanes + k }},
	{"GemmT", kernel.GemmT, func(row, k int) int { return k*lanes + row }},
}

// eachProduct runs both kernels over all shapes and gives, with what they left, the terms of c[j] in
// their order.
func eachProduct(t *testing.T, one func() float32, check func(t *testing.T, left map[string][][]float32, c []float32, terms func(j int) [][2]float32)) {
	for _, g := range gemms {
		for _, s := range products {
			t.Run(fmt.Sprintf("%s/n=%d,%d,%d", g.name, s.n, s.aStride, s.bStride), func(t *testing.T) {
				c := draw(tile, one)
				a, b := spaced(s.n, s.aStride, tile, one), spaced(s.n, s.bStride, tile, one)
				left := run(t, []block{{"c", c, true}, {"a", a, false}, {"b", b, false}}, func(x [][]float32) {
					g.call(x[0], x[1], x[2], s.n, s.aStride, s.bStride)
				})
				check(t, left, c, func(j int) (terms [][2]float32) {
					for i := range s.n {
						for k := range lanes {
							terms = append(terms, [2]float32{a[i*s.aStride+g.at(j/lanes, k)], b[i*s.bStride+k*lanes+j%lanes]})
						}
					}
					return terms
				})
			})
		}
	}
}

// Small whole numbers leave nothing to round: at most 8·8 · 16 · 80 + 8 < 2^24.
func TestGemmOfIntegers(t *testing.T) {
	r := newRand(1)
	eachProduct(t, func() float32 { return float32(r.IntN(17) - 8) },
		func(t *testing.T, left map[string][][]float32, c []float32, terms func(int) [][2]float32) {
			want := make([]float32, tile)
			for j := range want {
				sum := int(c[j])
				for _, p := range terms(j) {
					sum += int(p[0]) * int(p[1])
				}
				want[j] = float32(sum)
			}
			for isa, got := range left {
				sameBits(t, isa, got[0], want)
			}
		})
}

func TestGemm(t *testing.T) {
	eachProduct(t, normal(newRand(2), 1),
		func(t *testing.T, left map[string][][]float32, c []float32, terms func(int) [][2]float32) {
			want := make([]num, tile)
			for j := range want {
				want[j] = given(c[j])
				for _, p := range terms(j) {
					want[j] = want[j].plus(given(p[0]).times(given(p[1])))
				}
			}
			judge(t, "c", left, 0, func(j int) num { return want[j] })
		})
}

var manies = map[string]struct {
	many func(c, a, b []float32, s *kernel.Sums, soon ...[]float32)
	one  func(c, a, b []float32, n, aStride, bStride int)
}{
	"Gemms":  {kernel.Gemms, kernel.Gemm},
	"GemmTs": {kernel.GemmTs, kernel.GemmT},
}

// Many sums in one call have the bits that they have one by one, also where they share a factor, or
// the result.
func TestManySums(t *testing.T) {
	for name, k := range manies {
		for i, s := range []kernel.Sums{
			{N: 2, A: tile, B: tile},
			{N: 3, A: tile, B: 2 * tile, M: 1, NextC: 5, NextA: 6, NextB: 7},
			{N: 2, A: tile, B: tile, M: 4, NextC: tile, NextA: 2 * tile, NextB: 3 * tile},
			{N: 3, A: 2 * tile, B: tile, M: 3, NextC: 2 * tile, NextB: tile, SkipSoon: tile},
			{N: 1, A: tile, B: tile, M: 5, NextA: tile, NextB: tile, SkipSoon: -tile},
		} {
			t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				one := normal(newRand(5), 1)
				c := draw(max(0, s.M-1)*s.NextC+tile, one)
				a := draw(max(0, s.M-1)*s.NextA+max(0, s.N-1)*s.A+tile, one)
				b := draw(max(0, s.M-1)*s.NextB+max(0, s.N-1)*s.B+tile, one)
				blocks := []block{{"c", c, true}, {"a", a, false}, {"b", b, false}}
				want := run(t, blocks, func(x [][]float32) {
					for j := range s.M {
						k.one(x[0][j*s.NextC:], x[1][j*s.NextA:], x[2][j*s.NextB:], s.N, s.A, s.B)
					}
				})
				for isa, got := range run(t, blocks, func(x [][]float32) { k.many(x[0], x[1], x[2], &s) }) {
					sameBits(t, isa, got[0], want[isa][0])
				}
			})
		}
	}
}

// Naming what is needed soon changes nothing, be it short, at the very end of memory or not there.
func TestFetchingTouchesNothing(t *testing.T) {
	s := kernel.Sums{N: 3, A: tile, B: tile, M: 1}
	for name, k := range manies {
		one := normal(newRand(4), 1)
		c, a, b, ahead := draw(tile, one), draw(3*tile, one), draw(3*tile, one), draw(tile, one)
		blocks := []block{{"c", c, true}, {"a", a, false}, {"b", b, false}, {"soon", ahead, false}}
		want := run(t, blocks, func(x [][]float32) { k.many(x[0], x[1], x[2], &s) })
		for what, soon := range map[string]func(s []float32) [][]float32{
			"one":   func(s []float32) [][]float32 { return [][]float32{s} },
			"two":   func(s []float32) [][]float32 { return [][]float32{s[tile/2:], s} },
			"short": func(s []float32) [][]float32 { return [][]float32{s[tile-1:], s[tile-1:]} },
			"none":  func(s []float32) [][]float32 { return [][]float32{nil, s[tile:]} },
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				for isa, got := range run(t, blocks, func(x [][]float32) { k.many(x[0], x[1], x[2], &s, soon(x[3])...) }) {
					sameBits(t, isa, got[0], want[isa][0])
				}
			})
		}
	}
}

// The assemblies add the products in the order of the terms, one rounding each: so the bits of a
// trained model do not depend on the machine.
func TestGemmRoundsOncePerTerm(t *testing.T) {
	eachProduct(t, normal(newRand(3), 1),
		func(t *testing.T, left map[string][][]float32, c []float32, terms func(int) [][2]float32) {
			want := make([]float32, tile)
			for j := range want {
				want[j] = c[j]
				for _, p := range terms(j) {
					want[j] = fused(p[0], p[1], want[j])
				}
			}
			for isa, got := range left {
				if isa != "go" {
					sameBits(t, isa, got[0], want)
				}
			}
		})
}

// fused is a*b + c rounded once. The product is exact in float64; the sum is rounded there to odd,
// which leaves the rounding to float32 the only one that counts (Boldo and Melquiond, 2008).
func fused(a, b, c float32) float32 {
	p, d := float64(a)*float64(b), float64(c)
	s := p + d
	v := s - p
	lost := (p - (s - v)) + (d - v)
	if lost != 0 && math.Float64bits(s)&1 == 0 {
		s = math.Nextafter(s, math.Copysign(math.Inf(1), lost))
	}
	return float32(s)
}
