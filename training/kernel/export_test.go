package kernel

import "testing"

// EachISA runs f once for every implementation that this machine has.
func EachISA(t *testing.T, f func(t *testing.T)) {
	best := use
	t.Cleanup(func() { use = best })
	for _, k := range tables() {
		use = k
		t.Run(k.name, f)
	}
	use = best
}

// WithISA runs f on the named implementation and tells whether the machine has it.
func WithISA(name string, f func()) bool {
	best := use
	defer func() { use = best }()
	for _, k := range tables() {
		if k.name == name {
			use = k
			f()
			return true
		}
	}
	return false
}

// Tanh is the twin's approximation.
var Tanh = tanh
