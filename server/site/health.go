package site

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// health answers while the process lives.
func health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready answers while new readers are welcome.
func (s *Server) ready(c echo.Context) error {
	if s.closing.Load() {
		return c.String(http.StatusServiceUnavailable, "shutting down\n")
	}
	if err := s.store.Err(); err != nil {
		return c.String(http.StatusServiceUnavailable, err.Error()+"\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
