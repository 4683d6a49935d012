package main

import (
	"encoding/json"
	"expvar"
	"net/http"

	"github.com/labstack/echo/v4"
)

// health answers while the process lives.
func health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready answers while new readers are welcome.
func (s *server) ready(c echo.Context) error {
	if s.closing.Load() {
		return c.String(http.StatusServiceUnavailable, "shutting down\n")
	}
	if err := s.store.Err(); err != nil {
		return c.String(http.StatusServiceUnavailable, err.Error()+"\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// vars is expvar's page with this server's figures. They are not published: a process may have
// several servers, and a name can be published once.
func (s *server) vars(c echo.Context) error {
	all := map[string]json.RawMessage{}
	expvar.Do(func(v expvar.KeyValue) { all[v.Key] = json.RawMessage(v.Value.String()) })
	training, waiting := s.runs.Working()
	steps, rate := s.runs.Steps()
	own, err := json.Marshal(map[string]any{
		"notebooks": s.house.count(), "pages": s.sockets.count(), "trainings": training, "waiting": waiting,
		"steps": steps, "steps_per_second": rate,
	})
	if err != nil {
		return err
	}
	all["cuaderno"] = own
	return c.JSON(http.StatusOK, all)
}
