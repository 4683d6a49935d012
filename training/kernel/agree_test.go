package kernel_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"cuaderno/training/kernel"
)

// TestAssembliesAgree draws many more numbers than the other tests: two ways to round a small
// coefficient of tanh, or of Adam's series, differ in one result of some ten thousand.
func TestAssembliesAgree(t *testing.T) {
	all := kernel.ISAs()
	if !slices.Contains(all, "avx512") || !slices.Contains(all, "avx2") {
		t.Skipf("this machine runs %v: there are no two assemblies to compare", all)
	}
	for name, results := range map[string]func(r *rand.Rand) []float32{
		"LSTMForward": func(r *rand.Rand) []float32 {
			b := draw(5*tile, preactivations(r))
			out := make([]float32, 3*tile)
			kernel.LSTMForward(b, b[4*tile:], out, out[tile:], out[2*tile:])
			return append(b, out...)
		},
		"LSTMBackward": func(r *rand.Rand) []float32 {
			b := join(draw(4*tile, activated(r, sigmoid64)), draw(4*tile, normal(r, 1)))
			kernel.LSTMBackward(b, b[4*tile:], b[5*tile:], b[6*tile:], b[7*tile:])
			return b
		},
		"GRUForward": func(r *rand.Rand) []float32 {
			b, h := draw(5*tile, preactivations(r)), make([]float32, tile)
			kernel.GRUForward(b, b[4*tile:], h)
			return append(b, h...)
		},
		"GRUBackward": func(r *rand.Rand) []float32 {
			b := join(draw(4*tile, activated(r, sigmoid64)), draw(2*tile, normal(r, 1)))
			kernel.GRUBackward(b, b[4*tile:], b[5*tile:])
			return b
		},
		"RNNForward": func(r *rand.Rand) []float32 {
			z := draw(8*tile, preactivations(r))
			for i := 0; i < len(z); i += tile {
				kernel.RNNForward(z[i:], z[i:])
			}
			return z
		},
		"Adam": func(r *rand.Rand) []float32 {
			w, m, v := trained(r, tile)
			kernel.Adam(w, m, v, draw(tile, slopes(r)), rules["AdamW"].step(1+r.IntN(1000)))
			return join(w, m, v)
		},
		"AdamCatchUp": func(r *rand.Rand) []float32 {
			w, m, v := trained(r, 4*tile)
			kernel.AdamCatchUp(w, m, v, rules["Adam"].missed(r.IntN(1000), 1+r.IntN(50)))
			return join(w, m, v)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(1200) {
				var wide, narrow []float32
				kernel.WithISA("avx512", func() { wide = results(newRand(seed)) })
				kernel.WithISA("avx2", func() { narrow = results(newRand(seed)) })
				sameBits(t, "avx512 and avx2", wide, narrow)
			}
		})
	}
}
