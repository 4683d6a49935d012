//go:build unix

package store_test

import (
	"syscall"
	"testing"
)

// limit bounds the process' file descriptors.
func limit(t *testing.T, files uint64) {
	t.Helper()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: files, Max: files}); err != nil {
		t.Fatal(err)
	}
}
