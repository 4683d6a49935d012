package site

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/server/store"
)

// room is how much more than at first a server may hold.
const room = 20 << 20

// middling is quick to train. A trainer of it takes some 15 MB, for its large batches, but its weights take
// little: what was written in the last ten seconds stays in JetStream's caches.
var middling = url.Values{
	"num_words": {"800"}, "maxlen": {"20"}, "embedding_dim": {"8"}, "units": {"8"}, "batch_size": {"512"}, "epochs": {"1"},
}

// memorySite is a server that keeps its runs on the disk, and a reader who has loaded the reviews.
func memorySite(t *testing.T) (*testSite, *servertest.Reader, *servertest.Page) {
	s := newSite(t, func(c *Config) { c.Store = store.Options{Dir: t.TempDir()} })
	r := s.reader()
	page := r.Open()
	for _, cell := range []string{"load", "pad", "model", "fit"} {
		if a := r.Script("/cells/"+cell+"/fields", middling); a.Status != http.StatusNoContent {
			t.Fatalf("fields of %s: %d", cell, a.Status)
		}
	}
	r.Script("/cells/load/run", nil)
	page.Until("load", "evaluated", "ready")
	return s, r, page
}

// heap is what is in use when nothing is at work and everything has been collected that can be.
func (s *testSite) heap(t *testing.T) int64 {
	t.Helper()
	servertest.Eventually(t, "the end of all work", func() bool { return !s.estimator.Working() })
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestThirtyTrainingsTakeNoMoreThanThree(t *testing.T) {
	s, r, page := memorySite(t)
	third := int64(0)
	for i := range 30 {
		r.Script("/cells/pad/fields", url.Values{"maxlen": {strconv.Itoa(20 + i%7)}})
		r.Script("/cells/fit/fields", url.Values{"seed": {strconv.Itoa(i)}})
		if i > 0 {
			page.Until("evaluate", "stale", "ready")
		}
		r.Script("/cells/evaluate/run", nil)
		page.Until("evaluate", "evaluated", "ready")
		if i == 2 {
			third = s.heap(t)
		}
	}
	if grown := s.heap(t) - third; grown > room {
		t.Errorf("27 trainings more take %.1f MB", float64(grown)/(1<<20))
	}
	training, waiting := s.Runs.Working()
	servertest.Same(t, "runs", fmt.Sprint(len(s.Runs.List()), training, waiting), "30 0 0")
}

func TestEditsTakeNoMemory(t *testing.T) {
	s, r, _ := memorySite(t)
	p := s.estimator
	p.Hurry()
	first := int64(0)
	for i := range 15 {
		before := p.Found()
		r.Script("/cells/pad/fields", url.Values{"maxlen": {strconv.Itoa(30 + i)}})
		r.Get("/")
		servertest.Eventually(t, "a price", func() bool { return p.Found() > before })
		if i == 2 {
			first = s.heap(t)
		}
	}
	if grown := s.heap(t) - first; grown > room {
		t.Errorf("twelve edits more take %.1f MB", float64(grown)/(1<<20))
	}
}
