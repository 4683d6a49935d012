package site

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

func TestPage(t *testing.T) {
	s := newSite(t)
	t.Run("is made with a notebook of one's own", func(t *testing.T) {
		r := s.reader()
		a := r.Get("/")
		servertest.Same(t, "status", a.Status, http.StatusOK)
		cookies := strings.Join(a.Header.Values("Set-Cookie"), "\n")
		mine := servertest.Find(t, cookies, `(?m)^(cuaderno=[0-9a-f]{32});`)
		servertest.Find(t, cookies, `(?m)^(cuaderno=[0-9a-f]{32}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax)$`)
		servertest.Find(t, cookies, `(?m)^(csrf=\w+; Path=/; .*HttpOnly; SameSite=Lax)$`)
		for _, cell := range strings.Fields("intro load inspect pad model compile fit evaluate classify compare") {
			servertest.Same(t, cell, servertest.Activity(t, a.Body, cell), "fresh ready")
		}
		again := strings.Join(r.Get("/").Header.Values("Set-Cookie"), "\n")
		servertest.Same(t, "a second visit's notebook, for as long again", servertest.Find(t, again, `(?m)^(cuaderno=[0-9a-f]{32});`), mine)
	})
	t.Run("carries the headers of a page that asks nobody else", func(t *testing.T) {
		h := s.reader().Get("/").Header
		csp := h.Get("Content-Security-Policy")
		servertest.Has(t, csp, "default-src 'none'")
		if strings.Contains(csp, "unsafe") {
			t.Errorf("policy %q", csp)
		}
		servertest.Same(t, "sniffing", h.Get("X-Content-Type-Options"), "nosniff")
		servertest.Same(t, "frames", h.Get("X-Frame-Options"), "DENY")
		servertest.Same(t, "cache", h.Get("Cache-Control"), "no-store")
		if h.Get("X-Request-Id") == "" {
			t.Error("no request id")
		}
	})
	t.Run("obeys its own policy", func(t *testing.T) {
		body := s.reader().Get("/").Body
		for _, bad := range []string{" style=", "<style", " onclick=", "javascript:", "<script>"} {
			if strings.Contains(body, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
	})
	t.Run("is compressed, and small", func(t *testing.T) {
		a := s.reader().Get("/", "Accept-Encoding", "gzip")
		servertest.Same(t, "encoding", a.Header.Get("Content-Encoding"), "gzip")
		if len(a.Body) > 30_000 {
			t.Errorf("%d bytes", len(a.Body))
		}
	})
	t.Run("finds its files, to be kept for good", func(t *testing.T) {
		r := s.reader()
		path := servertest.Find(t, r.Get("/").Body, `href="(/static/app\.\w+\.css)"`)
		a := r.Get(path)
		servertest.Same(t, "status", a.Status, http.StatusOK)
		servertest.Has(t, a.Header.Get("Cache-Control"), "immutable")
		servertest.Same(t, "another", r.Get("/static/app.0.css").Status, http.StatusNotFound)
	})
}

func TestLanguage(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct{ name, path, accept, want string }{
		{"asked for", "/?lang=es", "en", "es"},
		{"the browser's", "/", "es-AR,es;q=0.9,en;q=0.8", "es"},
		{"the better of the browser's", "/", "fr,de;q=0.9,es;q=0.3,en;q=0.2", "es"},
		{"English for others", "/", "ja", "en"},
		{"English for none", "/", "", "en"},
		{"English for nonsense", "/", "((", "en"},
		{"an unknown one is passed over", "/?lang=fr", "es", "es"},
	} {
		t.Run(c.name, func(t *testing.T) {
			servertest.Has(t, s.reader().Get(c.path, "Accept-Language", c.accept).Body, `<html lang="`+c.want+`"`)
		})
	}
	t.Run("is remembered", func(t *testing.T) {
		r := s.reader()
		r.Get("/?lang=es")
		servertest.Has(t, r.Get("/", "Accept-Language", "en").Body, `<html lang="es"`)
	})
	t.Run("also in errors", func(t *testing.T) {
		a := s.reader().Get("/nowhere", "Accept-Language", "es")
		servertest.Same(t, "status", a.Status, http.StatusNotFound)
		servertest.Has(t, a.Body, `<html lang="es"`)
	})
}

func TestBadInput(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	bad := url.Values{"maxlen": {"1001"}, "padding": {"post"}}
	t.Run("sends the form back to a script", func(t *testing.T) {
		a := r.Script("/cells/pad/run", bad)
		servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
		servertest.Has(t, a.Body, `<form id="form-pad"`)
		servertest.Has(t, a.Body, `value="1001"`)
		servertest.Has(t, a.Body, "data-error")
		if strings.Contains(a.Body, "<html") {
			t.Error("the answer is a whole page")
		}
	})
	t.Run("sends the page back to a form", func(t *testing.T) {
		a := r.Form("/cells/pad/run", bad)
		servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
		servertest.Has(t, a.Body, "<html")
		servertest.Has(t, a.Body, `value="1001"`)
		servertest.Has(t, a.Body, "1,000")
	})
	t.Run("changes nothing", func(t *testing.T) {
		page := r.Get("/").Body
		servertest.Same(t, "pad", servertest.Activity(t, page, "pad"), "fresh ready")
		servertest.Has(t, page, `name="maxlen" type="number" inputmode="numeric" min="1" max="1000" step="1" value="80"`)
	})
	t.Run("is any text", func(t *testing.T) {
		a := r.Script("/cells/pad/fields", url.Values{"maxlen": {`"><script>alert(1)</script>`}})
		servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
		if strings.Contains(a.Body, "<script>") {
			t.Error("what was typed is not escaped")
		}
	})
	t.Run("a review that is too long", func(t *testing.T) {
		a := r.Script("/cells/classify/run", url.Values{"review": {strings.Repeat("é", 20_001)}})
		servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
		a = r.Script("/cells/classify/fields", url.Values{"review": {strings.Repeat("é", 20_000)}})
		servertest.Same(t, "status of the longest", a.Status, http.StatusNoContent)
	})
	t.Run("fields of other cells are passed over", func(t *testing.T) {
		a := r.Script("/cells/pad/fields", url.Values{"units": {"100000"}, "nonsense": {"1"}})
		servertest.Same(t, "status", a.Status, http.StatusNoContent)
	})
}

func TestEdges(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Hosts = []string{"Classroom.example"} })
	r := s.reader()
	r.Get("/")
	post := func(header ...string) int {
		return r.Send(http.MethodPost, "/restart", "a=b", header...).Status
	}
	for _, c := range []struct {
		name   string
		status int
		want   int
	}{
		{"a form without its token", post(), http.StatusForbidden},
		{"a form with a wrong token", post("X-CSRF-Token", "guess"), http.StatusForbidden},
		{"a form of another site", post("Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		{"a form of another port of this host", post("Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"), http.StatusForbidden},
		{"a form of our own", post("Sec-Fetch-Site", "same-origin"), http.StatusSeeOther},
		{"a foreign name", r.Get("/", "Host", "evil.example").Status, http.StatusMisdirectedRequest},
		{"a foreign name with our port", r.Get("/", "Host", "evil.example:8080").Status, http.StatusMisdirectedRequest},
		{"no name", r.Get("/", "Host", ":8080").Status, http.StatusMisdirectedRequest},
		{"a name allowed", r.Get("/", "Host", "classroom.example:80").Status, http.StatusOK},
		{"this machine by its other name", r.Get("/", "Host", "localhost:1").Status, http.StatusOK},
		{"this machine in IPv6", r.Get("/", "Host", "[::1]:8080").Status, http.StatusOK},
		{"health under any name", r.Get("/healthz", "Host", "10.1.2.3").Status, http.StatusOK},
		{"readiness", r.Get("/readyz").Status, http.StatusOK},
		{"an unknown cell", r.Script("/cells/nothing/run", nil).Status, http.StatusNotFound},
		{"a method that is not meant", r.Send(http.MethodDelete, "/run-all", "", "Sec-Fetch-Site", "same-origin").Status, http.StatusMethodNotAllowed},
		{"a body too large", r.Script("/cells/classify/run", url.Values{"review": {strings.Repeat("a", 600_000)}}).Status, http.StatusRequestEntityTooLarge},
		{"a body that is no form", r.Send(http.MethodPost, "/cells/pad/run", "maxlen=%zz", "Sec-Fetch-Site", "same-origin").Status, http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) { servertest.Same(t, "status", c.status, c.want) })
	}
	t.Run("too many requests", func(t *testing.T) {
		last := 0
		for range 2 * ofNewcomer.burst {
			if last = r.Get("/nowhere").Status; last == http.StatusTooManyRequests {
				break
			}
		}
		servertest.Same(t, "status", last, http.StatusTooManyRequests)
		servertest.Same(t, "health", r.Get("/healthz").Status, http.StatusOK)
	})
}
