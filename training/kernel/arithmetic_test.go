package kernel_test

import (
	"testing"

	"cuaderno/training/kernel"
)

// The assemblies compute the same bits, the Go twins others.
func TestArithmetic(t *testing.T) {
	of := map[string]string{}
	for _, name := range kernel.ISAs() {
		kernel.WithISA(name, func() {
			of[name] = kernel.Arithmetic()
			if again := kernel.Arithmetic(); again != of[name] {
				t.Errorf("%s: %s, then %s", name, of[name], again)
			}
		})
	}
	t.Log(of)
	if of["avx2"] != "" && of["avx2"] == of["go"] {
		t.Error("assembly and Go are taken for the same")
	}
	if of["avx2"] != "" && of["avx512"] != "" && of["avx2"] != of["avx512"] {
		t.Error("two assemblies that compute the same bits are taken for different")
	}
}
