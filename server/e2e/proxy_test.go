package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
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

	reader := newReader(t)
	for range 2 { // whoever only looks
		reader.get(address)
	}
	if got, err := reader.look(url); err != nil || got.fields["maxlen"] != "80" {
		t.Errorf("after a look at the address maxlen is %q (%v)", got.fields["maxlen"], err)
	}

	other := browser(t, 1280, "en")
	other.open(address + "&units=many")
	if got := eval[string](other, `document.getElementById('field-maxlen').value + document.getElementById('field-optimizer').value + document.getElementById('field-units').value`); got != "33rmsprop128" {
		t.Errorf("the other reader has %q", got)
	}
	if got := eval[int](other, `document.querySelectorAll('[data-validity="fresh"]').length`); got != 10 {
		t.Errorf("%d cells are fresh", got)
	}
	if got := eval[string](other, `location.search`); got != "" {
		t.Errorf("the address still has %s", got)
	}
	other.set("maxlen", "44")
	other.wait(10*time.Second, `document.getElementById('share').href.includes('maxlen=44')`)
	other.open(eval[string](other, `location.href`))
	if got := eval[string](other, `document.getElementById('field-maxlen').value`); got != "44" {
		t.Errorf("after a reload maxlen is %s", got)
	}
}

// A proxy that lets no websocket through, in whichever way, leaves a page that asks instead: everything that
// the lesson tells comes, the page says nothing of lost connections, and a socket takes over once it may.
func TestBehindAProxyWithoutSockets(t *testing.T) {
	for name, refuse := range map[string]func(w http.ResponseWriter, r *http.Request, pass http.Handler){
		"that refuses them": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "no websockets here", http.StatusForbidden)
		},
		"that takes their header off": func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			r.Header.Del("Connection")
			r.Header.Del("Upgrade")
			pass.ServeHTTP(w, r)
		},
		"that swallows them": func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var may atomic.Bool
			server := start(t, t.TempDir(), freeAddress(t))
			target, err := url.Parse(server.url)
			if err != nil {
				t.Fatal(err)
			}
			pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(target)
				r.Out.Host = r.In.Host
			}}
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Upgrade") != "" && !may.Load() {
					refuse(w, r, pass)
					return
				}
				pass.ServeHTTP(w, r)
			}))
			t.Cleanup(front.Close)
			p := browser(t, 1280, "en")
			p.open(front.URL + "/?lang=en")
			if got := eval[string](p, `document.querySelector('[data-notebook]').dataset.by`); got != "poll" {
				t.Errorf("the page listens by %s", got)
			}
			p.run("load", 60*time.Second)
			p.small("2")
			p.run("fit", 90*time.Second)
			if got := p.result("fit", "epoch"); got != "2" {
				t.Errorf("fit tells of %s epochs", got)
			}
			other := p.tab()
			other.open(front.URL + "/?lang=en")
			other.set("maxlen", "21")
			p.wait(10*time.Second, `document.getElementById('field-maxlen').value === '21'`)
			if !eval[bool](p, `document.querySelector('[data-link]').hidden`) {
				t.Errorf("the page says %q", p.text("[data-link]"))
			}
			p.shot("polling")
			may.Store(true)
			eval[bool](p, `dispatchEvent(new Event('online'))`) // another network
			p.wait(10*time.Second, `document.querySelector('[data-notebook]').dataset.by === 'socket'`)
		})
	}
}

// A proxy that leaves the port out of the name that it calls the server by, as nginx does with $host, has a
// page that says so, with both and with the flag that allows it; with the flag, or with $http_host, it lives.
func TestBehindAProxyOnAnotherPort(t *testing.T) {
	front := func(t *testing.T, server string, host func(string) string) string {
		target, err := url.Parse(server)
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = host(r.In.Host)
		}})
		t.Cleanup(s.Close)
		return s.URL
	}
	name := func(host string) string { name, _, _ := strings.Cut(host, ":"); return name }
	const live = `document.querySelector('[data-notebook]').dataset.live === 'true'`
	p := browser(t, 390, "es")
	t.Run("says what it compared", func(t *testing.T) {
		url := front(t, serve(t), name)
		p.do(chromedp.Navigate(url + "/?lang=es"))
		p.wait(10*time.Second, `document.querySelector('#notice[data-notice="origin"]') !== null`)
		said := p.text("#notice")
		for _, part := range []string{url, "127.0.0.1", "--origin " + url} {
			if !strings.Contains(said, part) {
				t.Errorf("%q is not in %s", part, said)
			}
		}
		if eval[bool](p, live) {
			t.Error("it listens all the same")
		}
		p.shot("origin")
	})
	t.Run("lives where it passes the name on", func(t *testing.T) {
		p.open(front(t, serve(t), func(host string) string { return host }) + "/?lang=es")
		p.run("intro", 20*time.Second)
	})
	t.Run("lives where that is allowed", func(t *testing.T) {
		server := freeAddress(t)
		url := front(t, "http://"+server, name)
		start(t, t.TempDir(), server, "--origin", url)
		p.open(url + "/?lang=es")
		p.run("intro", 20*time.Second)
		if by := eval[string](p, `document.querySelector('[data-notebook]').dataset.by`); by != "socket" {
			t.Errorf("it listens by %s", by)
		}
	})
}
