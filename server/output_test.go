package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"

	"github.com/alecthomas/kong"
)

// full is a standard output that takes some bytes and then no more.
type full struct {
	left int
	err  error
	lost atomic.Bool // something has been
}

func (f *full) Write(p []byte) (int, error) {
	n := min(f.left, len(p))
	f.left -= n
	if n < len(p) {
		f.lost.Store(true)
		return n, f.err
	}
	return n, nil
}

// Whatever command it is: output that was lost is an error, with a device that is full as with one that
// fails midway, and nothing is lost beside it.
func TestLostOutput(t *testing.T) {
	x, run1 := trained(t)
	weights := "cuaderno-" + run1 + ".safetensors"
	x.ok("", "export", "--format=safetensors")
	if err := os.WriteFile("some.txt", []byte("fine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	commands := map[string][]string{
		"train": train("--epochs=1"), "train --json": train("--epochs=1", "--json"),
		"classify": {"classify", "fine"}, "classify --json": {"classify", "fine", "--json"}, "classify -": {"classify", "-"},
		"classify --in": {"classify", "--in=some.txt"}, "classify --in --json": {"classify", "--in=some.txt", "--out=j.csv", "--json", "--force"},
		"evaluate": {"evaluate"}, "evaluate --json": {"evaluate", "--json"},
		"runs": {"runs"}, "runs --json": {"runs", "--json"}, "runs show": {"runs", "show"}, "runs show --json": {"runs", "show", "--json"},
		"export": {"export", "--force"}, "export --json": {"export", "--force", "--json"}, "export -o -": {"export", "-o", "-"},
		"import": {"import", weights}, "import --json": {"import", weights, "--json"},
		"runs delete": {"runs", "delete", run1}, "runs delete --json": {"runs", "delete", run1, "--json"},
		"health": {"health", "--addr", strings.TrimPrefix(s.url, "http://")}, "completion": {"completion", "bash"}, "complete": {"complete", "cuaderno "},
		"licenses": {"licenses"}, "licenses --json": {"licenses", "--json"}, "version": {"version"}, "version --json": {"version", "--json"}, "--version": {"--version"}, "--help": {"--help"}, "train --help": {"train", "--help"},
		"serve": {"serve", "--addr=127.0.0.1:0"},
	}
	t.Run("no command is left out", func(t *testing.T) {
		parser, err := kong.New(&cli{Train: newTrainCmd()}, kong.Vars{"version": "", "maxlen": ""})
		if err != nil {
			t.Fatal(err)
		}
		for _, leaf := range parser.Model.Leaves(false) {
			path := strings.TrimPrefix(leaf.Path(), " ")
			if _, there := commands[strings.TrimSuffix(path, " list")]; !there && path != "worker" { // see TestCommandsWaitForNATS
				t.Errorf("%q is not tried", path)
			}
		}
	})
	// What destroys the run comes last.
	names := slices.SortedFunc(maps.Keys(commands), func(a, b string) int {
		if d := strings.Contains(a, "delete"); d != strings.Contains(b, "delete") {
			if d {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		for device, open := range map[string]func(t *testing.T) io.Writer{
			"full from the start": func(t *testing.T) io.Writer { return devFull(t) },
			"full after a byte":   func(*testing.T) io.Writer { return &full{left: 1, err: syscall.ENOSPC} },
			"closed after a byte": func(*testing.T) io.Writer { return &full{left: 1, err: syscall.EPIPE} },
		} {
			t.Run(name+", "+device, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				args := append(slices.Clone(commands[name]), "--state", x.state)
				if strings.HasPrefix(name, "runs delete") {
					restore(t, x.state, run1, weights)
				}
				if name == "serve" { // which ends when it is asked to
					args[len(args)-1] = t.TempDir()
					time.AfterFunc(300*time.Millisecond, cancel)
				}
				err := run(ctx, args, streams{In: strings.NewReader("fine\n"), Out: open(t), Err: io.Discard})
				if exitCode(err) != 1 || !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EPIPE) || !strings.Contains(err.Error(), "standard output") {
					t.Errorf("exit code %d, error %v", exitCode(err), err)
				}
			})
		}
	}
}

// restore puts a run back that was deleted.
func restore(t *testing.T, state, id, from string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(state, "runs", id+runfiles.Suffix), raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func devFull(t *testing.T) *os.File {
	t.Helper()
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no device that is always full")
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A training whose output nobody takes is kept: with its pipe closed it ends soon, with a disk that is full
// it goes on to its end.
func TestTrainingOutlivesItsOutput(t *testing.T) {
	start, _, _ := strings.Cut(newTerminal(t).ok("", train("--epochs=3", "--json")...), "\n")
	for name, c := range map[string]struct {
		err    error
		epochs int
	}{
		"a closed pipe": {syscall.EPIPE, 1}, "a full disk": {syscall.ENOSPC, 3},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTerminal(t)
			// Room for the start and the first epoch's line, and no more.
			err := run(t.Context(), train("--epochs=3", "--json", "--state", x.state), streams{Out: &full{left: len(start) + 200, err: c.err}, Err: io.Discard})
			servertest.Same(t, "exit code", exitCode(err), 1)
			servertest.Same(t, "error", errors.Is(err, c.err), true)
			var line runfiles.Line
			parseLine(t, x.ok("", "runs", "--json"), &line)
			if n := len(line.History); n < c.epochs || c.err == syscall.EPIPE && n == 3 {
				t.Errorf("%d epochs are kept", n)
			}
			servertest.Has(t, x.ok("", "classify", "fine"), "P(positive)")
		})
	}
}
