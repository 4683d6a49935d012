package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cuaderno/training/fit"
)

// bare starts the server as the image has it, and harder: alone in a file system that is read-only, its
// state directory included. more is done to that file system, which is $0, before it is shut.
func bare(t *testing.T, more string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if out, err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", root).CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("leave to mount a file system: %v: %s", err, out))
	}
	addr := freeAddress(t)
	p := &process{t: t, name: "server in a bare image", url: "http://" + addr}
	p.cmd = exec.Command("unshare", "-rm", "sh", "-c", `set -e
mount -t tmpfs -o size=200m tmpfs "$0"
cp "$1" "$0/cuaderno"
mkdir -p "$0/state" "$0/dev/shm"
`+more+`
mount -o remount,ro "$0"
exec chroot "$0" /cuaderno serve --offline --addr "$2"`, root, path, addr)
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/state", "CUADERNO_STATE=/state", "XDG_CACHE_HOME=/state/cache"}
	p.stop = func() { _ = p.cmd.Process.Signal(syscall.SIGTERM) }
	p.begin()
	t.Cleanup(p.end)
	return p
}

// On a volume that it may not write to, in an image without /tmp, the server keeps everything in memory,
// and says so; where there is no place at all it says what to give it.
func TestBareImage(t *testing.T) {
	for name, more := range map[string]string{
		"with what an engine mounts": `mount -t tmpfs tmpfs "$0/dev/shm"`,
		"with a /tmp of its own":     `mkdir "$0/tmp"; mount -t tmpfs tmpfs "$0/tmp"`,
	} {
		t.Run(name, func(t *testing.T) {
			server := bare(t, more)
			server.until(server.ready)
			r := newReader(t)
			r.fits(server.url, small(1, 1))
			server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
			if page := r.page(server.url); !strings.Contains(page, "until the server ends") {
				t.Error("the page does not say that nothing is kept")
			}
			server.end()
			if said := server.log.String(); !strings.Contains(said, "kept only until the server ends") {
				t.Errorf("it said %s", said)
			}
		})
	}
	t.Run("with nothing", func(t *testing.T) {
		server := bare(t, "")
		<-server.done
		said := server.log.String()
		if code := server.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said, "--tmpfs /tmp") || !strings.Contains(said, "/dev/shm") {
			t.Errorf("exit code %d, and it said %s", code, said)
		}
	})
	if dirs, err := filepath.Glob("/dev/shm/cuaderno-*"); err == nil && len(dirs) > 0 {
		t.Errorf("left behind: %v", dirs)
	}
}
