package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

// What serve cannot understand is refused before it listens.
func TestServeFlags(t *testing.T) {
	for flag, told := range map[string]string{
		"--host=*.example": "--host takes", "--origin=class.example": "--origin takes", "--trust-proxy=class": "--trust-proxy takes", "--base=class": "--base is",
		"--trainings=0": "must be at least 1",
	} {
		servertest.Has(t, newTerminal(t).slip("serve", "--addr=127.0.0.1:0", flag), told)
	}
}

// slip gives what a command says that is not to begin.
func (x *terminal) slip(args ...string) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.t.Context(), 2*time.Second) // for one that does begin
	defer cancel()
	_, _, err := x.run(ctx, "", args...)
	servertest.Same(x.t, fmt.Sprintf("exit code of %q", args), exitCode(err), 2)
	return fmt.Sprint(err)
}
