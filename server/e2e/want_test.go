package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// confined starts a server whose state directory is a small disk of its own, which the test reaches too.
func confined(t *testing.T, options string, args ...string) (server *process, disk string) {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("leave to mount a small disk: %v: %s", err, out))
	}
	addr := freeAddress(t)
	inside := command(t, t.Context(), append([]string{"serve", "--addr", addr, "--state", filepath.Join(dir, "state")}, args...)...)
	server = &process{t: t, name: "server on a small disk", url: "http://" + addr}
	server.cmd = exec.Command("unshare", append([]string{"-rm", "sh", "-c",
		`mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"`, options, dir}, inside.Args...)...)
	server.cmd.Env = inside.Env
	server.stop = func() { _ = server.cmd.Process.Signal(os.Interrupt) }
	server.begin()
	t.Cleanup(server.end)
	server.until(server.ready)
	return server, fmt.Sprintf("/proc/%d/root%s", server.cmd.Process.Pid, dir)
}

// wants are what a server may run out of: each takes it all, and gives it back.
var wants = map[string]struct {
	options string
	reason  string
	take    func(t *testing.T, server *process, disk string) (release func())
}{
	"room": {"size=60m", "no space left", func(t *testing.T, _ *process, disk string) func() {
		path := filepath.Join(disk, "filler")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1 << 20, 4096, 1} {
			for err = nil; err == nil; {
				_, err = f.Write(make([]byte, size))
			}
		}
		f.Close()
		return func() { os.Remove(path) }
	}},
	"inodes": {"size=60m,nr_inodes=200", "no space left", func(t *testing.T, _ *process, disk string) func() {
		dir := filepath.Join(disk, "crowd")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
			if err != nil {
				break
			}
			f.Close()
		}
		return func() { os.RemoveAll(dir) }
	}},
	"descriptors": {"size=60m", "too many open files", func(t *testing.T, server *process, _ string) func() {
		var was unix.Rlimit
		if err := unix.Prlimit(server.cmd.Process.Pid, unix.RLIMIT_NOFILE, nil, &was); err != nil {
			t.Fatal(err)
		}
		now := unix.Rlimit{Cur: 0, Max: was.Max} // what is open stays: whoever is connected is answered
		if err := unix.Prlimit(server.cmd.Process.Pid, unix.RLIMIT_NOFILE, &now, nil); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := unix.Prlimit(server.cmd.Process.Pid, unix.RLIMIT_NOFILE, &was, nil); err != nil {
				t.Error(err)
			}
		}
	}},
}

// types changes the review, and gives the status of the answer.
func (r *reader) types(server, review string) int {
	r.t.Helper()
	form := url.Values{"review": {review}}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, server+"/cells/classify/fields", strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Cuaderno", "1")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := r.client.Do(req)
	if err != nil {
		return 0
	}
	_, err = io.Copy(io.Discard, res.Body) // so that the connection serves again
	if err = errors.Join(err, res.Body.Close()); err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode
}

// readyz asks whether the server is ready, by the connection that the reader has.
func (r *reader) readyz(server string) (status int, text string) {
	r.t.Helper()
	res, err := r.client.Get(server + "/readyz")
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// After a want the server works again by itself. What it acknowledged is there after a kill; what it did
// not acknowledge it said so of, and kept once it could, though nobody asked again.
func TestKeepsAgainAfterAWant(t *testing.T) {
	for name, want := range wants {
		t.Run(name, func(t *testing.T) {
			server, disk := confined(t, want.options, "--offline")
			r := newReader(t)
			r.page(server.url)
			if got := r.types(server.url, "before"); got != http.StatusNoContent {
				t.Fatalf("before: %d", got)
			}
			release := want.take(t, server, disk)
			reason := ""
			server.until(func() bool {
				var status int
				status, reason = r.readyz(server.url)
				return status == http.StatusServiceUnavailable
			})
			t.Logf("it says %s", reason)
			if !strings.Contains(reason, want.reason) {
				t.Errorf("it does not say why nothing is kept: %s", reason)
			}
			if got := r.types(server.url, "during"); got != http.StatusServiceUnavailable {
				t.Errorf("a change that was not kept was answered with %d", got)
			}
			if page := r.page(server.url); !strings.Contains(page, `data-notice="unkept"`) || !strings.Contains(page, "during</textarea>") {
				t.Error("the page does not say that the change is not kept, or does not show it")
			}
			release()
			began := time.Now()
			server.until(server.ready)
			t.Logf("ready again after %v", time.Since(began))
			server.until(func() bool { return strings.Contains(r.page(server.url), `data-notice=""`) })

			// As kill -9 leaves it.
			if err := server.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			state := filepath.Join(t.TempDir(), "state")
			if err := os.CopyFS(state, os.DirFS(filepath.Join(disk, "state"))); err != nil {
				t.Fatal(err)
			}
			server.kill()
			again := start(t, state, freeAddress(t), "--offline")
			if page := r.page(again.url); !strings.Contains(page, "during</textarea>") {
				t.Error("what was kept after the want is lost")
			}
		})
	}
}
