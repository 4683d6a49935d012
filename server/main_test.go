package main

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
func (s *site) reader() *servertest.Reader { return servertest.NewReader(s.t, s.url) }

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

// session is the reader's notebook.
func (s *site) session(r *servertest.Reader) *session.Session {
	s.t.Helper()
	at, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range r.Jar.Cookies(at) {
		if c.Name == readerCookie {
			d, err := s.house.Get(c.Value)
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
func (s *site) state(r *servertest.Reader) notebook.State {
	s.t.Helper()
	state, err := s.session(r).State(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return state
}
