package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/web"
)

func TestGuessesAndPins(t *testing.T) {
	servertest.Same(t, "the highest loss to expect", web.MaxGuess, notebook.MaxGuess)
	s := newSite(t)
	r := s.reader()
	r.get("/")
	t.Run("a guess by form", func(t *testing.T) {
		a := r.form("/cells/fit/guess", url.Values{"e1": {"0.5"}, "e2": {""}, "e3": {" 0,25 "}})
		servertest.Same(t, "status", a.status, http.StatusSeeOther)
		page := r.get("/").body
		servertest.Has(t, page, `name="e1" min="0" max="5" step="0.05" inputmode="decimal" value="0.5"`)
		servertest.Has(t, page, `name="e3" min="0" max="5" step="0.05" inputmode="decimal" value="0.25"`)
		servertest.Has(t, page, "Epoch 3: 0.25")
	})
	t.Run("what may not be expected", func(t *testing.T) {
		for _, bad := range []string{"5.01", "-1", "NaN", "inf", "much"} {
			servertest.Same(t, bad, r.script("/cells/fit/guess", url.Values{"e1": {bad}}).status, http.StatusUnprocessableEntity)
		}
		servertest.Has(t, r.get("/").body, "Epoch 1: 0.50")
	})
	t.Run("cleared", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/cells/fit/guess", url.Values{"e1": {"0.5"}, "clear": {"1"}}).status, http.StatusNoContent)
		if strings.Contains(r.get("/").body, "Epoch 1: 0.50") {
			t.Error("the guess is still there")
		}
	})
	t.Run("a sentence", func(t *testing.T) {
		servertest.Same(t, "status", r.form("/cells/fit/pin", url.Values{"sentence": {"Not <b>bad</b>"}}).status, http.StatusSeeOther)
		servertest.Has(t, r.get("/").body, `lang="en">Not &lt;b&gt;bad&lt;/b&gt;</p>`)
		servertest.Same(t, "nothing", r.form("/cells/fit/pin", url.Values{"sentence": {" "}}).status, http.StatusUnprocessableEntity)
		servertest.Same(t, "elsewhere", r.script("/cells/load/pin", url.Values{"sentence": {"x"}}).status, http.StatusNotFound)
	})
	t.Run("the review in its box, which is kept with it", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/cells/classify/pin", url.Values{"review": {"Slow and dull."}}).status, http.StatusNoContent)
		page := r.get("/").body
		servertest.Has(t, page, `data-pin="2"`)
		servertest.Has(t, page, "\nSlow and dull.</textarea>")
		a := r.script("/cells/classify/pin", url.Values{"review": {""}})
		servertest.Same(t, "none", a.status, http.StatusUnprocessableEntity)
		servertest.Has(t, a.body, `<form id="form-classify"`)
	})
	t.Run("taken away", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/cells/fit/unpin", url.Values{"pin": {"1"}}).status, http.StatusNoContent)
		if page := r.get("/").body; strings.Contains(page, `data-pin="1"`) || !strings.Contains(page, `data-pin="2"`) {
			t.Error("another sentence was taken away")
		}
		servertest.Same(t, "no number", r.script("/cells/fit/unpin", url.Values{"pin": {"x"}}).status, http.StatusUnprocessableEntity)
	})
}
