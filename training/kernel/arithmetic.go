package kernel

import (
	"encoding/binary"
	"encoding/hex"
	"hash"
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// Arithmetic is a fingerprint of how this program computes on this machine: what the kernels, and the
// Go compiler, make of some numbers. Where it is the same a training may go on with the same bits; the
// two assemblies have the same, Go twins another, which differs where a compiler fuses multiplications
// with additions.
func Arithmetic() string {
	h := fnv.New64a()
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) []float32 {
		out := Floats(n)
		for i := range out {
			out[i] = float32(r.NormFloat64())
		}
		return out
	}
	c, a, b := draw(Tile), draw(4*Tile), draw(4*Tile)
	Gemm(c, a, b, 4, Tile, Tile)
	GemmT(c, a, b, 4, Tile, Tile)
	mix(h, c)

	z, s := draw(4*Tile), draw(4*Tile)
	LSTMForward(z, s, s[Tile:], s[2*Tile:], s[3*Tile:])
	LSTMBackward(z, s, s[2*Tile:], s[Tile:], s[3*Tile:])
	mix(h, z, s)
	GRUForward(z, s, s[Tile:])
	GRUBackward(z, s, s[Tile:])
	mix(h, z, s)
	RNNForward(z, s)
	RNNBackward(z, s)
	mix(h, z, s)

	Collect(c, draw(2*Tile), draw(2*Tile), 2, Tile, Tile)
	SumRows(c, draw(2*Tile), 2, Tile)
	w, m, v, g := draw(Tile), draw(Tile), make([]float32, Tile), draw(Tile)
	Adam(w, m, v, g, AdamStep{Alpha: 0.01, C1: 0.1, C2: 0.001, Eps: 1e-7, Decay: 1e-4})
	AdamCatchUp(w, m, v, &AdamMissed{A: [4]float32{0.1, 0.2, 0.3, 0.4}, KeepM: 0.9, KeepV: 0.99, Eps: 1e-7, Decay: 1e-4})
	mix(h, c, w, m, v)

	for i := range w {
		x, y := float64(w[i]), float64(m[i])
		put(h, math.Float64bits(math.Exp(x)*y+math.Log1p(y*y)*x))
		put(h, uint64(math.Float32bits(w[i]*m[i]+g[i])))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func mix(h hash.Hash, all ...[]float32) {
	for _, x := range all {
		for _, f := range x {
			put(h, uint64(math.Float32bits(f)))
		}
	}
}

func put(h hash.Hash, bits uint64) {
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, bits)) // never fails
}
