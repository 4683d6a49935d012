package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/execute"
	"cuaderno/server/memory"
	"cuaderno/server/models"
	"cuaderno/server/runfiles"
	"cuaderno/server/runs"
	"cuaderno/server/session"
	"cuaderno/server/store"
	"cuaderno/static"
	"cuaderno/training/checkpoint"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// Config is what a server needs to know.
type Config struct {
	Addr      string
	Hosts     []string // further names under which it may be called
	Origins   []string // further origins of pages that may listen
	Base      string   // path that the pages lie below, as a browser sees it
	Corpus    imdb.Options
	Kept      func(sha256 string) (*imdb.Corpus, error) // own reviews of before; may be nil
	Store     store.Options
	State     string // directory in which commands look for the server; "" for none
	Limits    runs.Limits
	Name      string // of this machine, where there are several
	Trainings int    // at once
	Notebooks int    // open at most
	Retention session.RetentionLimits
	Idle      time.Duration
	Models    int64 // bytes of networks kept ready to read reviews
	DebugVars bool  // whether /debug/vars is there
	Edge      Edge
}

// Server is the notebook on the network.
type Server struct {
	echo      *echo.Echo
	store     *store.Store
	library   *datasets.Library
	Runs      *runs.Service
	sessions  *session.Sessions
	estimator *estimate.Estimator
	baselines *models.Baselines
	downloads *downloads
	sockets   *sockets
	Door      *runfiles.Door // nil without a state directory
	closing   atomic.Bool

	cancel  context.CancelFunc // ends the trainings, and reading from the store
	working sync.WaitGroup
	reading sync.WaitGroup
}

// Open opens the store, takes up what was under way, and begins to train; Serve lets readers in, and closes it.
func Open(ctx context.Context, c Config) (_ *Server, err error) {
	allowed, err := NewHosts(c.Addr, c.Hosts)
	if err != nil {
		return nil, err
	}
	listeners, err := NewOrigins(c.Origins)
	if err != nil {
		return nil, err
	}
	s := &Server{echo: echo.New(), library: datasets.NewLibrary(c.Corpus, c.Kept)}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.store, err = store.Open(ctx, c.Store); err != nil {
		return nil, err
	}
	if s.Runs, err = runs.Open(ctx, s.store, c.Limits); err != nil {
		return nil, err
	}
	s.estimator = estimate.New(s.library.Find)
	reclaim := memory.NewReclaimer()
	s.estimator.Rested = reclaim.Rest
	s.reading.Go(func() { reclaim.Run(inner, s.estimator.Working) })
	s.downloads = newDownloads(downloadLimits{}, func(ctx context.Context, run string) (*nn.Params, checkpoint.Meta, error) {
		return s.Runs.Weights(ctx, run, 0)
	})
	if !s.store.Embedded {
		if err := datasets.Share(ctx, s.store, s.library); err != nil {
			return nil, err
		}
	}
	s.baselines = models.NewBaselines()
	s.sessions, err = session.Open(ctx, session.Config{
		Store: s.store, Runs: s.Runs, Library: s.library, Estimator: s.estimator,
		Executor: execute.New(execute.Deps{
			Library: s.library, Runs: s.Runs, Models: models.NewCache(s.Runs, c.Models/2), Epochs: models.NewEpochModels(s.Runs, c.Models/2),
			Baselines: s.baselines, Estimator: s.estimator,
		}),
		Name: c.Name, Base: c.Base, Notebooks: c.Notebooks, Idle: c.Idle, Retention: c.Retention,
	})
	if err != nil {
		return nil, err
	}
	s.working.Go(func() {
		s.Runs.Work(inner, runs.Worker{Name: c.Name, Slots: c.Trainings, Train: s.estimator.Around(runs.Local(s.library.Find))})
	})
	s.sockets = newSockets(s.sessions, listeners)
	if c.State != "" {
		// Without it there are still the pages.
		if s.Door, err = runfiles.OpenDoor(c.State, runfiles.Stored{Service: s.Runs}); err != nil {
			slog.Warn("the terminal cannot ask this server for its runs", "error", err)
		}
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.Logger.SetOutput(io.Discard) // ours is slog
	guard(s.echo, allowed, c.Base, c.Edge, s.sessions.Known)
	s.routes(c)
	return s, nil
}

func (s *Server) routes(c Config) {
	p := pages{s.sessions, s.downloads, s.library}
	get := func(path string, answer echo.HandlerFunc) {
		s.echo.Match([]string{http.MethodGet, http.MethodHead}, path, answer)
	}
	get("/", p.page)
	s.echo.POST("/settings", p.settings)
	s.echo.POST("/cells/:id/run", p.run)
	s.echo.POST("/cells/:id/fields", p.fields)
	s.echo.POST("/cells/:id/interrupt", p.interrupt)
	s.echo.POST("/cells/:id/resume", p.resume)
	s.echo.POST("/cells/fit/guess", p.guess)
	s.echo.POST("/cells/:id/pin", p.pin)
	s.echo.POST("/cells/fit/unpin", p.unpin)
	s.echo.POST("/run-all", p.runAll)
	s.echo.POST("/run-stale", p.runStale)
	s.echo.POST("/runs/:run/rename", p.rename)
	s.echo.POST("/runs/:run/settings", p.adopt)
	s.echo.POST("/runs/:run/delete", p.delete)
	get("/export/:format", p.export)
	s.echo.POST("/restart", p.restart)
	get("/ws", s.sockets.serve)
	s.echo.POST("/poll", s.sockets.poll)
	get("/token", giveToken)
	get("/static/*", echo.WrapHandler(static.Handler()))
	get("/healthz", health)
	get("/readyz", s.ready)
	if c.DebugVars {
		get("/debug/vars", s.vars)
	}
}

// Serve answers on the listener until the context ends, then lets everything end in order: no new
// requests, notebooks closed with their trainings, pages told, goroutines waited for.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
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
		s.sockets.part()
		s.store.Part()
		s.downloads.part(pageTimeout / 2)
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

// close ends everything but the listening, in the order of who needs whom: pages, notebooks,
// trainings, which are handed back with a checkpoint, and the store.
func (s *Server) close() {
	s.closing.Store(true)
	if s.sessions != nil {
		s.sessions.PutAllAway()
	}
	if s.estimator != nil {
		s.estimator.Close()
	}
	if s.sockets != nil {
		s.sockets.wait()
	}
	if s.Door != nil {
		s.Door.Close()
	}
	s.cancel()
	s.working.Wait()
	s.reading.Wait()
	if s.sessions != nil {
		s.sessions.Close()
	}
	if s.Runs != nil {
		s.Runs.Close()
	}
	if s.store != nil {
		s.store.Close()
	}
}
