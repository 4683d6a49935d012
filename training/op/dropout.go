package op

import (
	"math"
	"slices"
)

// Dropout follows Keras 3: one mask per review, held for all time steps, values 0 or 1/(1-p). With
// recurrent_dropout every gate has masks of its own, for the input and for the state; with dropout
// alone all gates share one.

// maskCopies tells how many masks the input and the state have.
func maskCopies(c cell, dropout, recurrent float64) (input, state int) {
	if recurrent > 0 {
		return c.gates, c.gates
	}
	return 1, 1
}

// place is where the mask of Keras' gate k lies: in the order of our gates, or alone.
func place(order []int, copies, k int) int {
	if copies == 1 {
		return 0
	}
	return slices.Index(order, k)
}

// drawMask fills row `row` of [copies, tiles] mask tiles, gate after gate as Keras orders them. The
// key decides every bit.
func drawMask(mask []float32, order []int, copies, tiles, row int, p float64, key uint64) {
	keep := float32(1 / (1 - p))
	limit := uint32(math.Min(p*(1<<32), math.MaxUint32))
	for k := range copies {
		first := place(order, copies, k) * tiles
		for t := first; t < first+tiles; t++ {
			out := (*[lanes]float32)(mask[t*tile+row*lanes:])
			for j := 0; j < lanes; j += 2 {
				var bits uint64
				bits, key = splitmix(key)
				out[j], out[j+1] = 0, 0
				if uint32(bits) >= limit {
					out[j] = keep
				}
				if uint32(bits>>32) >= limit {
					out[j+1] = keep
				}
			}
		}
	}
}

// maskKey mixes what a mask depends on into one number.
func maskKey(parts ...uint64) uint64 {
	key := uint64(0x6375616465726e6f)
	for _, p := range parts {
		bits, _ := splitmix(key ^ p)
		key = bits
	}
	return key
}

// splitmix is the SplitMix64 generator (Steele, Lea and Flood 2014): one output and the next state.
func splitmix(state uint64) (out, next uint64) {
	next = state + 0x9e3779b97f4a7c15
	z := next
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31, next
}
