package site

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// HEAD is answered wherever GET is, with the same status and headers and without a body.
func TestHead(t *testing.T) {
	s := newSite(t, func(c *Config) { c.DebugVars = true })
	r := s.reader()
	file := servertest.Find(t, r.Get("/").Body, `href="(/static/app\.\w+\.css)"`)
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
			get, head := r.Get(path), r.Send(http.MethodHead, path, "")
			servertest.Same(t, "status", head.Status, get.Status)
			servertest.Same(t, "body", head.Body, "")
			for _, name := range []string{"Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy"} {
				if get.Status < 400 {
					servertest.Same(t, name, head.Header.Get(name), get.Header.Get(name))
				}
			}
		})
		tried++
	}
	if tried < 8 {
		t.Errorf("%d routes", tried)
	}
	servertest.Same(t, "an address that is none", r.Send(http.MethodHead, "/nowhere", "").Status, http.StatusNotFound)
	servertest.Same(t, "an export that is none", r.Send(http.MethodHead, "/export/h5", "").Status, http.StatusNotFound)
}

const maxlenField = `name="maxlen" type="number"[^>]* value="(\d+)"`

// Looking at an address changes nothing, whoever looks and why; taking over what it brings is a form.
func TestSettingsInAnAddress(t *testing.T) {
	const address = "/?maxlen=33&optimizer=rmsprop&units=many&review=mine&lang=en"
	s := newSite(t)
	maxlen := func(r *servertest.Reader) string { return servertest.Find(t, r.Get("/").Body, maxlenField) }
	for name, header := range map[string][]string{
		"opened": nil, "fetched ahead": {"Sec-Purpose", "prefetch"}, "rendered ahead": {"Sec-Purpose", "prefetch;prerender"},
		"fetched by an older browser": {"Purpose", "prefetch"}, "previewed": {"X-Purpose", "preview"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r := s.reader()
				r.Get("/")
				a := r.Send(method, address, "", append(header, "Accept-Language", "es")...)
				servertest.Same(t, "status", a.Status, http.StatusOK)
				servertest.Same(t, "maxlen", maxlen(r), "80")
				servertest.Same(t, "the language is remembered", strings.Contains(strings.Join(a.Header.Values("Set-Cookie"), "\n"), "lang=en"), header == nil)
			}
		})
	}
	t.Run("is offered", func(t *testing.T) {
		r := s.reader()
		page := r.Get(address).Body
		offer := servertest.Find(t, page, `(?s)<form id="offer"(.*?)</form>`)
		servertest.Has(t, offer, `<input type="hidden" name="maxlen" value="33">`)
		servertest.Has(t, offer, `<input type="hidden" name="optimizer" value="rmsprop">`)
		for _, not := range []string{`name="units"`, `name="review"`, `name="lang"`} {
			servertest.Same(t, not, strings.Contains(offer, not), false)
		}
	})
	t.Run("is taken over by a form", func(t *testing.T) {
		r := s.reader()
		a := r.Form("/settings", url.Values{"maxlen": {"33"}, "units": {"many"}, "review": {"mine"}})
		servertest.Same(t, "status", a.Status, http.StatusSeeOther)
		servertest.Same(t, "leads to", a.Header.Get("Location"), "/")
		servertest.Same(t, "maxlen", maxlen(r), "33")
		servertest.Same(t, "nothing is offered twice", strings.Contains(r.Get("/?maxlen=33").Body, `id="offer"`), false)
		servertest.Same(t, "nothing runs", servertest.Activity(t, r.Get("/").Body, "pad"), "fresh ready")
	})
	t.Run("is taken over by a script, which hears what there is now", func(t *testing.T) {
		r := s.reader()
		r.Get("/")
		a := r.Script("/settings", url.Values{"maxlen": {"33"}, "units": {"many"}})
		servertest.Same(t, "status", a.Status, http.StatusOK)
		servertest.Has(t, a.Body, `"maxlen":"33"`)
		servertest.Has(t, a.Body, `"units":"128"`)
		servertest.Same(t, "maxlen", maxlen(r), "33")
	})
	t.Run("is nobody else's to take over", func(t *testing.T) {
		r := s.reader()
		r.Get("/")
		a := r.Send(http.MethodPost, "/settings", "maxlen=33", "Sec-Fetch-Site", "cross-site")
		servertest.Same(t, "status", a.Status, http.StatusForbidden)
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
			a := r.Form(c.path, url.Values{"review": {c.text}})
			servertest.Same(t, "status", a.Status, c.status)
			if c.status == http.StatusUnprocessableEntity {
				return
			}
			servertest.Same(t, "carriage returns on the page", strings.Contains(r.Get("/").Body, "&#13;") || strings.Contains(r.Get("/").Body, "\r"), false)
		})
	}
}
