package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/server/session"
	"cuaderno/web"
)

// A page may listen to the host that it came from, and where a proxy calls that otherwise only if it was
// allowed; by a socket as by asking.
func TestOrigins(t *testing.T) {
	for name, c := range map[string]struct {
		host, origin string
		allowed      []string
		ok           bool
	}{
		"the same host":                         {"127.0.0.1:8443", "http://127.0.0.1:8443", nil, true},
		"a proxy that leaves the port out":      {"127.0.0.1", "http://127.0.0.1:8443", nil, false},
		"a port that goes without saying":       {"localhost", "https://localhost", nil, true},
		"and is said all the same":              {"localhost:443", "https://localhost", nil, true},
		"the port of the other scheme":          {"localhost:80", "https://localhost", nil, false},
		"another name":                          {"localhost", "http://evil.example", nil, false},
		"none, as of no browser":                {"localhost", "", nil, true},
		"a file":                                {"localhost", "null", []string{"https://class.example"}, false},
		"an allowed one":                        {"127.0.0.1", "https://class.example:8443", []string{"https://Class.example:8443/"}, true},
		"another port of an allowed one":        {"127.0.0.1", "https://class.example", []string{"https://class.example:8443"}, false},
		"an allowed one without encryption":     {"127.0.0.1", "http://class.example:8443", []string{"https://class.example:8443"}, false},
		"an allowed one with the port as usual": {"127.0.0.1", "https://class.example", []string{"https://class.example:443"}, true},
		"one of several":                        {"127.0.0.1", "http://b.example", []string{"http://a.example", "http://b.example"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(cfg *Config) { cfg.Origins = c.allowed })
			r := s.reader()
			r.Get("/", "Host", c.host)
			conn, response, err := r.Socket("0", http.Header{"Origin": {c.origin}, "Host": {c.host}})
			servertest.Same(t, "a socket", err == nil, c.ok)
			if err == nil {
				conn.Close()
			} else if response == nil || response.StatusCode != http.StatusForbidden {
				t.Errorf("%v", response)
			}
			a := r.Script("/poll?hold=0&after=0", nil, "Host", c.host, "Origin", c.origin)
			servertest.Same(t, "asking", a.Status == http.StatusOK, c.ok)
			if !c.ok {
				servertest.Same(t, "status", a.Status, http.StatusForbidden)
			}
		})
	}
	for _, text := range []string{"", "class.example", "*", "https://class.example/page", "ftp://class.example", "https://"} {
		_, err := NewOrigins([]string{text})
		servertest.Has(t, fmt.Sprint(err), "--origin takes")
	}
}

// What was compared stands in the log and on the page, with the flag that would allow it.
func TestOriginThatIsNotAllowed(t *testing.T) {
	b := logged(t)
	r := newSite(t).reader()
	r.Get("/")
	for _, lang := range []web.Lang{web.ES, web.EN} {
		a := r.Script("/poll?after=0&lang="+string(lang), nil, "Host", "127.0.0.1", "Origin", "http://127.0.0.1:8443")
		var news []session.Message
		if err := json.Unmarshal([]byte(a.Body), &news); err != nil || len(news) != 1 {
			t.Fatalf("%v: %s", err, a.Body)
		}
		notice := news[0].Swap[0].HTML
		for _, part := range []string{`data-notice="origin"`, "<code>http://127.0.0.1:8443</code>", "<code>127.0.0.1</code>", "<code>--origin http://127.0.0.1:8443</code>"} {
			servertest.Has(t, notice, part)
		}
	}
	all := servertest.LogLines(t, b, "request failed")
	servertest.Same(t, "lines", len(all), 2)
	servertest.Same(t, "level", all[0].Level, "INFO")
	for _, part := range []string{`"http://127.0.0.1:8443"`, `"127.0.0.1"`, "--origin http://127.0.0.1:8443"} {
		servertest.Has(t, all[0].Error, part)
	}
}

// Every code has a sentence of its own in both languages.
func TestSentences(t *testing.T) {
	for _, lang := range []web.Lang{web.ES, web.EN} {
		said := map[string]code{}
		for c := range statuses {
			text := lang.T("http." + string(c))
			if other, twice := said[text]; twice {
				t.Errorf("%s and %s are one sentence: %s", c, other, text)
			}
			said[text] = c
		}
	}
	s := newSite(t)
	r := s.reader()
	for name, c := range map[string]struct {
		answer servertest.Answer
		status int
		text   string
	}{
		"method":  {r.Send(http.MethodDelete, "/run-all", "", "Sec-Fetch-Site", "same-origin"), http.StatusMethodNotAllowed, "http.method"},
		"invalid": {r.Script("/cells/fit/pin", nil), http.StatusUnprocessableEntity, "http.invalid"},
		"no host": {r.Get("/", "Host", ":8080"), http.StatusMisdirectedRequest, "http.no_host"},
		"upgrade": {r.Get("/ws"), http.StatusUpgradeRequired, "http.upgrade"},
	} {
		servertest.Same(t, name, c.answer.Status, c.status)
		servertest.Has(t, c.answer.Body, web.EN.T(c.text))
	}
	if !strings.Contains(r.Send(http.MethodDelete, "/run-all", "", "Sec-Fetch-Site", "same-origin").Header.Get("Allow"), "POST") {
		t.Error("the answer does not say which methods there are")
	}
	s.sessions.PutAllAway()
	servertest.Has(t, s.reader().Get("/").Body, web.EN.T("http.closing"))
}
