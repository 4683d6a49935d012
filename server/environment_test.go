package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"cuaderno/server/servertest"

	"github.com/alecthomas/kong"
)

// variables are those of all flags of all commands.
func variables(t *testing.T) (names []string) {
	t.Helper()
	parser, err := kong.New(&cli{Train: newTrainCmd()}, kong.DefaultEnvars("CUADERNO"), kong.Vars{"version": "", "maxlen": ""})
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			names = append(names, f.Envs...)
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
	return names
}

// An empty variable is one that is not set, whatever its flag holds.
func TestEmptyVariables(t *testing.T) {
	x := newTerminal(t)
	names := variables(t)
	if len(names) < 40 {
		t.Fatalf("%d variables: %v", len(names), names)
	}
	t.Run("train", func(t *testing.T) {
		for _, name := range names {
			t.Setenv(name, "")
		}
		out, _, err := x.run(t.Context(), "", train("--epochs=1", "--offline")...)
		servertest.Same(t, "error", err, nil)
		servertest.Has(t, out, "Epoch 1/1")
		for _, name := range names {
			if value, set := os.LookupEnv(name); set && value == "" {
				t.Errorf("%s is still there for programs that this one starts", name)
			}
		}
	})
	t.Run("serve", func(t *testing.T) {
		t.Setenv("CUADERNO_ADDR", "")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		said := &servertest.Buffer{}
		var err error
		done := make(chan struct{})
		go func() {
			defer close(done)
			err = run(ctx, []string{"serve", "--state", x.state}, streams{Out: said, Err: said})
		}()
		ended := func() bool {
			select {
			case <-done:
				return true
			default:
				return false
			}
		}
		servertest.Eventually(t, "the address", func() bool { return ended() || strings.Contains(said.String(), "Cuaderno is at") })
		if ended() { // somebody else has the port
			servertest.Has(t, err.Error(), "127.0.0.1:8080")
			return
		}
		servertest.Has(t, said.String(), "address=127.0.0.1:8080")
		cancel()
		<-done
		servertest.Same(t, "end", err, nil)
	})
	t.Run("an empty flag is a slip", func(t *testing.T) {
		for _, command := range []string{"serve", "health"} {
			servertest.Has(t, x.slip(command, "--addr", ""), "--addr")
		}
	})
}
