package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/runs"
	"cuaderno/static"
	"cuaderno/training/imdb"
)

// config is what a server needs to know.
type config struct {
	Addr      string
	Hosts     []string // further names under which it may be called
	Corpus    imdb.Options
	Trainings int // at once
	Notebooks int // at most
	Idle      time.Duration
}

// server is the notebook on the network.
type server struct {
	echo    *echo.Echo
	library *library
	runs    *runs.Memory
	house   *house
	sockets *sockets
	closing atomic.Bool
}

func newServer(c config) *server {
	s := &server{echo: echo.New(), library: newLibrary(c.Corpus)}
	s.runs = runs.NewMemory(runs.Local(s.library.Get), runs.Limits{AtOnce: c.Trainings})
	s.house = newHouse(s.library, s.runs, c.Notebooks, c.Idle)
	s.sockets = newSockets(s.house)
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.Logger.SetOutput(io.Discard) // ours is slog
	guard(s.echo, newHosts(c.Addr, c.Hosts))
	s.routes()
	return s
}

func (s *server) routes() {
	p := pages{house: s.house}
	s.echo.GET("/", p.page)
	s.echo.POST("/cells/:id/run", p.run)
	s.echo.POST("/cells/:id/fields", p.fields)
	s.echo.POST("/cells/:id/interrupt", p.interrupt)
	s.echo.POST("/run-all", p.runAll)
	s.echo.POST("/restart", p.restart)
	s.echo.GET("/ws", s.sockets.serve)
	s.echo.GET("/static/*", echo.WrapHandler(static.Handler()))
	s.echo.GET("/healthz", health)
	s.echo.GET("/readyz", s.ready)
	s.echo.GET("/debug/vars", s.vars)
}

// serve answers on the listener until the context ends, then lets everything end in order: no new
// requests, notebooks closed with their trainings, pages told, goroutines waited for.
func (s *server) serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.echo, ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.closing.Store(true)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTimeout)
		defer cancel()
		err = h.Shutdown(end)
		<-failed
	}
	s.close()
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// close ends everything but the listening.
func (s *server) close() {
	s.closing.Store(true)
	s.house.close()
	s.sockets.wait()
	s.runs.Close()
}
