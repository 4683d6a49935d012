package kernel_test

import (
	"fmt"
	"slices"
	"testing"

	"cuaderno/training/kernel"
)

func TestGather(t *testing.T) {
	const have = 40
	for _, tiles := range []int{0, 1, 2, 3, 8, 17} {
		for _, masked := range []bool{false, true} {
			t.Run(fmt.Sprintf("tiles=%d,masked=%v", tiles, masked), func(t *testing.T) {
				r := newRand(60)
				width := tiles * lanes
				table := draw(have*width+5, normal(r, 1)) // its end is no whole row
				ids := []int32{0, have - 1, 0, 7, 7}      // first, last, repeated
				for len(ids) < lanes+3 {
					ids = append(ids, int32(r.IntN(have)))
				}
				blocks := []block{output("dst", tiles*tile), {"table", table, false}}
				if masked {
					blocks = append(blocks, block{"mask", draw(tiles*tile, dropped(r)), false})
				}
				given := slices.Clone(ids)
				left := run(t, blocks, func(b [][]float32) {
					var mask []float32
					if masked {
						mask = b[2]
					}
					kernel.Gather(b[0], b[1], ids, tiles, mask)
				})
				if !slices.Equal(ids, given) {
					t.Fatalf("the row numbers became %v, were %v", ids, given)
				}
				want := make([]float32, tiles*tile)
				for j := range want {
					of, row, lane := j/tile, j%tile/lanes, j%lanes
					want[j] = table[int(ids[row])*width+of*lanes+lane]
					if masked {
						want[j] *= blocks[2].values[j]
					}
				}
				for isa, got := range left {
					sameBits(t, isa, got[0], want)
				}
			})
		}
	}
}

func TestAddRow(t *testing.T) {
	for _, tiles := range []int{0, 1, 2, 3, 8, 17} {
		t.Run(fmt.Sprint("tiles=", tiles), func(t *testing.T) {
			r := newRand(61)
			dst, src := draw(tiles*lanes, normal(r, 1)), spaced(tiles, tile, lanes, normal(r, 1))
			left := run(t, []block{{"dst", dst, true}, {"src", src, false}}, func(b [][]float32) {
				kernel.AddRow(b[0], b[1], tiles)
			})
			for j := range dst {
				dst[j] += src[j/lanes*tile+j%lanes]
			}
			for isa, got := range left {
				sameBits(t, isa, got[0], dst)
			}
		})
	}
}

// Rows are added one after the other, so that the sum is the same everywhere.
func TestSumRows(t *testing.T) {
	for _, s := range []struct{ n, stride int }{{0, tile}, {1, tile}, {2, tile}, {3, 2*tile + 16}, {5, 0}, {7, tile + 1}, {80, 9 * tile}} {
		t.Run(fmt.Sprintf("n=%d,%d", s.n, s.stride), func(t *testing.T) {
			r := newRand(62)
			dst, src := draw(lanes, normal(r, 1)), spaced(s.n, s.stride, tile, normal(r, 1))
			left := run(t, []block{{"dst", dst, true}, {"src", src, false}}, func(b [][]float32) {
				kernel.SumRows(b[0], b[1], s.n, s.stride)
			})
			for i := range s.n {
				for j := range tile {
					dst[j%lanes] += src[i*s.stride+j]
				}
			}
			for isa, got := range left {
				sameBits(t, isa, got[0], dst)
			}
		})
	}
}
