package site

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// NewLogger logs as text or JSON; what is logged of a request bears the request's id.
func NewLogger(w io.Writer, asJSON, verbose bool) *slog.Logger {
	options := &slog.HandlerOptions{}
	if verbose {
		options.Level = slog.LevelDebug
	}
	if asJSON {
		return slog.New(byRequest{slog.NewJSONHandler(w, options)})
	}
	return slog.New(byRequest{slog.NewTextHandler(w, options)})
}

type requestKey struct{}

// withID gives every line that is logged of a request the request's id, which the answer bears too.
func withID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id := c.Response().Header().Get(echo.HeaderXRequestID)
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
		return next(c)
	}
}

// byRequest is a handler that adds the id of the request that a line is of.
type byRequest struct{ slog.Handler }

func (h byRequest) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(requestKey{}).(string); ok {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h byRequest) WithAttrs(attrs []slog.Attr) slog.Handler {
	return byRequest{h.Handler.WithAttrs(attrs)}
}
func (h byRequest) WithGroup(name string) slog.Handler { return byRequest{h.Handler.WithGroup(name)} }

// access logs every request when it has been answered; a page's socket when it is closed. What an address
// asks for beside its path, such as settings, is left out.
func access(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		if err := next(c); err != nil {
			c.Error(err) // so that the status is known
		}
		r, w := c.Request(), c.Response()
		slog.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "status", w.Status,
			"bytes", w.Size, "duration", time.Since(began).Round(time.Microsecond), "from", c.RealIP())
		return nil
	}
}

// A flood of requests that are refused does not fill the log: of each kind so many lines are written in
// each span, and then how many were not.
const (
	refusalLines = 10
	refusalSpan  = time.Minute
)

// sparing counts the lines of each kind.
type sparing struct {
	mu    sync.Mutex
	kinds map[code]*span
}

type span struct {
	since        time.Time
	lines, spare int
}

func newSparing() *sparing { return &sparing{kinds: map[code]*span{}} }

// allow tells whether a line of a kind may be written now, and how many before it were not.
func (s *sparing) allow(kind code, now time.Time) (ok bool, spared int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kinds[kind]
	if k == nil {
		k = &span{since: now}
		s.kinds[kind] = k
	}
	if now.Sub(k.since) >= refusalSpan {
		spared = k.spare
		*k = span{since: now}
	}
	if k.lines++; k.lines > refusalLines {
		k.spare++
		return false, 0
	}
	return true, spared
}

// note logs a request that was not answered as it wished: what an operator may have to mend, or is to know
// of, as far as lines are left for it.
func (s *sparing) note(c echo.Context, kind code, status int, err error) {
	r := c.Request()
	level := slog.LevelDebug
	switch {
	case status >= 500:
		level = slog.LevelError
	case status == http.StatusForbidden, status == http.StatusMisdirectedRequest, status == http.StatusUpgradeRequired, status == http.StatusTooManyRequests:
		level = slog.LevelInfo
	}
	args := []any{"method", r.Method, "path", r.URL.Path, "status", status, "code", kind, "from", c.RealIP(), "error", err}
	if level > slog.LevelDebug {
		ok, spared := s.allow(kind, time.Now())
		if !ok {
			return
		}
		if spared > 0 {
			args = append(args, "more_before", spared)
		}
	}
	slog.Log(r.Context(), level, "request failed", args...)
}
