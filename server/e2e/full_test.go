//go:build linux

package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cuaderno/training/fit"
)

// A server that is killed while its disk is full may be unable to start before there is room. Then it
// starts with all that was acknowledged.
func TestKilledWhileTheDiskIsFull(t *testing.T) {
	const last = 4 * time.Second
	d, err := newDisk(t, 100)
	if err != nil {
		missing(t, "leave to mount a small disk: "+err.Error())
	}
	addr := freeAddress(t)
	server := d.serve(t, addr, "--offline")
	server.until(server.ready)
	r := newReader(t)
	r.fits(server.url, small(1, 1))
	server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
	r.post(server.url, "/cells/classify/fields", url.Values{"review": {"There was room."}})

	var filling sync.WaitGroup
	full := make(chan error, 1)
	began := time.Now()
	filling.Go(func() { full <- d.fill(last) })
	defer filling.Wait()
	server.until(func() bool {
		status, err := r.send(server.url, "/cells/classify/fields", url.Values{"review": {"There is none."}})
		return err == nil && status == http.StatusServiceUnavailable
	})
	server.kill()
	tries := 0
	for ; time.Since(began) < last; tries++ {
		server = d.serve(t, addr, "--offline")
		select {
		case <-server.done:
		case <-time.After(time.Second):
			server.kill()
		}
	}
	if err := <-full; err != nil || tries == 0 {
		t.Fatalf("the disk was not full for long enough: %v, %d starts", err, tries)
	}
	server = d.serve(t, addr, "--offline")
	server.until(server.ready)
	s, err := r.look(server.url)
	if err != nil {
		t.Fatal(err)
	}
	// What was answered 503 may have been kept or not.
	if got := s.fields["review"]; got != "There was room." && got != "There is none." {
		t.Errorf("the review is %q", got)
	}
	status, _, err := r.export(server.url, "safetensors", "")
	if s.state != fit.Finished || status != http.StatusOK || err != nil || s.notice != "" {
		t.Errorf("the training is %q, its weights answer %d (%v), the notice is %q", s.state, status, err, s.notice)
	}
}

// leave fills the disk until so many bytes may be kept on it, beside what is set apart for small things,
// and gives the room back when it is called.
func (d *disk) leave(t *testing.T, bytes int64) (release func()) {
	t.Helper()
	dir := filepath.Join("/proc", strconv.Itoa(d.holder.Process.Pid), "root", d.dir)
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	apart := max(int64(s.Blocks)*s.Bsize/20, 4<<20)
	name := filepath.Join(dir, "filler")
	if err := os.WriteFile(name, make([]byte, int64(s.Bavail)*s.Bsize-apart-bytes), 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Error(err)
		}
	}
}

// Where there is no room for weights the page says so while they are learnt. They can be used and
// downloaded all the same, and are kept when there is room; a restart before that loses them, and the
// page says that.
func TestWeightsThatFindNoRoom(t *testing.T) {
	for name, lost := range map[string]bool{"room is made": false, "a restart before": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := newDisk(t, 100)
			if err != nil {
				missing(t, "leave to mount a small disk: "+err.Error())
			}
			addr := freeAddress(t)
			server := d.serve(t, addr, "--offline")
			server.until(server.ready)
			r := newReader(t)
			look := func() sight {
				t.Helper()
				s, err := r.look(server.url)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			r.fill(server.url, small(4, 1)) // 370 KB of weights
			release := d.leave(t, 200<<10)
			r.fits(server.url, small(4, 1))
			server.until(func() bool { return look().notice == "full" })
			if s := look(); s.state == fit.Finished {
				t.Error("it is told only when the training is over")
			}
			server.until(func() bool { return look().state == fit.Finished })
			r.post(server.url, "/cells/evaluate/run", nil)
			r.post(server.url, "/cells/classify/run", url.Values{"review": {"A joy from start to end."}})
			server.until(func() bool {
				s := look()
				return s.validity["evaluate"] == "evaluated" && s.validity["classify"] == "evaluated"
			})
			status, bytes, err := r.export(server.url, "safetensors", "")
			if status != http.StatusOK || bytes < 300e3 || err != nil {
				t.Errorf("the download answers %d with %d bytes (%v)", status, bytes, err)
			}
			if s := look(); s.notice != "full" {
				t.Errorf("while the weights wait the notice is %q", s.notice)
			}
			if lost {
				server.kill()
			}
			release()
			if !lost {
				server.until(func() bool { return look().notice == "" })
				server.kill()
			}
			server = d.serve(t, addr, "--offline")
			server.until(server.ready)
			s := look()
			status, again, err := r.export(server.url, "safetensors", "")
			switch {
			case s.state != fit.Finished || s.notice != "" || err != nil:
				t.Errorf("after a restart the training is %q, the notice %q (%v)", s.state, s.notice, err)
			case !lost && (status != http.StatusOK || again != bytes):
				t.Errorf("what was kept later answers %d with %d bytes", status, again)
			case lost && status != http.StatusNotFound:
				t.Errorf("what was lost answers %d", status)
			}
			if lost {
				if page := r.page(server.url); !strings.Contains(page, `data-weights="gone"`) {
					t.Error("the page does not say that the weights are gone")
				}
			}
			r.fits(server.url, small(1, 2)) // and it goes on
			server.until(func() bool { s := look(); return s.state == fit.Finished && s.activity["fit"] == "ready" })
			if status, _, err := r.export(server.url, "safetensors", ""); status != http.StatusOK || err != nil {
				t.Errorf("a training after that answers %d (%v)", status, err)
			}
		})
	}
}
