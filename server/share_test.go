package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// HEAD is answered wherever GET is, with the same status and headers and without a body.
func TestHead(t *testing.T) {
	s := newSite(t, func(c *config) { c.DebugVars = true })
	r := s.reader()
	file := find(t, r.get("/").body, `href="(/static/app\.\w+\.css)"`)
	paths := map[string]string{"/static/*": file, "/export/:format": "/export/ipynb"}
	tried := 0
	for _, route := range s.echo.Routes() {
		if route.Method != http.MethodGet {
			continue
		}
		path := route.Path
		if paths[path] != "" {
			path = paths[path]
		}
		t.Run(path, func(t *testing.T) {
			get, head := r.get(path), r.send(http.MethodHead, path, "")
			servertest.Same(t, "status", head.status, get.status)
			servertest.Same(t, "body", head.body, "")
			for _, name := range []string{"Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy"} {
				if get.status < 400 {
					servertest.Same(t, name, head.header.Get(name), get.header.Get(name))
				}
			}
		})
		tried++
	}
	if tried < 8 {
		t.Errorf("%d routes", tried)
	}
	servertest.Same(t, "an address that is none", r.send(http.MethodHead, "/nowhere", "").status, http.StatusNotFound)
	servertest.Same(t, "an export that is none", r.send(http.MethodHead, "/export/h5", "").status, http.StatusNotFound)
}

const maxlenField = `name="maxlen" type="number"[^>]* value="(\d+)"`

// Looking at an address changes nothing, whoever looks and why; taking over what it brings is a form.
func TestSettingsInAnAddress(t *testing.T) {
	const address = "/?maxlen=33&optimizer=rmsprop&units=many&review=mine&lang=en"
	s := newSite(t)
	maxlen := func(r *reader) string { return find(t, r.get("/").body, maxlenField) }
	for name, header := range map[string][]string{
		"opened": nil, "fetched ahead": {"Sec-Purpose", "prefetch"}, "rendered ahead": {"Sec-Purpose", "prefetch;prerender"},
		"fetched by an older browser": {"Purpose", "prefetch"}, "previewed": {"X-Purpose", "preview"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r := s.reader()
				r.get("/")
				a := r.send(method, address, "", append(header, "Accept-Language", "es")...)
				servertest.Same(t, "status", a.status, http.StatusOK)
				servertest.Same(t, "maxlen", maxlen(r), "80")
				servertest.Same(t, "the language is remembered", strings.Contains(strings.Join(a.header.Values("Set-Cookie"), "\n"), "lang=en"), header == nil)
			}
		})
	}
	t.Run("is offered", func(t *testing.T) {
		r := s.reader()
		page := r.get(address).body
		offer := find(t, page, `(?s)<form id="offer"(.*?)</form>`)
		servertest.Has(t, offer, `<input type="hidden" name="maxlen" value="33">`)
		servertest.Has(t, offer, `<input type="hidden" name="optimizer" value="rmsprop">`)
		for _, not := range []string{`name="units"`, `name="review"`, `name="lang"`} {
			servertest.Same(t, not, strings.Contains(offer, not), false)
		}
	})
	t.Run("is taken over by a form", func(t *testing.T) {
		r := s.reader()
		a := r.form("/settings", url.Values{"maxlen": {"33"}, "units": {"many"}, "review": {"mine"}})
		servertest.Same(t, "status", a.status, http.StatusSeeOther)
		servertest.Same(t, "leads to", a.header.Get("Location"), "/")
		servertest.Same(t, "maxlen", maxlen(r), "33")
		servertest.Same(t, "nothing is offered twice", strings.Contains(r.get("/?maxlen=33").body, `id="offer"`), false)
		servertest.Same(t, "nothing runs", activity(t, r.get("/").body, "pad"), "fresh ready")
	})
	t.Run("is taken over by a script, which hears what there is now", func(t *testing.T) {
		r := s.reader()
		r.get("/")
		a := r.script("/settings", url.Values{"maxlen": {"33"}, "units": {"many"}})
		servertest.Same(t, "status", a.status, http.StatusOK)
		servertest.Has(t, a.body, `"maxlen":"33"`)
		servertest.Has(t, a.body, `"units":"128"`)
		servertest.Same(t, "maxlen", maxlen(r), "33")
	})
	t.Run("is nobody else's to take over", func(t *testing.T) {
		r := s.reader()
		r.get("/")
		a := r.send(http.MethodPost, "/settings", "maxlen=33", "Sec-Fetch-Site", "cross-site")
		servertest.Same(t, "status", a.status, http.StatusForbidden)
		servertest.Same(t, "maxlen", maxlen(r), "80")
	})
}

// A line end is one character, whichever way it was sent: forms of pages without scripts send two.
func TestLineEndsOfForms(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		path, text string
		status     int
	}{
		"the longest review":       {"/cells/classify/fields", strings.Repeat("a\r\n", 10_000), http.StatusSeeOther},
		"a longer one":             {"/cells/classify/fields", strings.Repeat("a\r\n", 10_000) + "a", http.StatusUnprocessableEntity},
		"the longest that is kept": {"/cells/classify/pin", strings.Repeat("a\r\n", 249) + "ab", http.StatusSeeOther},
		"one longer than that":     {"/cells/classify/pin", strings.Repeat("a\r\n", 249) + "abc", http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.reader()
			a := r.form(c.path, url.Values{"review": {c.text}})
			servertest.Same(t, "status", a.status, c.status)
			if c.status == http.StatusUnprocessableEntity {
				return
			}
			servertest.Same(t, "carriage returns on the page", strings.Contains(r.get("/").body, "&#13;") || strings.Contains(r.get("/").body, "\r"), false)
		})
	}
}
