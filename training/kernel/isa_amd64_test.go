//go:build amd64 && !noasm

package kernel_test

import "golang.org/x/sys/cpu"

// available says what this processor must be given, so that the assembly cannot get lost unseen.
func available() (names []string) {
	x := cpu.X86
	if x.HasAVX512F && x.HasFMA {
		names = append(names, "avx512")
	}
	if x.HasAVX2 && x.HasFMA {
		names = append(names, "avx2")
	}
	return append(names, "go")
}
