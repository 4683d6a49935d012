package site

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
func twoRuns(t *testing.T, r *servertest.Reader, page *servertest.Page) []string {
	t.Helper()
	r.SetTiny("1")
	r.Script("/cells/compare/run", nil)
	page.Until("compare", "evaluated", "ready")
	r.Script("/cells/fit/run", nil)
	page.Until("fit", "evaluated", "ready")
	r.Script("/cells/pad/fields", url.Values{"maxlen": {"15"}})
	page.Until("fit", "stale", "ready")
	r.Script("/run-stale", nil)
	page.Until("fit", "evaluated", "ready")
	ids := runsOn(r.Get("/").Body)
	if len(ids) != 2 {
		t.Fatalf("runs %v", ids)
	}
	return ids
}

func TestBookOfRuns(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	ids := twoRuns(t, r, page)
	t.Run("the open page has it without being asked", func(t *testing.T) {
		for len(runsOn(page.HTML["output-compare"])) < 2 {
			page.Next()
		}
		servertest.Has(t, page.HTML["output-compare"], `<code class="setting varies">maxlen=12</code>`)
		servertest.Has(t, page.HTML["output-compare"], `<code class="setting varies">maxlen=15</code>`)
		servertest.Has(t, page.HTML["output-compare"], `<code class="setting">units=8</code>`)
		servertest.Same(t, "compare ran once", strings.Count(page.HTML["gutter-compare"], "In ["), 1)
	})
	t.Run("a name", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/runs/"+ids[0]+"/rename", url.Values{"name": {"<i>short</i>"}}).Status, http.StatusNoContent)
		body := r.Get("/").Body
		servertest.Has(t, body, "&lt;i&gt;short&lt;/i&gt;")
		servertest.Same(t, "too long a one", r.Script("/runs/"+ids[0]+"/rename", url.Values{"name": {strings.Repeat("x", 41)}}).Status, http.StatusUnprocessableEntity)
	})
	t.Run("its settings", func(t *testing.T) {
		r.Script("/runs/"+ids[0]+"/settings", nil)
		page.Until("fit", "stale", "ready")
		body := r.Get("/").Body
		for cell, want := range map[string]string{"load": "evaluated", "compare": "evaluated", "pad": "stale", "model": "stale", "fit": "stale"} {
			servertest.Same(t, cell, servertest.Activity(t, body, cell), want+" ready")
		}
		servertest.Has(t, body, `name="maxlen" type="number" inputmode="numeric" min="1" max="1000" step="1" value="12"`)
	})
	t.Run("open pages put them into their forms", func(t *testing.T) {
		for page.Fields["maxlen"] != "12" {
			page.Next()
		}
	})
	t.Run("its end", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/runs/"+ids[0]+"/delete", nil).Status, http.StatusNoContent)
		servertest.Same(t, "runs", runsOn(r.Get("/").Body), ids[1:])
		servertest.Same(t, "fit", servertest.Activity(t, r.Get("/").Body, "fit"), "stale ready")
		// Without a script too, and the weights that the notebook has go with it.
		a := r.Form("/runs/"+ids[1]+"/delete", nil)
		servertest.Same(t, "status", a.Status, http.StatusSeeOther)
		servertest.Same(t, "place", a.Header.Get("Location"), "/#cell-compare")
		body := r.Get("/").Body
		servertest.Same(t, "runs", len(runsOn(body)), 0)
		servertest.Same(t, "fit", servertest.Activity(t, body, "fit"), "fresh ready")
	})
	t.Run("what is not there changes nothing", func(t *testing.T) {
		for _, what := range []string{"rename", "settings", "delete"} {
			servertest.Same(t, what, r.Script("/runs/nothing/"+what, nil).Status, http.StatusNotFound)
		}
		servertest.Same(t, "only fit resumes", r.Script("/cells/load/resume", nil).Status, http.StatusNotFound)
	})
}

func TestGoingOn(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("100")
	r.Script("/cells/compare/run", nil)
	r.Script("/cells/fit/run", nil)
	epoch := func() string {
		m := regexp.MustCompile(`data-epoch="(\d+)"`).FindStringSubmatch(r.Get("/").Body)
		if m == nil {
			return "0" // it has not begun
		}
		return m[1]
	}
	stop := func(after string) string {
		t.Helper()
		servertest.Eventually(t, "an epoch", func() bool { return epoch() != after })
		r.Script("/cells/fit/interrupt", nil)
		page.Until("fit", "evaluated", "ready")
		servertest.Eventually(t, "the end", func() bool { return servertest.Activity(t, r.Get("/").Body, "fit") == "evaluated ready" })
		return epoch()
	}
	first := stop("0")
	body := r.Get("/").Body
	servertest.Has(t, body, `data-action="resume"`)
	servertest.Has(t, body, "–100)")
	r.Script("/cells/classify/run", url.Values{"review": {"a fine film"}})
	page.Until("classify", "evaluated", "ready")
	servertest.Same(t, "status", r.Script("/cells/fit/resume", nil).Status, http.StatusNoContent)
	if second := stop(first); second == first {
		t.Errorf("%s epochs before and after", first)
	}
	servertest.Same(t, "one run", len(runsOn(r.Get("/").Body)), 1)
	servertest.Same(t, "classify", servertest.Activity(t, r.Get("/").Body, "classify"), "stale ready")
	page.Until("classify", "stale", "ready")
	servertest.Has(t, page.HTML["head-classify"], "Train")
}
