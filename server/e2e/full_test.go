//go:build linux

package e2e

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

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
