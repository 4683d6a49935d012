package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// pages answers requests for the notebook.
type pages struct{ house *house }

// page is the whole notebook.
func (p pages) page(c echo.Context) error {
	rememberLang(c)
	d, err := p.open(c)
	if err != nil {
		return err
	}
	if done, err := p.shared(c, d); done {
		return err
	}
	return p.show(c, d, http.StatusOK, "", nil)
}

func (p pages) show(c echo.Context, d *desk, status int, at notebook.ID, invalid map[string]string) error {
	view, err := d.page(c.Request().Context(), langOf(c), csrfToken(c), at, invalid)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Add(echo.HeaderVary, "Accept-Language")
	return render(c, status, web.Page(view))
}

// run takes the form of a cell over and runs the cell.
func (p pages) run(c echo.Context) error {
	return p.submit(c, func(id notebook.ID) notebook.Op { return notebook.RunCell{At: time.Now(), Cell: id} })
}

// fields takes the form of a cell over.
func (p pages) fields(c echo.Context) error { return p.submit(c, nil) }

func (p pages) submit(c echo.Context, then func(notebook.ID) notebook.Op) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	d, err := p.open(c)
	if err != nil {
		return err
	}
	values, err := typed(c, id)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	problems, err := d.check(ctx, values)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return p.refuse(c, d, id, problems)
	}
	if err := d.do(ctx, notebook.Edit{Values: values}); err != nil {
		return err
	}
	if then != nil {
		if err := d.do(ctx, then(id)); err != nil {
			return err
		}
	}
	return accepted(c, id)
}

// refuse shows what was typed with a sentence beside it. Nothing else has changed.
func (p pages) refuse(c echo.Context, d *desk, id notebook.ID, problems map[string]notebook.Problem) error {
	invalid := map[string]string{}
	for name, problem := range problems {
		invalid[name] = problem.Text
	}
	if !byScript(c) {
		return p.show(c, d, statuses[codeInvalid], id, invalid)
	}
	view, err := d.page(c.Request().Context(), langOf(c), csrfToken(c), id, invalid)
	if err != nil {
		return err
	}
	for _, cell := range view.Cells {
		if cell.ID == string(id) {
			return render(c, statuses[codeInvalid], web.Form(cell))
		}
	}
	return failure{code: codeNotFound, detail: string(id)}
}

func (p pages) interrupt(c echo.Context) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	return p.do(c, id, notebook.Interrupt{At: time.Now(), Cell: id})
}

func (p pages) runAll(c echo.Context) error {
	return p.do(c, "", notebook.RunAll{At: time.Now()})
}

func (p pages) runStale(c echo.Context) error {
	return p.do(c, "", notebook.RunStale{At: time.Now()})
}

// resume lets fit go on with the run that was stopped.
func (p pages) resume(c echo.Context) error {
	if id, err := cellOf(c); err != nil || id != notebook.Fit {
		return failure{code: codeNotFound, detail: "only fit resumes"}
	}
	return p.do(c, notebook.Fit, notebook.Resume{At: time.Now()})
}

func (p pages) rename(c echo.Context) error {
	name := c.FormValue("name")
	if utf8.RuneCountInString(name) > notebook.MaxName {
		return failure{code: codeInvalid, detail: "the name of a run is too long"}
	}
	return p.do(c, notebook.Compare, notebook.Rename{Run: c.Param("run"), Name: name})
}

func (p pages) adopt(c echo.Context) error {
	return p.do(c, notebook.Compare, notebook.Adopt{Run: c.Param("run")})
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
	if err := d.do(c.Request().Context(), op); err != nil {
		return err
	}
	return accepted(c, id)
}

func (p pages) open(c echo.Context) (*desk, error) { return p.house.desk(readerOf(c)) }

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

// typed is what the form says of the cell's own fields.
func typed(c echo.Context, id notebook.ID) (map[string]string, error) {
	form, err := c.FormParams()
	if limit := (*echo.HTTPError)(nil); errors.As(err, &limit) {
		return nil, err // the body is too large
	}
	if err != nil {
		return nil, failure{code: codeBad, detail: err.Error()}
	}
	values := map[string]string{}
	for _, f := range notebook.FieldsOf(id) {
		// Where a name comes twice the first counts: a button pressed, before the box below it.
		if form.Has(f.Name) {
			values[f.Name] = form.Get(f.Name)
		}
	}
	return values, nil
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
