package site

import (
	"fmt"
	"net/http"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/web"
)

// What --host takes is a name that a browser can send, however it is written; what can never be one is refused.
func TestHostNames(t *testing.T) {
	for text, want := range map[string]string{
		"class.example": "class.example", "Class.Example.": "class.example",
		"class.example:8080": "class.example", "http://class.example/": "class.example", "https://class.example:8443": "class.example",
		"school": "school", "my_app": "my_app", "münchen.example": "xn--mnchen-3ya.example",
		"192.168.1.5": "192.168.1.5", "192.168.1.5:8080": "192.168.1.5", "[::1]:80": "::1", "2001:DB8:0::1": "2001:db8::1", "[fe80::1%eth0]": "fe80::1",
	} {
		name, err := hostName(text)
		servertest.Same(t, text, []any{name, err}, []any{want, nil})
	}
	for _, text := range []string{"", " ", "*.example", "*", "a b", "class.example/page", "http://class.example/page", "ftp://class.example", "http://", "user@class.example", ".example", "-a.example", "class..example"} {
		name, err := hostName(text)
		if err == nil {
			t.Errorf("%q is taken as %q", text, name)
		}
		servertest.Has(t, fmt.Sprint(err), "--host takes")
	}
}

func TestHostsThatAreAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		addr    string
		more    []string
		allowed []string
		refused []string
	}{
		"on this machine alone": {
			addr: "127.0.0.1:0", allowed: []string{"127.0.0.1", "localhost:1", "[::1]:8080", "[0:0::1]"},
			refused: []string{"192.168.1.5:8080", "evil.example", ":8080", "1.2.3", "<b>"},
		},
		"on every address, by any of them": {
			addr: "0.0.0.0:0", allowed: []string{"192.168.1.5:8080", "10.0.0.1", "[2001:db8::1]:8080", "localhost"},
			refused: []string{"evil.example", "evil.example:8080", "192.168.1.5.evil.example"},
		},
		"with names, however they were written": {
			addr: "127.0.0.1:0", more: []string{"Class.example:8080", "http://other.example/, third.example"},
			allowed: []string{"class.example", "class.example:1", "OTHER.example.", "third.example:443"}, refused: []string{"a.class.example", "example"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := NewHosts(c.addr, c.more)
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range c.allowed {
				servertest.Same(t, host, h.allows(host), true)
			}
			for _, host := range c.refused {
				servertest.Same(t, host, h.allows(host), false)
			}
		})
	}
}

// A name that is not allowed is answered with the flag that would allow it, and logged with it.
func TestHostThatIsNotAllowed(t *testing.T) {
	b := logged(t)
	r := newSite(t).reader()
	for _, lang := range []web.Lang{web.ES, web.EN} {
		a := r.Get("/", "Host", "class.example:8080", "Accept-Language", string(lang))
		servertest.Same(t, "status", a.Status, http.StatusMisdirectedRequest)
		servertest.Has(t, a.Body, `<html lang="`+string(lang)+`"`)
		servertest.Has(t, a.Body, "<code>--host class.example</code>")
		servertest.Has(t, a.Body, "<code>CUADERNO_HOST</code>")
		sheet := servertest.Find(t, a.Body, `rel="stylesheet" href="([^"]+)"`)
		servertest.Same(t, "status of the page's style", r.Get(sheet, "Host", "class.example:8080").Status, http.StatusOK)
	}
	a := r.Get("/", "Host", "a;b")
	servertest.Same(t, "status of what is no name", a.Status, http.StatusMisdirectedRequest)
	servertest.Has(t, a.Body, web.EN.T("http.no_host"))
	all := servertest.LogLines(t, b, "request failed")
	servertest.Same(t, "lines", len(all), 3)
	servertest.Same(t, "level", all[0].Level, "INFO")
	servertest.Has(t, all[0].Error, `"class.example:8080"`)
	servertest.Has(t, all[0].Error, "--host class.example")
}
