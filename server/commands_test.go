package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
	"cuaderno/training/checkpoint"
)

// terminal runs commands with a home of their own, without a network.
type terminal struct {
	t     *testing.T
	state string
}

func newTerminal(t *testing.T) *terminal {
	t.Setenv("KERAS_HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("CUADERNO_OFFLINE", "true")
	for _, name := range []string{"CUADERNO_DATA", "CUADERNO_EPOCHS"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	return &terminal{t: t, state: t.TempDir()}
}

func (x *terminal) run(ctx context.Context, in string, args ...string) (out, errs string, err error) {
	var o, e servertest.Buffer
	args = append(args, "--state", x.state)
	err = run(ctx, args, streams{In: strings.NewReader(in), Out: &o, Err: &e})
	return o.String(), e.String(), err
}

func (x *terminal) ok(in string, args ...string) string {
	x.t.Helper()
	out, errs, err := x.run(x.t.Context(), in, args...)
	if err != nil {
		x.t.Fatalf("%v: %v\n%s", args, err, errs)
	}
	return out
}

var tinyFlags = []string{"--num-words=500", "--maxlen=12", "--embedding-dim=8", "--units=8", "--batch-size=64"}

func train(more ...string) []string {
	return append(append([]string{"train"}, tinyFlags...), more...)
}

func TestTrain(t *testing.T) {
	x := newTerminal(t)
	t.Run("writes what Keras writes", func(t *testing.T) {
		out := x.ok("", train("--epochs=2")...)
		keras := regexp.MustCompile(`^Epoch 1/2
94/94 - \d+s - \d+ms/step - accuracy: 0\.\d{4} - loss: 0\.\d{4} - val_accuracy: 0\.\d{4} - val_loss: 0\.\d{4}
Epoch 2/2
94/94 - \d+s - \d+ms/step - accuracy: 0\.\d{4} - loss: 0\.\d{4} - val_accuracy: 0\.\d{4} - val_loss: 0\.\d{4}
Evaluate
32/32 - \d+s - \d+ms/step - accuracy: 0\.\d{4} - loss: 0\.\d{4}
$`)
		if !keras.MatchString(out) {
			t.Errorf("output:\n%s", out)
		}
	})
	t.Run("writes JSON and nothing else", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "own.safetensors")
		lines := strings.Split(strings.TrimSpace(x.ok("", train("--epochs=2", "--json", "--save", file)...)), "\n")
		servertest.Same(t, "lines", len(lines), 5)
		var start startLine
		var last endLine
		parseLine(t, lines[0], &start)
		parseLine(t, lines[4], &last)
		servertest.Same(t, "events", [2]string{start.Event, last.Event}, [2]string{"start", "end"})
		servertest.Same(t, "run", last.Run, start.Run)
		servertest.Same(t, "settings", [2]int{start.Settings.Maxlen, start.Settings.Epochs}, [2]int{12, 2})
		servertest.Same(t, "data", start.Data, dataLine{"practice", "practice", "", servertest.PracticeCorpus().SHA256, 6000, 2000})
		servertest.Same(t, "end", [3]any{last.Reason, last.Epochs, last.Epoch}, [3]any{"finished", 2, 2})
		lines = lines[1:4]
		epoch := []string{"accuracy", "epoch", "event", "loss", "ms_per_step", "seconds", "val_accuracy", "val_loss"}
		servertest.Same(t, "first", keys(t, lines[0]), epoch)
		servertest.Same(t, "second", keys(t, lines[1]), epoch)
		servertest.Same(t, "last", keys(t, lines[2]), []string{"accuracy", "event", "loss", "seconds", "weights_sha256"})
		var done epochLine
		var end evaluateLine
		if err := errors.Join(json.Unmarshal([]byte(lines[1]), &done), json.Unmarshal([]byte(lines[2]), &end)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "events", [2]string{done.Event, end.Event}, [2]string{"epoch", "evaluate"})
		servertest.Same(t, "weights", last.Weights, end.Weights)
		if last.Seconds <= end.Seconds {
			t.Errorf("%g seconds in all, %g for evaluation", last.Seconds, end.Seconds)
		}
		servertest.Same(t, "evaluated as validated", end.Accuracy, done.ValAccuracy)
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		meta, params, err := checkpoint.Load(f)
		if err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "saved weights", params.SHA256(), end.Weights)
		servertest.Same(t, "saved epoch", meta.Epoch, 2)
		servertest.Same(t, "saved settings", meta.Settings.Maxlen, 12)
	})
	t.Run("repeats itself", func(t *testing.T) {
		weights := func(seed string) string {
			return servertest.Find(t, x.ok("", train("--epochs=1", "--json", "--seed", seed)...), `"weights_sha256":"(\w+)"`)
		}
		one := weights("7")
		servertest.Same(t, "same seed", weights("7"), one)
		if weights("8") == one {
			t.Error("another seed gave the same weights")
		}
	})
	t.Run("takes every flag from the environment", func(t *testing.T) {
		t.Setenv("CUADERNO_EPOCHS", "3")
		servertest.Has(t, x.ok("", train()...), "Epoch 3/3")
	})
	t.Run("says what a flag may hold", func(t *testing.T) {
		for _, args := range [][]string{{"--maxlen=0"}, {"--num_words=99"}, {"--optimizer=lbfgs"}, {"--dropout=x"}, {"--no-such"}, {"--seed=-1"}} {
			out, _, err := x.run(t.Context(), "", train(args...)...)
			servertest.Same(t, "exit code of "+args[0], exitCode(err), 2)
			servertest.Same(t, "output", out, "")
		}
		_, _, err := x.run(t.Context(), "", train("--maxlen=0")...)
		servertest.Same(t, "sentence", err.Error(), `--maxlen must be a whole number from 1 to 1000, not "0"`)
	})
	t.Run("says when the data is not there", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", train("--data", t.TempDir())...)
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, err.Error(), "imdb.npz")
	})
	t.Run("says before the work when its result cannot be kept", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), train("--state", file), streams{Out: io.Discard, Err: io.Discard})
		if err == nil {
			t.Fatal("no error")
		}
		servertest.Has(t, err.Error(), "--state")
	})
}

func keys(t *testing.T, line string) (names []string) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

func TestTrainStopsWhenAsked(t *testing.T) {
	x := newTerminal(t)
	for name, c := range map[string]struct {
		flags []string
		want  string
	}{
		"as Keras":  {nil, `(?s)val_loss.*Interrupted after \d+ of 100 epochs\n$`},
		"in JSON":   {[]string{"--json"}, `(?s)"event":"epoch".*\{"event":"stopped","reason":"interrupted","epochs":\d+,"batch":\d+.*\}\n\{"event":"end",.*"reason":"interrupted",.*"weights_sha256":"\w{64}"\}\n$`},
		"full size": {[]string{"--maxlen=80", "--units=128", "--embedding-dim=128"}, `^Epoch 1/100\n(\d+/94 - .*\n)?Interrupted after 0 of 100 epochs\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var out, errs servertest.Buffer
			done := make(chan error, 1)
			go func() {
				done <- run(ctx, append(train("--epochs=100", "--state", x.state), c.flags...), streams{Out: &out, Err: &errs})
			}()
			for name != "full size" && !strings.Contains(out.String(), "val_loss") || !strings.Contains(out.String()+errs.String(), "practice") {
				time.Sleep(5 * time.Millisecond)
			}
			time.Sleep(200 * time.Millisecond)
			began := time.Now()
			cancel()
			err := <-done
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %v", took)
			}
			servertest.Same(t, "exit code", exitCode(err), 130)
			if !regexp.MustCompile(c.want).MatchString(out.String()) {
				t.Errorf("output:\n%s", out.String())
			}
			run := servertest.Find(t, errs.String(), `kept as run (\S+)`)
			servertest.Has(t, x.ok("", "classify", "--run", run, "fine"), "P(positive)")
		})
	}
}

func TestClassify(t *testing.T) {
	x := newTerminal(t)
	t.Run("without a run", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", "classify", "fine")
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, err.Error(), "no run")
		servertest.Has(t, err.Error(), "train")
	})
	x.ok("", train("--epochs=1", "--maxlen=20")...)
	x.ok("", train("--epochs=6", "--maxlen=20", "--learning-rate=0.01")...)
	ids, err := runfiles.Dir{Path: filepath.Join(x.state, "runs")}.List()
	if err != nil || len(ids) != 2 {
		t.Fatalf("runs %v, error %v", ids, err)
	}
	good, bad := "a wonderful film , superb from start to end", "a terrible film , boring and a waste of time"
	t.Run("one review a line", func(t *testing.T) {
		lines := strings.Split(strings.TrimSpace(x.ok(good+"\n"+bad+"\n\n", "classify", "--json", "-")), "\n")
		servertest.Same(t, "lines", len(lines), 2)
		var first, second verdictLine
		if err := errors.Join(json.Unmarshal([]byte(lines[0]), &first), json.Unmarshal([]byte(lines[1]), &second)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "keys", keys(t, lines[0]), []string{"label", "probability"})
		servertest.Same(t, "labels", [2]int{first.Label, second.Label}, [2]int{1, 0})
		if first.Probability <= 0.5 || second.Probability >= 0.5 {
			t.Errorf("probabilities %g and %g", first.Probability, second.Probability)
		}
	})
	t.Run("the newest run, or another", func(t *testing.T) {
		newest := x.ok("", "classify", good)
		servertest.Same(t, "by its id", x.ok("", "classify", "--run", ids[1], good), newest)
		if x.ok("", "classify", "--run", ids[0], good) == newest {
			t.Error("the older run says the same")
		}
	})
	t.Run("a run that is not there", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", "classify", "--run", "nobody", good)
		servertest.Has(t, err.Error(), ids[0])
		_, _, err = x.run(t.Context(), "", "classify", "--run", "../../etc/passwd", good)
		servertest.Has(t, err.Error(), "no run's id")
	})
	t.Run("a review that is too long", func(t *testing.T) {
		for _, text := range []string{strings.Repeat("a", 20_001), strings.Repeat("long ", 20_000)} {
			_, _, err := x.run(t.Context(), text+"\n", "classify", "-")
			servertest.Same(t, "exit code", exitCode(err), 1)
			servertest.Has(t, err.Error(), "20000")
		}
	})
	t.Run("a file that is damaged", func(t *testing.T) {
		path := filepath.Join(x.state, "runs", "zz"+runfiles.Suffix)
		if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := x.run(t.Context(), "", "classify", good)
		servertest.Has(t, err.Error(), path)
	})
}

func TestServeCommand(t *testing.T) {
	x := newTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out servertest.Buffer
	done := make(chan error, 1)
	go func() {
		// serve is the default command.
		done <- run(ctx, []string{"--addr=127.0.0.1:0", "--state", x.state}, streams{Out: &out, Err: io.Discard})
	}()
	servertest.Eventually(t, "the address", func() bool { return strings.HasSuffix(out.String(), "/\n") })
	addr := servertest.Find(t, out.String(), `^Cuaderno is at http://(\S+)/\n$`)
	servertest.Same(t, "health", x.ok("", "health", "--addr", addr), "ok\n")
	_, _, err := x.run(t.Context(), "", "serve", "--addr", addr)
	servertest.Has(t, err.Error(), "--addr")
	cancel()
	servertest.Same(t, "end", <-done, nil)
	if _, _, err := x.run(t.Context(), "", "health", "--addr", addr); err == nil {
		t.Error("it still answers")
	}
}

func TestHelpAndVersion(t *testing.T) {
	x := newTerminal(t)
	for _, flag := range []string{"--help", "--version"} {
		out, _, err := x.run(t.Context(), "", flag)
		servertest.Same(t, "exit code", exitCode(err), 0)
		if out == "" {
			t.Errorf("%s says nothing", flag)
		}
	}
}

// An address with a password, put where it is not understood, is not repeated.
func TestUsageHidesUsers(t *testing.T) {
	x := newTerminal(t)
	for _, args := range [][]string{
		{"worker", "nats://reader:s3cret@host:4222"}, {"worker", "--nats-wait=nats://s3cret@host"}, {"serve", "s3cret@host"},
		{"serve", "--trainings", "nats://reader:s3cret@a,s3cret@b"}, {"serve", "--base=nats://s3cret@host"}, {"nats://s3cret@host"},
		{"--log=nats://s3cret@host"}, {"completion", "s3cret@host"},
	} {
		_, _, err := x.run(t.Context(), "", args...)
		if exitCode(err) != 2 || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "reader") {
			t.Errorf("%v: exit code %d, %v", args, exitCode(err), err)
		}
	}
}
