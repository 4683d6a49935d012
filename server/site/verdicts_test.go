package site

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// Without scripts the words and the epochs are buttons of plain forms.
func TestVerdictsWithoutScripts(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("3")
	servertest.Same(t, "status", r.Form("/cells/classify/fields", url.Values{"review": {"slow at first, but I loved the ending"}}).Status, http.StatusSeeOther)
	servertest.Same(t, "status", r.Form("/cells/classify/run", nil).Status, http.StatusSeeOther)
	page.Until("classify", "evaluated", "ready")
	press := func(name, value string) string {
		t.Helper()
		servertest.Same(t, "status", r.Form("/cells/classify/run", url.Values{name: {value}}).Status, http.StatusSeeOther)
		page.Until("classify", "stale", "running")
		page.Until("classify", "evaluated", "ready")
		return r.Get("/").Body
	}
	probability := func(body string) string { return servertest.Find(t, body, `data-probability="([0-9.e-]+)"`) }
	whole := r.Get("/").Body
	body := press("without", "0 5")
	servertest.Same(t, "words left out", strings.Count(body, `<li class="out">`), 2)
	servertest.Same(t, "the verdict with all of them", servertest.Find(t, body, `data-whole="([0-9.e-]+)"`), probability(whole))
	body = press("without", "")
	servertest.Same(t, "with all back", probability(body), probability(whole))

	body = press("at_epoch", "1")
	servertest.Same(t, "the epoch that judges", servertest.Find(t, body, `data-moment="(\d+)"`), "1")
	if probability(body) == probability(whole) {
		t.Error("the first epoch judges as the last does")
	}
	body = press("at_epoch", "")
	servertest.Same(t, "back at the end", probability(body), probability(whole))
	servertest.Same(t, "a bad epoch", r.Form("/cells/classify/run", url.Values{"at_epoch": {"soon"}}).Status, http.StatusUnprocessableEntity)
}
