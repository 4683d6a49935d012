package main

import (
	"context"
	"net"
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/server/site"
)

// serving is a server that runs.
type serving struct {
	*site.Server
	t   *testing.T
	url string
}

// reader is a browser that has not been there yet.
func (s *serving) reader() *servertest.Reader { return servertest.NewReader(s.t, s.url) }

func serve(t *testing.T, change ...func(*site.Config)) *serving {
	t.Helper()
	c := site.Config{Addr: "127.0.0.1:0", Corpus: servertest.Offline(t), Trainings: 1, Notebooks: 20, Idle: time.Hour, Models: 128 << 20}
	for _, f := range change {
		f(&c)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server, err := site.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	s := &serving{Server: server, t: t, url: "http://" + l.Addr().String()}
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
