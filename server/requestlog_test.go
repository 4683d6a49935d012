package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

// logged gives what is logged during a test, as an operator has it.
func logged(t *testing.T) *buffer {
	b := &buffer{}
	before := slog.Default()
	slog.SetDefault(shared{Log: "json"}.logger(b))
	t.Cleanup(func() { slog.SetDefault(before) })
	return b
}

type logLine struct {
	Level, Msg, Method, Path, Code, Error, Request, From string
	Status                                               int
	Duration                                             time.Duration
	MoreBefore                                           int `json:"more_before"`
}

func logLines(t *testing.T, b *buffer, msg string) (found []logLine) {
	t.Helper()
	for text := range strings.Lines(b.String()) {
		var line logLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if line.Msg == msg {
			found = append(found, line)
		}
	}
	return found
}

// Every request is one line where that is wanted, with the id that its answer bears.
func TestAccessLog(t *testing.T) {
	b := logged(t)
	r := newSite(t, func(c *config) { c.Edge.Log = true }).reader()
	id := r.Get("/?maxlen=99").Header.Get("X-Request-Id")
	r.Get("/nowhere")
	conn, _, err := r.Socket("0", nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	servertest.Eventually(t, "the socket's line", func() bool { return len(logLines(t, b, "request")) == 3 })
	all := logLines(t, b, "request")
	for i, want := range []logLine{
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
	all := logLines(t, b, "request failed")
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
	servertest.Same(t, "lines of what is answered", len(logLines(t, b, "request")), 0)

	for i := range ofNewcomer.burst + 500 {
		r.Get("/nowhere", "Cookie", fmt.Sprintf("%s=%032x", readerCookie, i))
	}
	refused := 0
	for _, line := range logLines(t, b, "request failed") {
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

// A run can be followed in the log by its id, from worker to end; and the server's begin and end have its
// version. More of a log is no noise.
func TestRunsInTheLog(t *testing.T) {
	x := newTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs buffer
	done := make(chan error, 1)
	before := slog.Default()
	defer slog.SetDefault(before)
	go func() {
		done <- run(ctx, []string{"serve", "--addr=127.0.0.1:0", "--state", x.state, "--log=json", "--verbose"}, streams{Out: &out, Err: &errs})
	}()
	servertest.Eventually(t, "the address", func() bool { return strings.HasSuffix(out.String(), "/\n") })
	r := (&site{t: t, url: "http://" + servertest.Find(t, out.String(), `http://(\S+)/`)}).reader()
	r.Get("/")
	r.SetTiny("1")
	r.Script("/cells/fit/run", nil)
	servertest.Eventually(t, "the end of the run", func() bool { return len(logLines(t, &errs, "a run has ended")) == 1 })
	time.Sleep(6 * time.Second) // longer than the worker waits for the next job
	cancel()
	servertest.Same(t, "end", <-done, nil)
	id := servertest.Find(t, errs.String(), `"msg":"a run has ended","run":"([^"]+)"`)
	for _, msg := range []string{"a run is taken", "a run begins", "a run has ended"} {
		servertest.Has(t, errs.String(), `"msg":"`+msg+`","run":"`+id+`"`)
	}
	for _, msg := range []string{"the server has begun", "the server has ended"} {
		servertest.Has(t, errs.String(), `"msg":"`+msg+`","version":"`+version()+`"`)
	}
	for _, noise := range []string{"no job", "Starting nats-server", "nats: "} {
		if strings.Contains(errs.String(), noise) {
			t.Errorf("%q is in the log", noise)
		}
	}
}
