package site

import (
	"context"
	"net"
	"net/url"
	"testing"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/server/session"
)

func TestMain(m *testing.M) { servertest.Main(m) }

// reader is a browser that has not been at the site yet.
func (s *testSite) reader() *servertest.Reader { return servertest.NewReader(s.t, s.url) }

// testSite is a running server with the real wiring.
type testSite struct {
	*Server
	t   *testing.T
	url string
}

func newSite(t *testing.T, change ...func(*Config)) *testSite {
	t.Helper()
	c := Config{Addr: "127.0.0.1:0", Corpus: servertest.Offline(t), Trainings: 1, Notebooks: 20, Idle: time.Hour, Models: 128 << 20}
	for _, f := range change {
		f(&c)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server, err := Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	s := &testSite{Server: server, t: t, url: "http://" + l.Addr().String()}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// session is the reader's notebook.
func (s *testSite) session(r *servertest.Reader) *session.Session {
	s.t.Helper()
	at, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range r.Jar.Cookies(at) {
		if c.Name == readerCookie {
			d, err := s.sessions.Get(c.Value)
			if err != nil {
				s.t.Fatal(err)
			}
			return d
		}
	}
	s.t.Fatal("the reader has no notebook yet")
	return nil
}

// state is its state.
func (s *testSite) state(r *servertest.Reader) notebook.State {
	s.t.Helper()
	state, err := s.session(r).State(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return state
}
