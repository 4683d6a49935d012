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
	call func(c, a, b []float32, n, aStride, bStride int, soon ...[]float32)
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

// Naming what is needed soon changes nothing, be it short, at the very end of memory or not there.
func TestGemmFetchesWithoutTouching(t *testing.T) {
	for _, g := range gemms {
		t.Run(g.name, func(t *testing.T) {
			one := normal(newRand(4), 1)
			c, a, b, ahead := draw(tile, one), draw(3*tile, one), draw(3*tile, one), draw(tile, one)
			want := make(map[string][]float32)
			for isa, left := range run(t, []block{{"c", c, true}, {"a", a, false}, {"b", b, false}}, func(x [][]float32) {
				g.call(x[0], x[1], x[2], 3, tile, tile)
			}) {
				want[isa] = left[0]
			}
			for name, soon := range map[string]func(s []float32) [][]float32{
				"one":   func(s []float32) [][]float32 { return [][]float32{s} },
				"two":   func(s []float32) [][]float32 { return [][]float32{s[tile/2:], s} },
				"short": func(s []float32) [][]float32 { return [][]float32{s[tile-1:], s[tile-1:]} },
				"none":  func(s []float32) [][]float32 { return [][]float32{nil, s[tile:]} },
			} {
				t.Run(name, func(t *testing.T) {
					left := run(t, []block{{"c", c, true}, {"a", a, false}, {"b", b, false}, {"soon", ahead, false}}, func(x [][]float32) {
						g.call(x[0], x[1], x[2], 3, tile, tile, soon(x[3])...)
					})
					for isa, got := range left {
						sameBits(t, isa, got[0], want[isa])
					}
				})
			}
		})
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
