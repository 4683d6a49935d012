package site

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
	r.Get("/")
	t.Run("a guess by form", func(t *testing.T) {
		a := r.Form("/cells/fit/guess", url.Values{"e1": {"0.5"}, "e2": {""}, "e3": {" 0,25 "}})
		servertest.Same(t, "status", a.Status, http.StatusSeeOther)
		page := r.Get("/").Body
		servertest.Has(t, page, `name="e1" min="0" max="5" step="0.05" inputmode="decimal" value="0.5"`)
		servertest.Has(t, page, `name="e3" min="0" max="5" step="0.05" inputmode="decimal" value="0.25"`)
		servertest.Has(t, page, "Epoch 3: 0.25")
	})
	t.Run("what may not be expected", func(t *testing.T) {
		for _, bad := range []string{"5.01", "-1", "NaN", "inf", "much"} {
			servertest.Same(t, bad, r.Script("/cells/fit/guess", url.Values{"e1": {bad}}).Status, http.StatusUnprocessableEntity)
		}
		servertest.Has(t, r.Get("/").Body, "Epoch 1: 0.50")
	})
	t.Run("cleared", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/fit/guess", url.Values{"e1": {"0.5"}, "clear": {"1"}}).Status, http.StatusNoContent)
		if strings.Contains(r.Get("/").Body, "Epoch 1: 0.50") {
			t.Error("the guess is still there")
		}
	})
	t.Run("a sentence", func(t *testing.T) {
		servertest.Same(t, "status", r.Form("/cells/fit/pin", url.Values{"sentence": {"Not <b>bad</b>"}}).Status, http.StatusSeeOther)
		servertest.Has(t, r.Get("/").Body, `lang="en">Not &lt;b&gt;bad&lt;/b&gt;</p>`)
		servertest.Same(t, "nothing", r.Form("/cells/fit/pin", url.Values{"sentence": {" "}}).Status, http.StatusUnprocessableEntity)
		servertest.Same(t, "elsewhere", r.Script("/cells/load/pin", url.Values{"sentence": {"x"}}).Status, http.StatusNotFound)
	})
	t.Run("the review in its box, which is kept with it", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/classify/pin", url.Values{"review": {"Slow and dull."}}).Status, http.StatusNoContent)
		page := r.Get("/").Body
		servertest.Has(t, page, `data-pin="2"`)
		servertest.Has(t, page, "\nSlow and dull.</textarea>")
		a := r.Script("/cells/classify/pin", url.Values{"review": {""}})
		servertest.Same(t, "none", a.Status, http.StatusUnprocessableEntity)
		servertest.Has(t, a.Body, `<form id="form-classify"`)
	})
	t.Run("taken away", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/fit/unpin", url.Values{"pin": {"1"}}).Status, http.StatusNoContent)
		if page := r.Get("/").Body; strings.Contains(page, `data-pin="1"`) || !strings.Contains(page, `data-pin="2"`) {
			t.Error("another sentence was taken away")
		}
		servertest.Same(t, "no number", r.Script("/cells/fit/unpin", url.Values{"pin": {"x"}}).Status, http.StatusUnprocessableEntity)
	})
}
