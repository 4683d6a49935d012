package main

import (
	"maps"
	"net/http"
	"net/url"
	"time"

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
	_, err = d.turn(c.Request().Context(), func(s notebook.State) ([]notebook.Op, error) {
		allowed := maps.Clone(values)
		for name := range notebook.Check(s, values) {
			delete(allowed, name)
		}
		return []notebook.Op{notebook.Edit{At: time.Now(), Values: allowed}}, nil
	})
	if err != nil {
		return true, err
	}
	return true, c.Redirect(http.StatusSeeOther, base(c)+"/")
}
