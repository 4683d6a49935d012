package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/server/session"

	"github.com/gorilla/websocket"
)

func TestMain(m *testing.M) { servertest.Main(m) }

// site is a running server with the real wiring.
type site struct {
	*server
	t   *testing.T
	url string
}

func newSite(t *testing.T, change ...func(*config)) *site {
	t.Helper()
	c := config{Addr: "127.0.0.1:0", Corpus: servertest.Offline(t), Trainings: 1, Notebooks: 20, Idle: time.Hour, Models: 128 << 20}
	for _, f := range change {
		f(&c)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server, err := newServer(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{server: server, t: t, url: "http://" + l.Addr().String()}
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// reader is a browser: it keeps cookies and follows no redirects.
type reader struct {
	*http.Client
	site *site
	t    *testing.T
}

func (s *site) reader() *reader {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	transport := &http.Transport{}
	s.t.Cleanup(transport.CloseIdleConnections)
	r := &reader{site: s, t: s.t, Client: &http.Client{
		Jar: jar, Transport: transport, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return r
}

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (r *reader) send(method, path, body string, header ...string) answer {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.site.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := r.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(raw)}
}

func (r *reader) get(path string, header ...string) answer {
	r.t.Helper()
	return r.send(http.MethodGet, path, "", header...)
}

// script posts as the page's own script does: in a browser that tells where a request comes from.
func (r *reader) script(path string, form url.Values, header ...string) answer {
	r.t.Helper()
	return r.send(http.MethodPost, path, form.Encode(), append(header, "Sec-Fetch-Site", "same-origin", "X-Cuaderno", "1")...)
}

// form posts as a page without scripts does, from an old browser: with the token it was given.
func (r *reader) form(path string, form url.Values) answer {
	r.t.Helper()
	token := find(r.t, r.get("/").body, `name="csrf" value="([^"]+)"`)
	values := url.Values{"csrf": {token}}
	for k, v := range form {
		values[k] = v
	}
	return r.send(http.MethodPost, path, values.Encode())
}

// socket opens /ws.
func (r *reader) socket(after string, header http.Header) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{Jar: r.Jar, HandshakeTimeout: 5 * time.Second}
	conn, response, err := d.DialContext(r.t.Context(), "ws"+strings.TrimPrefix(r.site.url, "http")+"/ws?after="+after, header)
	if err == nil {
		r.t.Cleanup(func() { conn.Close() })
	}
	return conn, response, err
}

// desk is the reader's notebook.
func (r *reader) desk() *session.Session {
	r.t.Helper()
	at, err := url.Parse(r.site.url)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range r.Jar.Cookies(at) {
		if c.Name == readerCookie {
			d, err := r.site.house.Get(c.Value)
			if err != nil {
				r.t.Fatal(err)
			}
			return d
		}
	}
	r.t.Fatal("the reader has no notebook yet")
	return nil
}

// state is its state.
func (r *reader) state() notebook.State {
	r.t.Helper()
	s, err := r.desk().State(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func find(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return m[1]
}

// activity reads validity and activity of a cell from a page.
func activity(t *testing.T, page, cell string) string {
	t.Helper()
	m := regexp.MustCompile(`data-cell="` + cell + `" data-validity="(\w+)" data-activity="(\w+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no cell %s on the page", cell)
	}
	return m[1] + " " + m[2]
}

// tiny is quick to train.
func tiny(epochs string) url.Values {
	return url.Values{
		"num_words": {"500"}, "maxlen": {"12"}, "embedding_dim": {"8"}, "units": {"8"}, "batch_size": {"64"}, "epochs": {epochs},
	}
}

// setTiny puts tiny settings into all cells.
func (r *reader) setTiny(epochs string) {
	r.t.Helper()
	for _, cell := range []string{"load", "pad", "model", "fit"} {
		if a := r.script("/cells/"+cell+"/fields", tiny(epochs)); a.status != http.StatusNoContent {
			r.t.Fatalf("fields of %s: %d", cell, a.status)
		}
	}
}
