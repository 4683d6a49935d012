package imdb

import (
	"math/bits"

	"gonum.org/v1/gonum/mathext/prng"
)

// shuffleSeed is load_data's own.
const shuffleSeed = 113

// shuffler draws the permutations of numpy's legacy RandomState: the Mersenne Twister, and for every
// index as many bits as its bound has, drawn anew while they exceed it.
// Source: numpy/random, legacy_seeding, random_interval and RandomState.shuffle.
type shuffler struct{ source *prng.MT19937 }

func newShuffler(seed uint64) shuffler {
	s := prng.NewMT19937()
	s.Seed(seed)
	return shuffler{s}
}

// permutation draws numpy's shuffle of 0..n-1 and moves the stream on.
func (s shuffler) permutation(n int) []uint32 {
	order := identity(n)
	for i := n - 1; i > 0; i-- {
		j := s.upTo(uint32(i))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

func (s shuffler) upTo(bound uint32) uint32 {
	mask := uint32(1)<<bits.Len32(bound) - 1
	for {
		if v := s.source.Uint32() & mask; v <= bound {
			return v
		}
	}
}

// shuffle puts both halves into load_data's order.
func shuffle(train, test *Split) {
	s := newShuffler(shuffleSeed)
	train.order = s.permutation(len(train.labels))
	test.order = s.permutation(len(test.labels))
}
