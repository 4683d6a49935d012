package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"
)

// proxy has the server below a path of its own site.
func proxy(t *testing.T, server, base string, strip bool) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	p := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
		if strip {
			r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, base)
		}
	}}
	mux := http.NewServeMux()
	mux.Handle(base+"/", p)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the page asked for %s, which is not below %s", r.URL, base)
		http.NotFound(w, r)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + base
}

// Behind a proxy that has it below a path, whether or not the proxy takes that path off, the page, its
// files, its forms and its socket work, and nothing is asked for elsewhere.
func TestBehindAProxy(t *testing.T) {
	for name, strip := range map[string]bool{"that takes the path off": true, "that leaves it": false} {
		t.Run(name, func(t *testing.T) {
			url := proxy(t, serve(t, "--base", "/clase/lstm/"), "/clase/lstm", strip)
			p := browser(t, 1280, "en")
			p.open(url + "/?lang=en")
			p.run("load", 60*time.Second)
			p.small("1")
			p.set("maxlen", "0")
			p.wait(10*time.Second, `document.querySelector('#form-pad [data-error]') !== null`)
			p.set("maxlen", "20")
			p.click("fit", "run")
			p.evaluated("fit", 60*time.Second)
			p.open(url + "/?lang=es")
			if got := eval[string](p, `document.documentElement.lang`); got != "es" {
				t.Errorf("the page is in %q", got)
			}
			if got := p.data("fit", "validity"); got != "evaluated" {
				t.Errorf("after a reload fit is %s", got)
			}
		})
	}
}

// An address with settings gives another reader the same notebook, not run, and a reload does not
// bring them back.
func TestSettingsInAnAddress(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.set("maxlen", "33")
	p.set("optimizer", "rmsprop")
	p.wait(10*time.Second, `document.getElementById('share').href.includes('maxlen=33') && document.getElementById('share').href.includes('rmsprop')`)
	address := eval[string](p, `document.getElementById('share').href`)

	other := browser(t, 1280, "en")
	other.open(address + "&units=many")
	if got := eval[string](other, `document.getElementById('field-maxlen').value + document.getElementById('field-optimizer').value + document.getElementById('field-units').value`); got != "33rmsprop128" {
		t.Errorf("the other reader has %q", got)
	}
	if got := eval[int](other, `document.querySelectorAll('[data-validity="fresh"]').length`); got != 10 {
		t.Errorf("%d cells are fresh", got)
	}
	other.set("maxlen", "44")
	other.wait(10*time.Second, `document.getElementById('share').href.includes('maxlen=44')`)
	other.open(eval[string](other, `location.href`))
	if got := eval[string](other, `document.getElementById('field-maxlen').value`); got != "44" {
		t.Errorf("after a reload maxlen is %s", got)
	}
}
