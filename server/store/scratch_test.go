package store_test

import (
	"os"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
)

// A machine without the usual place for temporary files keeps things in memory all the same.
func TestMemoryWithoutTemporaryFiles(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err != nil {
		t.Skip("no other place here")
	}
	t.Setenv("TMPDIR", "/nowhere")
	s := open(t, store.Options{})
	defer s.Close()
	put(t, s, "a", "1")
	if got := get(t, s, "a"); got != "1" || s.Storage != jetstream.MemoryStorage || !s.Scratch() {
		t.Errorf("%q in %v", got, s.Storage)
	}
}
