package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// runsOn lists the runs in the book of a page.
func runsOn(page string) (ids []string) {
	for _, m := range regexp.MustCompile(`data-run="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// two makes two runs that differ in maxlen, with the book open.
func (r *reader) two(page *watcher) []string {
	r.t.Helper()
	r.setTiny("1")
	r.script("/cells/compare/run", nil)
	page.until("compare", "evaluated", "ready")
	r.script("/cells/fit/run", nil)
	page.until("fit", "evaluated", "ready")
	r.script("/cells/pad/fields", url.Values{"maxlen": {"15"}})
	page.until("fit", "stale", "ready")
	r.script("/run-stale", nil)
	page.until("fit", "evaluated", "ready")
	ids := runsOn(r.get("/").body)
	if len(ids) != 2 {
		r.t.Fatalf("runs %v", ids)
	}
	return ids
}

func TestBookOfRuns(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.open()
	ids := r.two(page)
	t.Run("the open page has it without being asked", func(t *testing.T) {
		for len(runsOn(page.html["output-compare"])) < 2 {
			page.next()
		}
		servertest.Has(t, page.html["output-compare"], `<code class="setting varies">maxlen=12</code>`)
		servertest.Has(t, page.html["output-compare"], `<code class="setting varies">maxlen=15</code>`)
		servertest.Has(t, page.html["output-compare"], `<code class="setting">units=8</code>`)
		servertest.Same(t, "compare ran once", strings.Count(page.html["gutter-compare"], "In ["), 1)
	})
	t.Run("a name", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/runs/"+ids[0]+"/rename", url.Values{"name": {"<i>short</i>"}}).status, http.StatusNoContent)
		body := r.get("/").body
		servertest.Has(t, body, "&lt;i&gt;short&lt;/i&gt;")
		servertest.Same(t, "too long a one", r.script("/runs/"+ids[0]+"/rename", url.Values{"name": {strings.Repeat("x", 41)}}).status, http.StatusUnprocessableEntity)
	})
	t.Run("its settings", func(t *testing.T) {
		r.script("/runs/"+ids[0]+"/settings", nil)
		page.until("fit", "stale", "ready")
		body := r.get("/").body
		for cell, want := range map[string]string{"load": "evaluated", "compare": "evaluated", "pad": "stale", "model": "stale", "fit": "stale"} {
			servertest.Same(t, cell, activity(t, body, cell), want+" ready")
		}
		servertest.Has(t, body, `name="maxlen" type="number" inputmode="numeric" min="1" max="1000" step="1" value="12"`)
	})
	t.Run("open pages put them into their forms", func(t *testing.T) {
		for page.fields["maxlen"] != "12" {
			page.next()
		}
	})
	t.Run("its end", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/runs/"+ids[0]+"/delete", nil).status, http.StatusNoContent)
		servertest.Same(t, "runs", runsOn(r.get("/").body), ids[1:])
		servertest.Same(t, "fit", activity(t, r.get("/").body, "fit"), "stale ready")
		// Without a script too, and the weights that the notebook has go with it.
		a := r.form("/runs/"+ids[1]+"/delete", nil)
		servertest.Same(t, "status", a.status, http.StatusSeeOther)
		servertest.Same(t, "place", a.header.Get("Location"), "/#cell-compare")
		body := r.get("/").body
		servertest.Same(t, "runs", len(runsOn(body)), 0)
		servertest.Same(t, "fit", activity(t, body, "fit"), "fresh ready")
	})
	t.Run("what is not there changes nothing", func(t *testing.T) {
		for _, what := range []string{"rename", "settings", "delete"} {
			servertest.Same(t, what, r.script("/runs/nothing/"+what, nil).status, http.StatusNotFound)
		}
		servertest.Same(t, "only fit resumes", r.script("/cells/load/resume", nil).status, http.StatusNotFound)
	})
}

func TestGoingOn(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.open()
	r.setTiny("100")
	r.script("/cells/compare/run", nil)
	r.script("/cells/fit/run", nil)
	epoch := func() string {
		m := regexp.MustCompile(`data-epoch="(\d+)"`).FindStringSubmatch(r.get("/").body)
		if m == nil {
			return "0" // it has not begun
		}
		return m[1]
	}
	stop := func(after string) string {
		t.Helper()
		servertest.Eventually(t, "an epoch", func() bool { return epoch() != after })
		r.script("/cells/fit/interrupt", nil)
		page.until("fit", "evaluated", "ready")
		servertest.Eventually(t, "the end", func() bool { return activity(t, r.get("/").body, "fit") == "evaluated ready" })
		return epoch()
	}
	first := stop("0")
	body := r.get("/").body
	servertest.Has(t, body, `data-action="resume"`)
	servertest.Has(t, body, "–100)")
	r.script("/cells/classify/run", url.Values{"review": {"a fine film"}})
	page.until("classify", "evaluated", "ready")
	servertest.Same(t, "status", r.script("/cells/fit/resume", nil).status, http.StatusNoContent)
	if second := stop(first); second == first {
		t.Errorf("%s epochs before and after", first)
	}
	servertest.Same(t, "one run", len(runsOn(r.get("/").body)), 1)
	servertest.Same(t, "classify", activity(t, r.get("/").body, "classify"), "stale ready")
	page.until("classify", "stale", "ready")
	servertest.Has(t, page.html["head-classify"], "Train")
}
