package main

import (
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
)

func newTestHouse(t *testing.T, limit int, idle time.Duration) *house {
	s := newSite(t, func(c *config) { c.Notebooks, c.Idle = limit, idle })
	return s.house
}

func TestHouse(t *testing.T) {
	t.Run("makes room by putting away the one longest unused", func(t *testing.T) {
		h := newTestHouse(t, 2, time.Hour)
		first, _ := h.desk(servertest.NotebookID(1))
		second, _ := h.desk(servertest.NotebookID(2))
		first.used.Store(200)
		second.used.Store(100)
		first.used.Store(time.Now().Unix() - 10)
		second.used.Store(time.Now().Unix() - 20)
		if _, err := h.desk(servertest.NotebookID(3)); err != nil {
			t.Fatal(err)
		}
		again, _ := h.desk(servertest.NotebookID(1))
		servertest.Same(t, "the first stayed", again == first, true)
		servertest.Same(t, "notebooks", h.count(), 2)
	})
	t.Run("keeps those in use, and says when all are", func(t *testing.T) {
		h := newTestHouse(t, 1, time.Hour)
		d, err := h.desk(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.join(t.Context(), "en", 0, newClient()); err != nil {
			t.Fatal(err)
		}
		servertest.Eventually(t, "the notebook to be in use", d.shown.Load)
		_, err = h.desk(servertest.NotebookID(2))
		servertest.Same(t, "code", codeOf(err), codeFull)
		servertest.Same(t, "status", statuses[codeOf(err)], http.StatusServiceUnavailable)
	})
	t.Run("sends away pages that are only kept open", func(t *testing.T) {
		h := newTestHouse(t, 1, time.Hour)
		d, err := h.desk(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		page := newClient()
		if err := d.join(t.Context(), "en", 0, page); err != nil {
			t.Fatal(err)
		}
		servertest.Eventually(t, "the notebook to be in use", d.shown.Load)
		d.used.Store(time.Now().Add(-shownFor - 2*time.Second).Unix())
		if _, err = h.desk(servertest.NotebookID(2)); err != nil {
			t.Error(err)
		}
		<-page.gone
	})
	t.Run("puts away what nobody looks at", func(t *testing.T) {
		h := newTestHouse(t, 10, time.Minute)
		d, _ := h.desk(servertest.NotebookID(1))
		d.used.Store(time.Now().Add(-2 * time.Minute).Unix())
		if _, err := h.desk(servertest.NotebookID(2)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "notebooks", h.count(), 1)
		<-d.ctx.Done()
		servertest.Same(t, "a closed one says so", codeOf(d.do(t.Context(), nil)), codeClosing)
	})
	t.Run("takes nobody after closing", func(t *testing.T) {
		h := newTestHouse(t, 10, time.Minute)
		h.close()
		_, err := h.desk(servertest.NotebookID(1))
		servertest.Same(t, "code", codeOf(err), codeClosing)
	})
}

func TestStateDir(t *testing.T) {
	home := func() (string, error) { return "/home/x", nil }
	config := func() (string, error) { return "/config", nil }
	none := func() (string, error) { return "", errors.New("no home") }
	env := func(v string) func(string) string { return func(string) string { return v } }
	dir, err := runfiles.DefaultStateDir(env("/var/state"), none, none)
	servertest.Same(t, "XDG", dir, "/var/state/cuaderno")
	servertest.Same(t, "error", err, nil)
	if runtime.GOOS == "linux" {
		dir, _ = runfiles.DefaultStateDir(env("relative"), home, config)
		servertest.Same(t, "home", dir, "/home/x/.local/state/cuaderno")
	}
	if _, err = runfiles.DefaultStateDir(env(""), none, none); err == nil || !strings.Contains(err.Error(), "--state") {
		t.Errorf("error %v", err)
	}
}
