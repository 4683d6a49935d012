package kernel

import "unsafe"

// Floats allocates n zeroed floats that begin on a cache line.
func Floats(n int) []float32 {
	const line = 64
	raw := make([]float32, n+line/4)
	skip := int(-uintptr(unsafe.Pointer(&raw[0]))%line) / 4
	return raw[skip : skip+n : skip+n]
}
