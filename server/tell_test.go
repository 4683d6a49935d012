package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"

	"github.com/alecthomas/kong"
)

// Every command that writes JSON tells its errors as JSON.
func TestErrorsAsJSON(t *testing.T) {
	x := newTerminal(t)
	commands := map[string][]string{ // that fail
		"train": {"train", "--maxlen=0"}, "classify": {"classify", "fine"}, "evaluate": {"evaluate"}, "export": {"export"},
		"runs show": {"runs", "show"}, "runs delete": {"runs", "delete", "nobody"}, "runs list": {"runs", "list", "--no-such"},
		"import": {"import", "none.safetensors"}, "version": {"version", "more"}, "licenses": {"licenses", "more"},
	}
	parser, err := kong.New(&cli{Train: newTrainCmd()}, kong.Vars{"version": "", "maxlen": ""})
	servertest.Same(t, "error", err, nil)
	for _, leaf := range parser.Model.Leaves(false) {
		for _, f := range leaf.Flags {
			if f.Name != "json" {
				continue
			}
			path := strings.TrimSpace(leaf.Path())
			t.Run(path, func(t *testing.T) {
				args := commands[path]
				if args == nil {
					t.Fatal("it is not tried")
				}
				args = append(args, "--json")
				out, _, err := x.run(t.Context(), "", args...)
				servertest.Same(t, "output", out, "")
				if err == nil {
					t.Fatal("no error")
				}
				var told bytes.Buffer
				tell(&told, args, err)
				var line errorLine
				if err := json.Unmarshal(told.Bytes(), &line); err != nil {
					t.Fatalf("%s: %v", told.String(), err)
				}
				servertest.Same(t, "line", line, errorLine{err.Error(), exitCode(err)})
			})
		}
	}
}

func TestTell(t *testing.T) {
	plain := errors.New("nats://a:b@host is away")
	for _, c := range []struct {
		args string
		err  error
		want string
	}{
		{"runs", nil, ""},
		{"runs --json", nil, ""},
		{"runs", plain, "cuaderno: nats://xxxxx@host is away\n"},
		{"runs --json", plain, `{"error":"nats://xxxxx@host is away","exit_code":1}` + "\n"},
		{"runs --json --json=false", plain, "cuaderno: nats://xxxxx@host is away\n"},
		{"classify -- --json", plain, "cuaderno: nats://xxxxx@host is away\n"},
		{"train", errInterrupted, ""},
		{"train --json", errInterrupted, `{"error":"interrupted","exit_code":130}` + "\n"},
		{"--help --json", exitError(0), ""},
	} {
		var told bytes.Buffer
		tell(&told, strings.Fields(c.args), c.err)
		servertest.Same(t, c.args, told.String(), c.want)
	}
}

// A training that fails has a last line, too.
func TestTrainEndsWithItsEnd(t *testing.T) {
	x := newTerminal(t)
	out, _, err := x.run(t.Context(), "", train("--json", "--optimizer=sgd", "--learning-rate=1", "--epochs=100", "--early-stopping=val_loss")...)
	servertest.Same(t, "error", err, nil)
	servertest.Has(t, out[strings.LastIndex(strings.TrimSpace(out), "\n"):], `"event":"end"`)
	servertest.Has(t, out, `"reason":"early_stopping"`)
	left, err := filepath.Glob(filepath.Join(x.state, "runs", "*", runfiles.JobFile))
	servertest.Same(t, "error", err, nil)
	servertest.Same(t, "left", left, []string(nil))
	_, err = os.Stat(filepath.Join(x.state, "runs"))
	servertest.Same(t, "error", err, nil)
}
