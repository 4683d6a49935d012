package site

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"cuaderno/server/session"

	"github.com/labstack/echo/v4"
)

// pollWait is how long a page that asks for news waits for the first: less than a page waits for an answer.
const pollWait = 10 * time.Second

// poll is the handler of /poll?after=SEQ, for pages behind a proxy that lets no websocket through: the
// messages that a socket would bring, as a list, as soon as there is one. With hold=0 it does not wait.
func (s *sockets) poll(c echo.Context) error {
	if err := s.origins.check(c.Request()); err != nil {
		return err
	}
	if !s.enter() {
		return failure{code: codeClosing, detail: "the server shuts down"}
	}
	defer s.leave()
	d, err := s.sessions.GetFor(readerOf(c), c.RealIP())
	if err != nil {
		return err
	}
	ctx, lang, page := c.Request().Context(), langOf(c), session.NewClient()
	if err := d.Join(ctx, lang, seenBy(c), page); err != nil {
		return err
	}
	defer d.Leave(lang, page)
	wait := pollWait
	if c.QueryParam("hold") == "0" {
		wait = 0
	}
	news, err := s.gather(ctx, page, wait)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSONBlob(http.StatusOK, news)
}

// gather waits for a page's first message and takes those along that are there by then.
func (s *sockets) gather(ctx context.Context, page *session.Client, wait time.Duration) ([]byte, error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var all [][]byte
	select {
	case data := <-page.Queue:
		all = append(all, data)
	case <-timer.C:
	case <-page.Gone:
	case <-s.parting:
	case <-ctx.Done(): // the page went away
	}
	for more := true; more; {
		select {
		case data := <-page.Queue:
			all = append(all, data)
		default:
			more = false
		}
	}
	select {
	case <-page.Gone:
		if len(all) == 0 {
			return nil, failure{code: codeClosing, detail: "the notebook is closed"}
		}
	default:
	}
	return append(append([]byte{'['}, bytes.Join(all, []byte{','})...), ']'), nil
}
