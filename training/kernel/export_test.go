package kernel

import "testing"

// ISAs names the implementations that this machine has, the fastest first and "go" last.
func ISAs() (names []string) {
	for _, k := range tables() {
		names = append(names, k.name)
	}
	return names
}

// EachISA runs f once for every implementation that this machine has.
func EachISA(t *testing.T, f func(t *testing.T)) {
	for _, name := range ISAs() {
		WithISA(name, func() { t.Run(name, f) })
	}
}

// WithISA runs f on the named implementation and tells whether the machine has it. No two may run at
// the same time.
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
