package main

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
)

// address is the settings of all cells as the query of an address.
func (v viewer) address() string {
	q := url.Values{}
	for _, f := range notebook.Fields {
		if f.Name != "review" { // somebody's own words are not for an address
			q.Set(f.Name, f.Get(v.state))
		}
	}
	return q.Encode()
}

// shared takes settings over that the address brings, and leads on to the page without them, lest a
// reload bring them back. Nothing runs. What is not allowed is left out.
func (p pages) shared(c echo.Context, d *desk) (done bool, err error) {
	values := map[string]string{}
	for name, all := range c.QueryParams() {
		if _, ok := notebook.FieldByName(name); ok && name != "review" {
			values[name] = all[0]
		}
	}
	if len(values) == 0 {
		return false, nil
	}
	ctx := c.Request().Context()
	problems, err := d.check(ctx, values)
	if err != nil {
		return true, err
	}
	for name := range problems {
		delete(values, name)
	}
	if err := d.do(ctx, notebook.Edit{Values: values}); err != nil {
		return true, err
	}
	return true, c.Redirect(http.StatusSeeOther, base(c)+"/")
}
