package practice

import (
	"math/bits"
	"math/rand/v2"
)

// random draws with whole numbers only, so that every machine writes the same reviews.
type random struct{ source *rand.PCG }

func newRandom(seed uint64) *random { return &random{rand.NewPCG(seed, 0)} }

// below draws from 0 to n-1.
func (r *random) below(n int) int {
	high, _ := bits.Mul64(r.source.Uint64(), uint64(n))
	return int(high)
}

// early draws from 0 to n-1 a number of times and gives the smallest.
func (r *random) early(n, draws int) int {
	least := r.below(n)
	for range draws - 1 {
		least = min(least, r.below(n))
	}
	return least
}

// chance is true in percent of all draws.
func (r *random) chance(percent int) bool { return r.below(100) < percent }

func (r *random) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.below(i+1))
	}
}
