package session

import (
	"errors"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

func TestHouse(t *testing.T) {
	t.Run("makes room by putting away the one longest unused", func(t *testing.T) {
		h := openTest(t, func(c *testConfig) { c.Notebooks, c.Idle = 2, time.Hour })
		first, _ := h.Get(servertest.NotebookID(1))
		second, _ := h.Get(servertest.NotebookID(2))
		first.used.Store(200)
		second.used.Store(100)
		first.used.Store(time.Now().Unix() - 10)
		second.used.Store(time.Now().Unix() - 20)
		if _, err := h.Get(servertest.NotebookID(3)); err != nil {
			t.Fatal(err)
		}
		again, _ := h.Get(servertest.NotebookID(1))
		servertest.Same(t, "the first stayed", again == first, true)
		servertest.Same(t, "notebooks", h.Count(), 2)
	})
	t.Run("keeps those in use, and says when all are", func(t *testing.T) {
		h := openTest(t, func(c *testConfig) { c.Notebooks, c.Idle = 1, time.Hour })
		d, err := h.Get(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Join(t.Context(), "en", 0, NewClient()); err != nil {
			t.Fatal(err)
		}
		servertest.Eventually(t, "the notebook to be in use", d.shown.Load)
		_, err = h.Get(servertest.NotebookID(2))
		servertest.Same(t, "full", errors.Is(err, ErrFull), true)
	})
	t.Run("sends away pages that are only kept open", func(t *testing.T) {
		h := openTest(t, func(c *testConfig) { c.Notebooks, c.Idle = 1, time.Hour })
		d, err := h.Get(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		page := NewClient()
		if err := d.Join(t.Context(), "en", 0, page); err != nil {
			t.Fatal(err)
		}
		servertest.Eventually(t, "the notebook to be in use", d.shown.Load)
		d.used.Store(time.Now().Add(-shownFor - 2*time.Second).Unix())
		if _, err = h.Get(servertest.NotebookID(2)); err != nil {
			t.Error(err)
		}
		<-page.Gone
	})
	t.Run("puts away what nobody looks at", func(t *testing.T) {
		h := openTest(t, func(c *testConfig) { c.Notebooks, c.Idle = 10, time.Minute })
		d, _ := h.Get(servertest.NotebookID(1))
		d.used.Store(time.Now().Add(-2 * time.Minute).Unix())
		if _, err := h.Get(servertest.NotebookID(2)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "notebooks", h.Count(), 1)
		<-d.ctx.Done()
		servertest.Same(t, "a closed one says so", errors.Is(d.Do(t.Context(), nil), ErrClosed), true)
	})
	t.Run("takes nobody after closing", func(t *testing.T) {
		h := openTest(t, func(c *testConfig) { c.Notebooks, c.Idle = 10, time.Minute })
		h.PutAllAway()
		_, err := h.Get(servertest.NotebookID(1))
		servertest.Same(t, "closed", errors.Is(err, ErrClosed), true)
	})
}
