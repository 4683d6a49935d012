package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/kernel"
)

const tile, lanes = kernel.Tile, kernel.Lanes

// block is one argument of a kernel: what it holds before the call, and whether the kernel writes it.
type block struct {
	name   string
	values []float32
	writes bool
}

// guard is a NaN with bits that no arithmetic makes. It stands around every block and in the gaps
// between tiles: a guard that changed was written, one that was read spoils the result.
var guard = math.Float32frombits(0x7fedcba9)

// stale is what an output holds before the call; a result that depends on it is NaN as well.
var stale = math.Float32frombits(0x7fc00001)

// places say how many floats after a cache line block i begins.
var places = []struct {
	name   string
	offset func(i int) int
}{
	{"on a cache line", func(int) int { return 0 }},
	{"whole lines apart", func(i int) int { return 16 * (i + 1) }},
	{"off the lines", func(i int) int { return 2*i + 1 }},
}

// run calls a kernel on every implementation and in every place, and returns by implementation what
// was left in the blocks. Guards and inputs must be untouched; neither the place nor the choice
// between the assemblies may change a bit.
func run(t *testing.T, blocks []block, call func(b [][]float32)) map[string][][]float32 {
	t.Helper()
	left := map[string][][]float32{}
	for _, isa := range kernel.ISAs() {
		for _, p := range places {
			got := runAt(t, isa+" "+p.name, blocks, p.offset, func(b [][]float32) {
				kernel.WithISA(isa, func() { call(b) })
			})
			if first, ok := left[isa]; ok {
				same(t, isa+" "+p.name+" and "+places[0].name, blocks, got, first)
			} else {
				left[isa] = got
			}
		}
	}
	wide, narrow := left["avx512"], left["avx2"]
	if wide != nil && narrow != nil {
		same(t, "avx512 and avx2", blocks, wide, narrow)
	}
	return left
}

func runAt(t *testing.T, what string, blocks []block, offset func(int) int, call func([][]float32)) [][]float32 {
	t.Helper()
	const fence = 4 * lanes
	whole, args := make([][]float32, len(blocks)), make([][]float32, len(blocks))
	for i, b := range blocks {
		at, n := fence+offset(i), len(b.values)
		whole[i] = kernel.Floats(at + n + fence)
		fill(whole[i], guard)
		args[i] = whole[i][at : at+n : at+n]
		copy(args[i], b.values)
	}
	call(args)
	for i, b := range blocks {
		at, n := fence+offset(i), len(b.values)
		for j, x := range whole[i] {
			inside := j >= at && j < at+n
			before := guard
			if inside {
				before = b.values[j-at]
			}
			mayChange := inside && b.writes && !equal(before, guard)
			if !mayChange && !equal(x, before) {
				t.Fatalf("%s: %s[%d] of %d became %v, was %v, and is not the kernel's to write", what, b.name, j-at, n, x, before)
			}
		}
	}
	return args
}

// same asks for equal bits.
func same(t *testing.T, what string, blocks []block, got, want [][]float32) {
	t.Helper()
	for i, b := range blocks {
		sameBits(t, what+": "+b.name, got[i], want[i])
	}
}

func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d floats, want %d", what, len(got), len(want))
	}
	for j := range got {
		if !equal(got[j], want[j]) {
			t.Fatalf("%s: [%d] = %v (%#x), want %v (%#x)", what, j,
				got[j], math.Float32bits(got[j]), want[j], math.Float32bits(want[j]))
		}
	}
}

func equal(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }

func fill(s []float32, x float32) []float32 {
	for j := range s {
		s[j] = x
	}
	return s
}

// output is a block whose n floats are all written.
func output(name string, n int) block { return block{name, fill(make([]float32, n), stale), true} }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 113)) }

func draw(n int, one func() float32) []float32 {
	s := make([]float32, n)
	for j := range s {
		s[j] = one()
	}
	return s
}

// spaced draws n blocks of size floats that begin stride apart; what lies between them is guard.
func spaced(n, stride, size int, one func() float32) []float32 {
	if n == 0 {
		return nil
	}
	s := fill(make([]float32, (n-1)*stride+size), guard)
	for i := range n {
		copy(s[i*stride:], draw(size, one))
	}
	return s
}

func normal(r *rand.Rand, sigma float64) func() float32 {
	return func() float32 { return float32(sigma * r.NormFloat64()) }
}
