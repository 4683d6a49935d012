package kernel_test

import (
	"slices"
	"testing"
	"unsafe"

	"cuaderno/training/kernel"
)

func TestFloatsBeginOnACacheLine(t *testing.T) {
	for n := range 300 {
		s := kernel.Floats(n)
		if len(s) != n || cap(s) != n {
			t.Fatalf("Floats(%d) has length %d and capacity %d", n, len(s), cap(s))
		}
		if at := uintptr(unsafe.Pointer(unsafe.SliceData(s))); at%64 != 0 {
			t.Fatalf("Floats(%d) begins %d bytes after a cache line", n, at%64)
		}
		if slices.ContainsFunc(s, func(x float32) bool { return x != 0 }) {
			t.Fatalf("Floats(%d) is not zeroed", n)
		}
		fill(s, 1) // the next ones must not see these
	}
}

func TestUp(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 16, 15: 16, 16: 16, 17: 32, 32: 32, 33: 48, 20_000: 20_000} {
		if got := kernel.Up(n); got != want {
			t.Errorf("Up(%d) = %d, want %d", n, got, want)
		}
	}
}

// The fastest implementation is in use, and the twin is always there to fall back on.
func TestISA(t *testing.T) {
	all := kernel.ISAs()
	if kernel.ISA() != all[0] {
		t.Errorf("%s is in use, want the first of %v", kernel.ISA(), all)
	}
	if !slices.Equal(all, available()) {
		t.Errorf("implementations %v, want %v", all, available())
	}
	kernel.EachISA(t, func(t *testing.T) {
		if kernel.Peak(0) != 0 || kernel.Peak(-1) != 0 {
			t.Error("no rounds are no operations")
		}
		want := map[string]int{"avx512": 16, "avx2": 8, "go": 1}[kernel.ISA()] * 5 * 12 * 2
		if got := kernel.Peak(5); got != want {
			t.Errorf("five rounds are %d operations, want %d", got, want)
		}
	})
}
