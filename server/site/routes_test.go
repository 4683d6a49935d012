package site

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/web"
)

// TestRoutesWithIDs walks every route that takes an id: one that there is not, or that is another
// reader's, is answered with a status and a sentence, and changes nothing.
func TestRoutesWithIDs(t *testing.T) {
	s := newSite(t)
	owner, other := s.reader(), s.reader()
	run := owner.TrainTiny()
	before := owner.Get("/").Body

	noRun, noCell, noPin := "http.no_run", "http.not_found", "http.no_pin"
	type try struct {
		name, path string
		form       url.Values
		status     int
		text       string // key of the sentence; "" for none
	}
	tries := map[string][]try{}
	add := func(route string, all ...try) { tries[route] = append(tries[route], all...) }
	for _, path := range []string{"run", "fields", "interrupt", "resume", "pin"} {
		route := "POST /cells/:id/" + path
		add(route, try{"no such cell", "/cells/nothing/" + path, nil, http.StatusNotFound, noCell})
	}
	add("POST /cells/:id/run", try{"a cell", "/cells/intro/run", nil, http.StatusNoContent, ""})
	add("POST /cells/:id/fields", try{"a cell", "/cells/pad/fields", nil, http.StatusNoContent, ""})
	add("POST /cells/:id/interrupt", try{"a cell at rest", "/cells/intro/interrupt", nil, http.StatusNoContent, ""})
	add("POST /cells/:id/resume",
		try{"a cell that trains nothing", "/cells/pad/resume", nil, http.StatusNotFound, noCell},
		try{"nothing to go on with", "/cells/fit/resume", nil, http.StatusConflict, "http.no_resume"})
	add("POST /cells/:id/pin",
		try{"a cell that pins nothing", "/cells/pad/pin", nil, http.StatusNotFound, noCell},
		try{"no sentence", "/cells/fit/pin", nil, http.StatusUnprocessableEntity, "http.invalid"})
	add("POST /cells/fit/unpin",
		try{"no such sentence", "/cells/fit/unpin", url.Values{"pin": {"7"}}, http.StatusNotFound, noPin},
		try{"no number", "/cells/fit/unpin", url.Values{"pin": {"x"}}, http.StatusUnprocessableEntity, "http.invalid"})
	add("POST /cells/fit/guess", try{"no loss", "/cells/fit/guess", url.Values{web.GuessField(1): {"x"}}, http.StatusUnprocessableEntity, "http.invalid"})
	for _, path := range []string{"rename", "settings", "delete"} {
		for name, id := range map[string]string{"another reader's run": run, "no such run": "nothing", "what is no id": "%2e%2e"} {
			add("POST /runs/:run/"+path, try{name, "/runs/" + id + "/" + path, url.Values{"name": {"mine"}}, http.StatusNotFound, noRun})
		}
	}
	add("GET /export/:format", try{"no such format", "/export/pdf", nil, http.StatusNotFound, noCell})
	for _, format := range []string{"h5", "safetensors", "onnx", "json", "ipynb"} {
		add("GET /export/:format",
			try{format + " of another reader's run", "/export/" + format + "?run=" + run, nil, http.StatusNotFound, noRun},
			try{format + " of no run", "/export/" + format + "?run=nothing", nil, http.StatusNotFound, noRun})
	}

	plain := map[string]bool{ // take no id
		"GET /": true, "POST /run-all": true, "POST /run-stale": true, "POST /restart": true, "POST /settings": true, "GET /ws": true, "POST /poll": true, "GET /token": true, "GET /static/*": true,
		"GET /healthz": true, "GET /readyz": true, "GET /debug/vars": true,
	}
	for _, route := range s.echo.Routes() {
		if route.Method == http.MethodHead {
			continue // as GET is, see TestHead
		}
		name := route.Method + " " + route.Path
		if len(tries[name]) == 0 && !plain[name] {
			t.Errorf("%s is not tried", name)
		}
		for _, c := range tries[name] {
			t.Run(strings.TrimSpace(name+" "+c.name), func(t *testing.T) {
				for _, lang := range []web.Lang{web.ES, web.EN} {
					a := other.Send(route.Method, c.path, c.form.Encode(), "Sec-Fetch-Site", "same-origin", "X-Cuaderno", "1", "Accept-Language", string(lang))
					servertest.Same(t, "status", a.Status, c.status)
					if c.text != "" {
						servertest.Has(t, a.Body, `<html lang="`+string(lang)+`"`)
						servertest.Has(t, a.Body, lang.T(c.text))
					}
				}
			})
		}
	}
	t.Run("what is the owner's stays as it was", func(t *testing.T) {
		after := owner.Get("/").Body
		for _, pattern := range []string{`/runs/([A-Za-z0-9-]+)/rename`, `id="field-maxlen"[^>]* value="(\d+)"`} {
			servertest.Same(t, pattern, servertest.Find(t, after, pattern), servertest.Find(t, before, pattern))
		}
		servertest.Same(t, "weights", owner.Get("/export/safetensors?run="+run).Status, http.StatusOK)
	})
	t.Run("the owner's own run", func(t *testing.T) {
		servertest.Same(t, "rename", owner.Script("/runs/"+run+"/rename", url.Values{"name": {"mine"}}).Status, http.StatusNoContent)
		servertest.Has(t, owner.Get("/").Body, "mine")
		servertest.Same(t, "settings", owner.Script("/runs/"+run+"/settings", nil).Status, http.StatusNoContent)
		servertest.Same(t, "delete", owner.Script("/runs/"+run+"/delete", nil).Status, http.StatusNoContent)
		servertest.Same(t, "delete again", owner.Script("/runs/"+run+"/delete", nil).Status, http.StatusNotFound)
	})
}
