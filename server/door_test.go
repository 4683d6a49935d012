package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
	"cuaderno/server/site"
	"cuaderno/server/store"
)

// serving is a server with a state directory, and a terminal on the same one.
func served(t *testing.T) (*serving, *terminal) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	return serve(t, func(c *site.Config) { c.Store, c.State = store.Options{Dir: filepath.Join(x.state, "store")}, x.state }), x
}

// What is trained on a page can be had in the terminal while the server runs, as what is trained there.
func TestTerminalKnowsThePagesRuns(t *testing.T) {
	s, x := served(t)
	x.ok("", train("--epochs=1", "--layer=gru")...)
	older := servertest.Find(t, x.ok("", "runs", "--json"), `"run":"([^"]+)"`)
	r := s.reader()
	run := r.TrainTiny()

	t.Run("it is the newest", func(t *testing.T) {
		for _, args := range [][]string{{"runs", "show", "--json"}, {"export", "--json"}, {"export", "--json", "--format=ipynb"}} {
			var line runfiles.Line
			parseLine(t, x.ok("", args...), &line)
			servertest.Same(t, strings.Join(args, " "), line.Run, run)
		}
		for _, args := range [][]string{{"evaluate", "--json"}, {"classify", "--json", "a fine film"}} {
			servertest.Same(t, strings.Join(args, " "), x.seconds(args...), x.seconds(append(args, "--run", run)...))
			if x.seconds(args...) == x.seconds(append(args, "--run", older)...) {
				t.Errorf("%v is of the terminal's run", args)
			}
		}
	})
	t.Run("all are in one list", func(t *testing.T) {
		var ids []string
		for line := range strings.Lines(x.ok("", "runs", "--json")) {
			ids = append(ids, servertest.Find(t, line, `"run":"([^"]+)"`))
		}
		servertest.Same(t, "runs", ids, []string{older, run})
		servertest.Has(t, x.ok("", "complete", "cuaderno evaluate --run "), run)
		servertest.Has(t, x.ok("", "complete", "cuaderno evaluate --run "), older)
	})
	t.Run("its weights are the page's", func(t *testing.T) {
		x.ok("", "export", "--run", run, "-o", "of.safetensors", "--no-vocabulary")
		here, err := os.ReadFile("of.safetensors")
		servertest.Same(t, "error", err, nil)
		servertest.Same(t, "file", string(here) == r.Get("/export/safetensors?run="+run).Body, true)
	})
	t.Run("one that there is not", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", "evaluate", "--run=nobody")
		servertest.Has(t, fmt.Sprint(err), "there is no run nobody; there are "+older+", "+run)
	})
	t.Run("deleted", func(t *testing.T) {
		servertest.Has(t, x.ok("", "runs", "delete", run), "Deleted run "+run)
		servertest.Same(t, "left", strings.Count(x.ok("", "runs", "--json"), "\n"), 1)
		_, _, err := x.run(t.Context(), "", "runs", "delete", run)
		servertest.Has(t, fmt.Sprint(err), "there is no run "+run)
	})
}

// seconds are left out of an output: they differ each time.
func (x *terminal) seconds(args ...string) string {
	x.t.Helper()
	var m map[string]any
	parseLine(x.t, x.ok("", args...), &m)
	delete(m, "seconds")
	text, err := json.Marshal(m)
	servertest.Same(x.t, "error", err, nil)
	return string(text)
}

// Nobody is answered but the owner of the state directory, and nobody but the server is believed.
func TestLocalDoor(t *testing.T) {
	s, x := served(t)
	a, err := runfiles.ReadAnnouncement(x.state)
	servertest.Same(t, "error", err, nil)
	t.Run("its secret is the owner's", func(t *testing.T) {
		info, err := os.Stat(filepath.Join(x.state, runfiles.AnnouncementFile))
		servertest.Same(t, "error", err, nil)
		servertest.Same(t, "mode", info.Mode().Perm(), os.FileMode(0o600))
	})
	for name, secret := range map[string]string{"without a secret": "", "with another": "Bearer no", "with its name": "Bearer " + a.Name} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+a.Address+"/runs", nil)
			servertest.Same(t, "error", err, nil)
			request.Header.Set("Authorization", secret)
			request.Close = true
			answer, err := http.DefaultClient.Do(request)
			servertest.Same(t, "error", err, nil)
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			servertest.Same(t, "status", answer.StatusCode, http.StatusForbidden)
			servertest.Same(t, "it tells its name", strings.Contains(string(body)+answer.Header.Get(runfiles.NameHeader), a.Name), false)
		})
	}
	t.Run("a port that has come to be another's", func(t *testing.T) {
		stale := a
		stale.Name = "gone"
		if server, err := runfiles.Announced(t.Context(), stateWith(t, stale)); server != nil || err != nil {
			t.Errorf("%v, %v", server, err)
		}
	})
	t.Run("a server that was killed", func(t *testing.T) {
		stale := a
		stale.Address = "127.0.0.1:1"
		if server, err := runfiles.Announced(t.Context(), stateWith(t, stale)); server != nil || err != nil {
			t.Errorf("%v, %v", server, err)
		}
	})
	t.Run("one that does not answer", func(t *testing.T) {
		if err := os.Remove(filepath.Join(x.state, runfiles.AnnouncementFile)); err != nil {
			t.Fatal(err)
		}
		_, _, err := x.run(t.Context(), "", "evaluate")
		servertest.Has(t, fmt.Sprint(err), "does not answer the terminal")
		servertest.Has(t, fmt.Sprint(err), "stop it")
		servertest.Same(t, "error", s.Door.Announce(), nil)
	})
	t.Run("one that has ended", func(t *testing.T) {
		s.Door.Close()
		if _, err := os.Stat(filepath.Join(x.state, runfiles.AnnouncementFile)); !os.IsNotExist(err) {
			t.Errorf("it is still announced: %v", err)
		}
	})
}

func stateWith(t *testing.T, a runfiles.Announcement) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text, err := json.Marshal(a)
	servertest.Same(t, "error", err, nil)
	servertest.Same(t, "error", os.WriteFile(filepath.Join(dir, runfiles.AnnouncementFile), text, 0o600), nil)
	return dir
}

// A server that is about to start has the store already, and is waited for; one that starts waits for a
// command that reads the store.
func TestServerAndTerminalWaitForEachOther(t *testing.T) {
	x := newTerminal(t)
	dir := filepath.Join(x.state, "store")
	held, err := store.Open(t.Context(), store.Options{Dir: dir})
	servertest.Same(t, "error", err, nil)
	time.AfterFunc(300*time.Millisecond, held.Close)
	servertest.Same(t, "error", runfiles.Dir{Path: filepath.Join(x.state, "runs")}.Pages(t.Context(), func(runfiles.Pages) error { return nil }), nil)

	held, err = store.Open(t.Context(), store.Options{Dir: dir})
	servertest.Same(t, "error", err, nil)
	time.AfterFunc(300*time.Millisecond, held.Close)
	serve(t, func(c *site.Config) { c.Store = store.Options{Dir: dir} })

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (runfiles.Dir{Path: filepath.Join(x.state, "runs")}).Pages(ctx, func(runfiles.Pages) error { return nil }); err == nil {
		t.Error("a command that was interrupted waits on")
	}
}
