package main

import (
	"testing"
	"time"

	"cuaderno/server/servertest"
)

// While a training is at work nothing is measured, and the questions of readers who have left must not
// pile up: each would keep a whole notebook in memory.
func TestQuestionsOfReadersWhoLeft(t *testing.T) {
	s := newSite(t, func(c *config) { c.Notebooks = 3 })
	defer s.house.estimator.Hold()()
	for range 20 {
		s.reader().get("/")
	}
	servertest.Eventually(t, "their questions to be dropped", func() bool {
		return s.house.estimator.Waiting() <= 3
	})
}

// A screen takes as much as a page; a notebook that nobody looks at or touches lets go of it.
func TestScreensOfAQuietNotebookAreForgotten(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.get("/")
	d := s.only(t)
	count := func(after time.Duration) (n int) {
		if err := d.call(t.Context(), func() { d.forgetScreens(time.Now().Add(after)); n = len(d.screens) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	servertest.Same(t, "at once", count(0), 1)
	servertest.Same(t, "later", count(2*forgetAfter), 0)
	servertest.Same(t, "the page comes back", r.get("/").status, 200)
}

// only is the notebook of a site with one reader.
func (s *site) only(t *testing.T) *desk {
	t.Helper()
	s.house.mu.Lock()
	defer s.house.mu.Unlock()
	for _, d := range s.house.desks {
		return d
	}
	t.Fatal("no notebook")
	return nil
}
