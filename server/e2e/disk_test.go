package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cuaderno/training/fit"
)

// Two servers on one state directory: the second ends with a sentence that says what to do, and
// disturbs nothing.
func TestSecondServerOnAStateDirectory(t *testing.T) {
	state := t.TempDir()
	first := start(t, state, freeAddress(t))
	second := launch(t, "second server", "serve", "--addr", freeAddress(t), "--state", state)
	select {
	case <-second.done:
	case <-time.After(20 * time.Second):
		t.Fatal("the second server goes on")
	}
	said := second.log.String()
	if code := second.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said, "another server uses the state directory "+state) || !strings.Contains(said, "--state") {
		t.Errorf("exit code %d, and it said %s", code, said)
	}
	r := newReader(t)
	r.fits(first.url, small(1, 1))
	first.until(func() bool { return r.state(first.url, "data-state") == fit.Finished })
}

// A state directory that cannot be written to costs the memory of past runs, not the lesson.
func TestUnwritableStateDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	server := start(t, filepath.Join(file, "below"), freeAddress(t))
	r := newReader(t)
	r.fits(server.url, small(1, 1))
	server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
	if page := r.page(server.url); !strings.Contains(page, `id="notice"`) || !strings.Contains(page, "until the server ends") {
		t.Error("the page does not say that nothing is kept")
	}
	server.end()
	if said := server.log.String(); !strings.Contains(said, "--state") || !strings.Contains(said, file) {
		t.Errorf("it said %s", said)
	}
}

// A disk that fills up: the weights that find no room stay in memory, of which the page speaks, a smaller run is
// kept, and the notebook goes on through it all.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("leave to mount a small disk: %v: %s", err, out))
	}
	addr := freeAddress(t)
	inside := command(t, t.Context(), "serve", "--addr", addr, "--state", dir)
	server := &process{t: t, name: "server on a small disk", url: "http://" + addr}
	// A place of its own, where the directory is a disk of 24 MB.
	server.cmd = exec.Command("unshare", append([]string{"-rm", "sh", "-c",
		`mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"`, dir}, inside.Args...)...)
	server.cmd.Env = inside.Env
	server.stop = func() { _ = server.cmd.Process.Signal(os.Interrupt) }
	server.begin()
	t.Cleanup(server.end)
	server.until(server.ready)

	r := newReader(t)
	large := small(2, 1)
	large.NumWords, large.EmbeddingDim = 80_000, 128 // 41 MB
	large.BatchSize = 256
	r.fits(server.url, large)
	full := func() bool { return strings.Contains(r.page(server.url), `data-notice="full"`) }
	server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished && full() })
	for seed := range uint64(3) {
		r.fits(server.url, small(1, seed))
		server.until(func() bool {
			return r.state(server.url, "data-activity") == "ready" && r.state(server.url, "data-state") == fit.Finished
		})
	}
	r.post(server.url, "/cells/evaluate/run", nil)
	server.until(func() bool { return strings.Contains(r.page(server.url), "data-accuracy") })
	if !full() {
		t.Error("the page says no more that the disk is full")
	}
}
