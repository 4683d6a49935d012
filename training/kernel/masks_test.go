package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"cuaderno/training/kernel"
)

// dropped draws a dropout mask at the lesson's rate: zero, or 1/(1-0.2).
func dropped(r *rand.Rand) func() float32 {
	return func() float32 {
		if r.Float64() < 0.2 {
			return 0
		}
		return 1.25
	}
}

func TestSpread(t *testing.T) {
	for _, s := range []struct{ n, stride int }{{0, tile}, {1, tile}, {2, tile}, {3, 2*tile + 16}, {4, 5 * tile}, {5, tile + 3}} {
		t.Run(fmt.Sprintf("n=%d,%d", s.n, s.stride), func(t *testing.T) {
			r := newRand(50)
			src, mask := draw(tile, normal(r, 1)), spaced(s.n, s.stride, tile, dropped(r))
			dst := spaced(s.n, s.stride, tile, func() float32 { return stale })
			left := run(t, []block{{"dst", dst, true}, {"src", src, false}, {"mask", mask, false}}, func(b [][]float32) {
				kernel.Spread(b[0], b[1], b[2], s.n, s.stride)
			})
			for i := range s.n {
				at := i * s.stride
				for j, x := range src {
					dst[at+j] = x * mask[at+j]
				}
			}
			for isa, got := range left {
				sameBits(t, isa, got[0], dst)
			}
		})
	}
}

func TestCollect(t *testing.T) {
	shapes := []struct{ n, srcStride, maskStride int }{
		{0, tile, tile}, {1, tile, tile}, {2, tile, 0}, {3, 2*tile + 16, tile}, {4, 5 * tile, 9 * tile}, {5, tile + 3, tile + 5},
	}
	for _, s := range shapes {
		t.Run(fmt.Sprintf("n=%d,%d,%d", s.n, s.srcStride, s.maskStride), func(t *testing.T) {
			r := newRand(51)
			dst, src, mask := draw(tile, normal(r, 1)), spaced(s.n, s.srcStride, tile, normal(r, 1)), spaced(s.n, s.maskStride, tile, dropped(r))
			left := run(t, []block{{"dst", dst, true}, {"src", src, true}, {"mask", mask, false}}, func(b [][]float32) {
				kernel.Collect(b[0], b[1], b[2], s.n, s.srcStride, s.maskStride)
			})
			judge(t, "dst", left, 0, func(j int) num {
				sum := given(dst[j])
				for i := range s.n {
					sum = sum.plus(given(src[i*s.srcStride+j]).times(given(mask[i*s.maskStride+j])))
				}
				return sum
			})
			consumed := spaced(s.n, s.srcStride, tile, func() float32 { return 0 })
			for isa, b := range left {
				sameBits(t, isa+": src", b[1], consumed)
			}
		})
	}
}

// What spread gives away, collect takes back: the two are each other's transpose.
func TestCollectIsTheTransposeOfSpread(t *testing.T) {
	const n = 4
	kernel.EachISA(t, func(t *testing.T) {
		r := newRand(52)
		x, y, mask := draw(tile, normal(r, 1)), draw(n*tile, normal(r, 1)), draw(n*tile, dropped(r))
		spread, collected := make([]float32, n*tile), make([]float32, tile)
		kernel.Spread(spread, x, mask, n, tile)
		left, size := 0.0, 0.0
		for j := range y {
			left += float64(spread[j]) * float64(y[j])
			size += abs64(spread[j]) * abs64(y[j])
		}
		kernel.Collect(collected, y, mask, n, tile, tile)
		right := 0.0
		for j := range x {
			right += float64(x[j]) * float64(collected[j])
		}
		if d := left - right; !(d*d <= (2*n*unit*size)*(2*n*unit*size)) {
			t.Errorf("spread(x)·y = %v, x·collect(y) = %v", left, right)
		}
	})
}

func abs64(x float32) float64 { return max(float64(x), -float64(x)) }
