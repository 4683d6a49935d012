package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/op"
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

func TestLibrary(t *testing.T) {
	t.Run("loads once for all", func(t *testing.T) {
		dir := filepath.Join("..", "..", "shared", "data")
		o := servertest.Offline(t)
		if _, _, ok := imdb.Locate(imdb.Options{Dir: dir}); ok {
			o.Dir = dir
		}
		l := newLibrary(o)
		var wg sync.WaitGroup
		found := make([]*imdb.Corpus, 4)
		for i := range found {
			wg.Go(func() {
				c, err := l.Load(t.Context(), nil)
				if err != nil {
					t.Error(err)
				}
				found[i] = c
			})
		}
		wg.Wait()
		for _, c := range found {
			servertest.Same(t, "one corpus", c == found[0], true)
		}
		again, err := l.Get(found[0].SHA256)
		servertest.Same(t, "by its hash", again == found[0] && err == nil, true)
	})
	t.Run("a reader who waits may leave", func(t *testing.T) {
		l := newLibrary(servertest.Offline(t))
		l.turn <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Load(ctx, nil)
		servertest.Same(t, "error", errors.Is(err, context.Canceled), true)
	})
	t.Run("an unknown one", func(t *testing.T) {
		if _, err := newLibrary(servertest.Offline(t)).Get("abc"); err == nil {
			t.Error("no error")
		}
	})
}

func TestCellFailures(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{imdb.ErrMissing, "data"}, {imdb.ErrDamaged, "corrupt"}, {imdb.ErrForbidden, "corrupt"}, {imdb.ErrChecksum, "corrupt"},
		{imdb.ErrNetwork, "network"}, {op.ErrNotFinite, "nan"}, {fit.ErrEmpty, "empty"}, {runs.ErrFull, "busy"}, {runs.ErrReleased, "gone"}, {runs.ErrUnknown, "gone"},
		{syscall.ENOSPC, "disk"}, {&fs.PathError{Err: fs.ErrPermission}, "disk"}, {errors.New("else"), "internal"},
	} {
		f := cellFailure(fmt.Errorf("wrapped: %w", c.err))
		servertest.Same(t, c.err.Error(), f.Code, c.want)
		servertest.Has(t, f.Detail, c.err.Error())
	}
}

func TestStateDir(t *testing.T) {
	home := func() (string, error) { return "/home/x", nil }
	config := func() (string, error) { return "/config", nil }
	none := func() (string, error) { return "", errors.New("no home") }
	env := func(v string) func(string) string { return func(string) string { return v } }
	dir, err := defaultStateDir(env("/var/state"), none, none)
	servertest.Same(t, "XDG", dir, "/var/state/cuaderno")
	servertest.Same(t, "error", err, nil)
	if runtime.GOOS == "linux" {
		dir, _ = defaultStateDir(env("relative"), home, config)
		servertest.Same(t, "home", dir, "/home/x/.local/state/cuaderno")
	}
	if _, err = defaultStateDir(env(""), none, none); err == nil || !strings.Contains(err.Error(), "--state") {
		t.Errorf("error %v", err)
	}
}
