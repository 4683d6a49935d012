package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
	"cuaderno/server/site"
	"cuaderno/server/store"
	"cuaderno/training"
)

// until runs a training until its output has the text, then stops it as Ctrl-C does.
func (x *terminal) until(text string, args ...string) (id string) {
	x.t.Helper()
	ctx, cancel := context.WithCancel(x.t.Context())
	defer cancel()
	var out, errs servertest.Buffer
	done := make(chan error, 1)
	go func() { done <- run(ctx, append(args, "--state", x.state), streams{Out: &out, Err: &errs}) }()
	servertest.Eventually(x.t, text, func() bool { return strings.Contains(out.String(), text) })
	cancel()
	servertest.Same(x.t, "exit code", exitCode(<-done), 130)
	return servertest.Find(x.t, errs.String(), `Run ([\w-]+)`)
}

// A run that was stopped goes on, any number of times, and ends with the weights of one that was not.
func TestResume(t *testing.T) {
	x := newTerminal(t)
	for name, flags := range map[string][]string{
		"plain":           {"--epochs=4"},
		"with its best":   {"--epochs=5", "--restore-best", "--learning-rate=0.05"},
		"until it stops":  {"--epochs=30", "--early-stopping=val_loss", "--patience=1", "--restore-best", "--learning-rate=0.05"},
		"another solver":  {"--epochs=4", "--optimizer=rmsprop", "--recurrent-dropout=0.2", "--dropout=0.2"},
		"within an epoch": {"--epochs=2", "--units=64", "--maxlen=60", "--batch-size=16"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(train("--json"), flags...)
			whole := x.ok("", args...)
			want := servertest.Find(t, whole, `"event":"end".*"weights_sha256":"(\w+)"`)
			stopAt := `"event":"epoch","epoch":1`
			if name == "within an epoch" {
				stopAt = `"event":"start"`
			}
			run := x.until(stopAt, args...)
			if again := `"event":"epoch","epoch":2`; strings.Contains(whole, `"epoch":3`) {
				servertest.Same(t, "the run", x.until(again, "train", "--json", "--resume", run), run)
			}
			before := strings.Count(x.ok("", "runs", "--json"), "\n")
			out := x.ok("", "train", "--json", "--resume", run)
			servertest.Same(t, "weights", servertest.Find(t, out, `"event":"end".*"weights_sha256":"(\w+)"`), want)
			servertest.Same(t, "runs", strings.Count(x.ok("", "runs", "--json"), "\n"), before)
			var start startLine
			parseLine(t, strings.SplitN(out, "\n", 2)[0], &start)
			servertest.Same(t, "start", [2]string{start.Run, start.From}, [2]string{run, run})
			epochs := func(text string) int { return strings.Count(text, `"event":"epoch"`) }
			servertest.Same(t, "epochs", start.Epochs+epochs(out), epochs(whole))
			var m runfiles.Line
			parseLine(t, x.ok("", "runs", "show", run, "--json"), &m)
			servertest.Same(t, "history", len(m.History), epochs(whole))
			if _, err := os.Stat(filepath.Join(x.state, "runs", run)); !os.IsNotExist(err) {
				t.Errorf("its checkpoints are still there: %v", err)
			}
			_, _, err := x.run(t.Context(), "", "train", "--resume", run)
			servertest.Has(t, fmt.Sprint(err), "nothing to go on with")
		})
	}
}

func TestResumeRefuses(t *testing.T) {
	x := newTerminal(t)
	run := x.until("val_loss", train("--epochs=100")...)
	t.Run("other settings", func(t *testing.T) {
		servertest.Has(t, x.slip("train", "--resume", run, "--epochs=3", "--num_words=600"), "leave out --epochs, --num-words")
		servertest.Has(t, x.slip("train", "--resume", run, "--reviews=x.csv"), "leave out --reviews")
	})
	t.Run("no such run", func(t *testing.T) {
		for _, id := range []string{"nobody", "../runs"} {
			_, _, err := x.run(t.Context(), "", "train", "--resume", id)
			servertest.Same(t, "exit code", exitCode(err), 1)
			servertest.Has(t, err.Error(), id)
		}
	})
	t.Run("one that is being trained", func(t *testing.T) {
		u, err := runfiles.Dir{Path: filepath.Join(x.state, "runs")}.Unfinished(run)
		servertest.Same(t, "error", err, nil)
		defer u.Close()
		for _, args := range [][]string{{"train", "--resume", run}, {"runs", "delete", run}} {
			_, _, err = x.run(t.Context(), "", args...)
			servertest.Has(t, fmt.Sprint(err), "another process trains it")
		}
	})
	t.Run("but not for variables", func(t *testing.T) {
		t.Setenv("CUADERNO_EPOCHS", "zzz")
		x.until("val_loss", "train", "--resume", run)
	})
	t.Run("a run without weights is told of, completed and deleted", func(t *testing.T) {
		servertest.Same(t, "error", os.Remove(runfiles.Dir{Path: filepath.Join(x.state, "runs")}.File(run)), nil)
		_, errs, err := x.run(t.Context(), "", "runs")
		servertest.Same(t, "error", err, nil)
		servertest.Has(t, errs, "train --resume "+run)
		completed, _, _ := strings.Cut(x.ok("", "complete", "cuaderno train --resume "), "\t") // and what it is
		servertest.Same(t, "completed", completed, run)
		x.ok("", "runs", "delete", run)
		_, _, err = x.run(t.Context(), "", "train", "--resume", run)
		servertest.Has(t, fmt.Sprint(err), "no run")
	})
}

// A run that was stopped on a page goes on in the terminal as a run of its own, with the server and without.
func TestResumeOfAPagesRun(t *testing.T) {
	x := newTerminal(t)
	var run, want string
	resumed := func(t *testing.T) {
		t.Helper()
		out := x.ok("", "train", "--json", "--resume", run)
		servertest.Same(t, "weights", servertest.Find(t, out, `"event":"end".*"weights_sha256":"(\w+)"`), want)
		var start startLine
		parseLine(t, strings.SplitN(out, "\n", 2)[0], &start)
		servertest.Same(t, "from", start.From, run)
		if start.Run == run {
			t.Error("it took the page's run")
		}
		if start.Epochs == 0 {
			t.Error("it began anew")
		}
	}
	t.Run("while the server runs", func(t *testing.T) {
		s := serve(t, func(c *site.Config) { c.Store, c.State = store.Options{Dir: filepath.Join(x.state, "store")}, x.state })
		r := s.reader()
		r.SetTiny("8")
		servertest.Same(t, "more", r.Script("/cells/model/fields", map[string][]string{"units": {"64"}, "embedding_dim": {"64"}}).Status, http.StatusNoContent)
		servertest.Same(t, "train", r.Script("/cells/fit/run", nil).Status, http.StatusNoContent)
		servertest.Eventually(t, "an epoch", func() bool {
			all := s.Runs.List()
			return len(all) == 1 && len(all[0].History) > 0
		})
		run = s.Runs.List()[0].Job.ID
		_, _, err := x.run(t.Context(), "", "train", "--resume", run)
		servertest.Has(t, fmt.Sprint(err), "the run goes on")
		r.Script("/cells/fit/interrupt", nil)
		servertest.Eventually(t, "its end", func() bool { _, err := s.Runs.Result(run); return err == nil })
		settings := s.Runs.List()[0].Job.Settings
		args := []string{"train", "--json"}
		for _, f := range training.Fields {
			args = append(args, "--"+flagName(f)+"="+f.Get(settings))
		}
		want = servertest.Find(t, x.ok("", args...), `"event":"end".*"weights_sha256":"(\w+)"`)
		resumed(t)
	})
	t.Run("without it", resumed)
}
