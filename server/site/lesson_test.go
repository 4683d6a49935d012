package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
)

func TestLesson(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("2")
	servertest.Same(t, "status", r.Script("/run-all", nil).Status, http.StatusNoContent)
	page.Until("compare", "evaluated", "ready")
	body := r.Get("/").Body
	t.Run("every cell has its result", func(t *testing.T) {
		for _, cell := range strings.Fields("intro load inspect pad model compile fit evaluate classify compare") {
			servertest.Same(t, cell, servertest.Activity(t, body, cell), "evaluated ready")
		}
	})
	t.Run("results are also attributes", func(t *testing.T) {
		servertest.Find(t, body, `data-probability="(0\.\d+)"`)
		servertest.Find(t, body, `data-accuracy="(0\.\d+)"`)
		servertest.Find(t, body, `data-loss="(\d\.\d+)"`)
		servertest.Same(t, "epoch", servertest.Find(t, body, `data-epoch="(\d+)"`), "2")
		servertest.Same(t, "state", servertest.Find(t, body, `data-state="(\w+)"`), "finished")
	})
	t.Run("the bag of words stands beside the network", func(t *testing.T) {
		servertest.Has(t, body, "bag of words")
		servertest.Same(t, "computed once", s.baselines.Len(), 1)
	})
	t.Run("the open page has what a new one gets", func(t *testing.T) {
		for id, html := range page.HTML {
			if strings.HasPrefix(id, "progress-") || id == "code-classify" {
				continue // a part of the output
			}
			if !strings.Contains(body, html) {
				t.Errorf("%s is another on a new page", id)
			}
		}
	})
	t.Run("it heard of epochs and ends, not of batches", func(t *testing.T) {
		if n := len(page.Said); n < 10 || n > 16 {
			t.Errorf("%d sentences: %q", n, page.Said)
		}
	})
	t.Run("a change makes stale what depends on it", func(t *testing.T) {
		r.Script("/cells/pad/fields", url.Values{"maxlen": {"14"}})
		page.Until("classify", "stale", "ready")
		body := r.Get("/").Body
		for cell, want := range map[string]string{"load": "evaluated", "compile": "evaluated", "pad": "stale", "fit": "stale", "evaluate": "stale"} {
			servertest.Same(t, cell, servertest.Activity(t, body, cell), want+" ready")
		}
		servertest.Has(t, page.HTML["head-evaluate"], "12")
		servertest.Has(t, page.HTML["head-evaluate"], "14")
	})
	t.Run("running a cell runs the stale ones before it", func(t *testing.T) {
		r.Script("/cells/evaluate/run", nil)
		page.Until("evaluate", "evaluated", "ready")
		servertest.Same(t, "fit", servertest.Activity(t, r.Get("/").Body, "fit"), "evaluated ready")
		servertest.Has(t, page.HTML["gutter-evaluate"], "14") // In [14]: pad 11, model 12, fit 13
	})
	t.Run("a review is judged and told as text", func(t *testing.T) {
		r.Script("/cells/classify/run", url.Values{"review": {`<b>dreadful</b> & dull`}})
		page.Until("classify", "evaluated", "ready")
		for !strings.Contains(page.HTML["output-classify"], "dreadful") {
			page.Next()
		}
		if strings.Contains(page.HTML["output-classify"], "<b>dreadful") {
			t.Error("the review is not escaped")
		}
	})
	t.Run("a restart forgets the results", func(t *testing.T) {
		r.Script("/restart", nil)
		page.Until("load", "fresh", "ready")
		servertest.Same(t, "classify", servertest.Activity(t, r.Get("/").Body, "classify"), "fresh ready")
	})
}

func TestLessonWithoutScripts(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	for _, cell := range []string{"load", "pad", "model", "fit"} {
		a := r.Form("/cells/"+cell+"/fields", servertest.Tiny("1"))
		servertest.Same(t, "status", a.Status, http.StatusSeeOther)
		servertest.Same(t, "place", a.Header.Get("Location"), "/#cell-"+cell)
	}
	servertest.Same(t, "status", r.Form("/run-all", nil).Status, http.StatusSeeOther)
	deadline := time.Now().Add(30 * time.Second)
	for servertest.Activity(t, r.Get("/").Body, "compare") != "evaluated ready" {
		if time.Now().After(deadline) {
			t.Fatal("the lesson does not end")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestInterruptKeepsTheWork(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("100")
	r.Script("/run-all", nil)
	for !slices.ContainsFunc(page.Said, func(s string) bool { return strings.Contains(s, "Epoch 1 ") || strings.Contains(s, "poch 1") }) {
		page.Next()
	}
	began := time.Now()
	servertest.Same(t, "status", r.Script("/cells/fit/interrupt", nil).Status, http.StatusNoContent)
	page.Until("fit", "evaluated", "ready")
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v to stop", took)
	}
	body := r.Get("/").Body
	servertest.Same(t, "state", servertest.Find(t, body, `data-state="(\w+)"`), "interrupted")
	servertest.Same(t, "partial", s.state(r).Cell(notebook.Fit).Done.Partial, true)
	servertest.Same(t, "evaluate no longer waits", servertest.Activity(t, body, "evaluate"), "fresh ready")
	r.Script("/cells/classify/run", url.Values{"review": {"a fine film"}})
	page.Until("classify", "evaluated", "ready")
	servertest.Same(t, "trained no more", servertest.Find(t, r.Get("/").Body, `data-state="(\w+)"`), "interrupted")
}

func TestProgressIsSeen(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("60")
	r.Script("/cells/fit/run", nil)
	page.Until("fit", "fresh", "running")
	before, began := page.Count["progress-fit"], time.Now()
	for time.Since(began) < 2*time.Second {
		page.Next()
		if page.Attrs["cell-fit"]["data-activity"] != "running" {
			break
		}
	}
	rate := float64(page.Count["progress-fit"]-before+page.Count["output-fit"]) / time.Since(began).Seconds()
	if rate < 2 {
		t.Errorf("%.1f updates a second", rate)
	}
	r.Script("/cells/fit/interrupt", nil)
	page.Until("fit", "evaluated", "ready")
}
