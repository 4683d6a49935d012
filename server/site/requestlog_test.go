package site

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

// logged gives what is logged during a test, as an operator has it.
func logged(t *testing.T) *servertest.Buffer {
	b := &servertest.Buffer{}
	before := slog.Default()
	slog.SetDefault(NewLogger(b, true, false))
	t.Cleanup(func() { slog.SetDefault(before) })
	return b
}

// Every request is one line where that is wanted, with the id that its answer bears.
func TestAccessLog(t *testing.T) {
	b := logged(t)
	r := newSite(t, func(c *Config) { c.Edge.Log = true }).reader()
	id := r.Get("/?maxlen=99").Header.Get("X-Request-Id")
	r.Get("/nowhere")
	conn, _, err := r.Socket("0", nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	servertest.Eventually(t, "the socket's line", func() bool { return len(servertest.LogLines(t, b, "request")) == 3 })
	all := servertest.LogLines(t, b, "request")
	for i, want := range []servertest.LogLine{
		{Method: "GET", Path: "/", Status: http.StatusOK}, {Method: "GET", Path: "/nowhere", Status: http.StatusNotFound},
		{Method: "GET", Path: "/ws", Status: http.StatusSwitchingProtocols},
	} {
		got := all[i]
		servertest.Same(t, "line", []any{got.Method, got.Path, got.Status}, []any{want.Method, want.Path, want.Status})
		if got.Duration <= 0 || got.Request == "" || got.From != "127.0.0.1" {
			t.Errorf("%+v", got)
		}
	}
	servertest.Same(t, "id", all[0].Request, id)
	if strings.Contains(b.String(), "maxlen=99") {
		t.Error("the log has what was asked for beside the path")
	}
}

// Nothing is said of what is answered; what is refused is, with its reason, and a flood of it in few words.
func TestRefusalsAreLogged(t *testing.T) {
	b := logged(t)
	r := newSite(t).reader()
	forged := r.Send(http.MethodPost, "/restart", "a=b", "Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example")
	r.Get("/", "Host", "other.example")
	_, response, err := r.Socket("0", http.Header{"Origin": {"http://evil.example"}})
	if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
		t.Fatalf("%v, %v", response, err)
	}
	response.Body.Close()
	all := servertest.LogLines(t, b, "request failed")
	if len(all) != 3 {
		t.Fatalf("%d lines: %s", len(all), b)
	}
	for i, want := range []struct {
		status int
		reason string
	}{{http.StatusForbidden, "evil.example"}, {http.StatusMisdirectedRequest, "other.example"}, {http.StatusForbidden, "evil.example"}} {
		servertest.Same(t, "line", []any{all[i].Level, all[i].Status}, []any{"INFO", want.status})
		servertest.Has(t, all[i].Error, want.reason)
	}
	servertest.Same(t, "id", all[0].Request, forged.Header.Get("X-Request-Id"))
	servertest.Same(t, "lines of what is answered", len(servertest.LogLines(t, b, "request")), 0)

	for i := range ofNewcomer.burst + 500 {
		r.Get("/nowhere", "Cookie", fmt.Sprintf("%s=%032x", readerCookie, i))
	}
	refused := 0
	for _, line := range servertest.LogLines(t, b, "request failed") {
		if line.Status == http.StatusTooManyRequests {
			refused++
			servertest.Has(t, line.Error, "127.0.0.1")
		}
	}
	servertest.Same(t, "lines of a flood", refused, refusalLines)
}

func TestSparing(t *testing.T) {
	s, now := newSparing(), time.Now()
	written := 0
	for range 3 * refusalLines {
		if ok, _ := s.allow(codeForged, now); ok {
			written++
		}
	}
	servertest.Same(t, "written", written, refusalLines)
	ok, _ := s.allow(codeHost, now)
	servertest.Same(t, "another kind", ok, true)
	ok, spared := s.allow(codeForged, now.Add(refusalSpan))
	servertest.Same(t, "the next span", []any{ok, spared}, []any{true, 2 * refusalLines})
}

// An id is a proxy's to give, if it is one.
func TestRequestIDs(t *testing.T) {
	for name, c := range map[string]struct {
		trust, id string
		kept      bool
	}{
		"of a proxy": {"127.0.0.1", "trace-1", true}, "of anybody": {"192.0.2.1", "trace-1", false},
		"nonsense": {"127.0.0.1", `a" level=ERROR`, false}, "endless": {"127.0.0.1", strings.Repeat("a", 65), false},
	} {
		t.Run(name, func(t *testing.T) {
			a := behind(t, c.trust).reader().Get("/healthz", "X-Request-Id", c.id)
			servertest.Same(t, "kept", a.Header.Get("X-Request-Id") == c.id, c.kept)
		})
	}
}
