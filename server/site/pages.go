package site

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"cuaderno/server/datasets"
	"cuaderno/server/notebook"
	"cuaderno/server/session"
	"cuaderno/web"
)

// pages answers requests for the notebook.
type pages struct {
	sessions  *session.Sessions
	downloads *downloads
	library   *datasets.Library
}

// page is the whole notebook.
func (p pages) page(c echo.Context) error {
	rememberLang(c)
	if id := knownReader(c); id != "" {
		remember(c, id)
	}
	d, err := p.open(c)
	if err != nil {
		return err
	}
	return p.show(c, d, http.StatusOK, nil)
}

func (p pages) show(c echo.Context, d *session.Session, status int, invalid map[string]string) error {
	view, err := d.Page(c.Request().Context(), langOf(c), csrfToken(c), invalid)
	if err != nil {
		return err
	}
	view.Focus()
	if view.Offer, err = offered(c.Request().Context(), d, c.QueryParams()); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Add(echo.HeaderVary, "Accept-Language")
	return render(c, status, web.Page(view))
}

// run takes the form of a cell over and runs the cell.
func (p pages) run(c echo.Context) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	return p.submit(c, id, notebook.RunCell{At: time.Now(), Cell: id})
}

// fields takes the form of a cell over.
func (p pages) fields(c echo.Context) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	return p.submit(c, id, nil)
}

func (p pages) interrupt(c echo.Context) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	return p.do(c, id, notebook.Interrupt{At: time.Now(), Cell: id})
}

func (p pages) runAll(c echo.Context) error {
	return p.submit(c, "", notebook.RunAll{At: time.Now()})
}

func (p pages) runStale(c echo.Context) error {
	return p.submit(c, "", notebook.RunStale{At: time.Now()})
}

// resume lets fit go on with the run that was stopped.
func (p pages) resume(c echo.Context) error {
	if id, err := cellOf(c); err != nil || id != notebook.Fit {
		return failure{code: codeNotFound, detail: "only fit resumes"}
	}
	return p.do(c, notebook.Fit, notebook.Resume{At: time.Now()})
}

func (p pages) rename(c echo.Context) error {
	run, name := c.Param("run"), c.FormValue("name")
	op := notebook.Rename{Run: run, Name: name, Stamp: stampOf(c.Request().PostForm, notebook.NameEdit(run), time.Now())}
	return p.write(c, notebook.Compare, op)
}

func (p pages) adopt(c echo.Context) error {
	return p.do(c, notebook.Compare, notebook.Adopt{At: time.Now(), Run: c.Param("run")})
}

func (p pages) delete(c echo.Context) error {
	return p.do(c, notebook.Compare, notebook.Delete{Run: c.Param("run")})
}

func (p pages) restart(c echo.Context) error {
	return p.do(c, "", notebook.Restart{At: time.Now()})
}

func (p pages) do(c echo.Context, id notebook.ID, op notebook.Op) error {
	d, err := p.open(c)
	if err != nil {
		return err
	}
	if err := d.Do(c.Request().Context(), op); err != nil {
		return err
	}
	return accepted(c, id)
}

// write does what changes something written, unless another page has written it later.
func (p pages) write(c echo.Context, id notebook.ID, op notebook.Op) error {
	d, err := p.open(c)
	if err != nil {
		return err
	}
	var lost []string
	state, err := d.Turn(c.Request().Context(), func(s notebook.State) ([]notebook.Op, error) {
		lost = s.Overtaken(op)
		return []notebook.Op{op}, nil
	})
	switch {
	case err != nil:
		return err
	case len(lost) > 0:
		return outdated(c, state, lost)
	}
	return accepted(c, id)
}

func (p pages) open(c echo.Context) (*session.Session, error) {
	return p.sessions.GetFor(readerOf(c), c.RealIP())
}

// accepted tells a script that changes come over the socket, and sends a form back to its cell.
func accepted(c echo.Context, id notebook.ID) error {
	if byScript(c) {
		return c.NoContent(http.StatusNoContent)
	}
	target := base(c) + "/"
	if id != "" {
		target += "#" + web.ElementID("cell", string(id))
	}
	return c.Redirect(http.StatusSeeOther, target)
}

func byScript(c echo.Context) bool { return c.Request().Header.Get("X-Cuaderno") != "" }

func cellOf(c echo.Context) (notebook.ID, error) {
	id := notebook.ID(c.Param("id"))
	if !notebook.Known(id) {
		return "", failure{code: codeNotFound, detail: "no cell " + c.Param("id")}
	}
	return id, nil
}

// render writes a component only when all of it is there.
func render(c echo.Context, status int, component templ.Component) error {
	var b bytes.Buffer
	// An error page is still to be written when the time for the page itself is over.
	ctx := web.WithBase(context.WithoutCancel(c.Request().Context()), base(c))
	if err := component.Render(ctx, &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}
