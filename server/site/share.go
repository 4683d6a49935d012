package site

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
	"cuaderno/server/present"
	"cuaderno/server/session"
	"cuaderno/web"
)

// brought are the settings among what an address or a form brings.
func brought(query url.Values) map[string]string {
	values := map[string]string{}
	for name, all := range query {
		if f, ok := notebook.FieldByName(name); ok && present.Shareable(f) {
			values[name] = all[0]
		}
	}
	return values
}

// allowed leaves out what a notebook does not take.
func allowed(s notebook.State, values map[string]string) map[string]string {
	values = maps.Clone(values)
	for name := range notebook.Check(s, values) {
		delete(values, name)
	}
	return values
}

// offered are the settings that an address brings and the notebook does not have. Looking at the address
// changes nothing, for browsers also fetch what nobody has opened: the page has a form that takes them over,
// and its script sends that.
func offered(ctx context.Context, d *session.Session, query url.Values) (offer []web.Setting, err error) {
	values := brought(query)
	if len(values) == 0 {
		return nil, nil
	}
	state, err := d.State(ctx)
	if err != nil {
		return nil, err
	}
	values = allowed(state, values)
	for _, f := range notebook.Fields {
		if value, ok := values[f.Name]; ok && value != f.Get(state) {
			offer = append(offer, web.Setting{Name: f.Name, Value: value})
		}
	}
	return offer, nil
}

// settings takes over what an address brought. Nothing runs, and what is not allowed is left out.
func (p pages) settings(c echo.Context) error {
	d, err := p.open(c)
	if err != nil {
		return err
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	values := brought(form)
	state, err := d.Turn(c.Request().Context(), func(s notebook.State) ([]notebook.Op, error) {
		return []notebook.Op{notebook.Edit{At: time.Now(), Values: allowed(s, values)}}, nil
	})
	switch {
	case err != nil:
		return err
	case byScript(c):
		return c.JSON(http.StatusOK, newsOf(state, langOf(c), slices.Collect(maps.Keys(values))))
	}
	return accepted(c, "")
}
