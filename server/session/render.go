package session

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"time"

	"github.com/a-h/templ"

	"cuaderno/server/notebook"
	"cuaderno/server/present"
	"cuaderno/training/fit"
	"cuaderno/web"
)

// renderer is one notebook in one language: its hub, and every element as the pages have it, so that
// only what changed is sent.
type renderer struct {
	lang  web.Lang
	base  string // of the pages' addresses
	hub   *hub
	html  map[string]string            // by element
	attrs map[string]map[string]string // of the cells' own elements
	forms map[string]string            // what the controls hold, by name
	edits map[string]uint64            // the numbers of edits, by name
	alone time.Time                    // since when no page is open
	quick time.Time                    // progress was last sent
}

// pushInterval is how long progress waits for the next. All pages of a notebook share what is spent on it: a
// few hear of it ten times a second, two hundred twice.
func pushInterval(pages int) time.Duration {
	return min(time.Duration(pages)*2500*time.Microsecond, 450*time.Millisecond)
}

// forgetAfter is how long one without pages is kept up to date. A page that comes back later
// gets everything anew.
const forgetAfter = time.Minute

// renderer gives what renders in a language, made from the present state if there is none.
func (s *Session) renderer(lang web.Lang) *renderer {
	if r := s.renderers[lang]; r != nil {
		return r
	}
	r := newRenderer(lang, s.all.Base)
	r.hub, r.alone = newHub(time.Now()), time.Now()
	r.changes(s.present(lang))
	s.renderers[lang] = r
	return r
}

func newRenderer(lang web.Lang, base string) *renderer {
	return &renderer{lang: lang, base: base, html: map[string]string{}, attrs: map[string]map[string]string{}, forms: map[string]string{}, edits: map[string]uint64{}}
}

// publish sends what operations changed to the open pages.
func (s *Session) publish(ops ...notebook.Op) {
	now := time.Now()
	s.forgetRenderers(now)
	for _, r := range s.renderers {
		id, fast := fastPart(ops...)
		if fast && now.Sub(r.quick) < pushInterval(len(r.hub.clients)) {
			continue
		}
		v := s.present(r.lang)
		if fast {
			r.quick = now
			r.hub.send(r.progress(v, id))
			continue
		}
		m := r.changes(v)
		for _, op := range ops {
			m.Say = cmp.Or(v.Say(op), m.Say)
		}
		r.hub.send(m)
	}
}

// forgetRenderers drops those that no page has shown for long.
func (s *Session) forgetRenderers(now time.Time) {
	for lang, r := range s.renderers {
		if len(r.hub.clients) > 0 {
			r.alone = now
		} else if now.Sub(r.alone) > forgetAfter {
			delete(s.renderers, lang)
		}
	}
}

// fastPart tells whether nothing changes but a cell's progress.
func fastPart(ops ...notebook.Op) (notebook.ID, bool) {
	if len(ops) != 1 {
		return "", false
	}
	news, ok := ops[0].(notebook.Advance)
	if !ok {
		return "", false
	}
	switch news.Event.(type) {
	case fit.BatchDone, fit.Validating:
		return news.Cell, true
	}
	return news.Cell, news.Progress != nil && news.Progress.Done > 0
}

func (r *renderer) progress(v present.Page, id notebook.ID) Message {
	var m Message
	c := v.Cell(id)
	if c.Activity == web.Running {
		r.swap(&m, web.ElementID("progress", string(id)), web.ProgressOf(c))
	}
	return m
}

// changes renders every element and keeps those that are not as the pages have them. Forms are left
// out: what a reader is typing is never replaced. Of them only the values go out that have changed,
// for the other pages.
func (r *renderer) changes(v present.Page) Message {
	var m Message
	status := v.Status()
	r.swap(&m, web.StatusID, web.Status(status))
	r.swap(&m, web.RunAllID, web.RunAll(status))
	r.swap(&m, web.NoticeID, web.Notice(v.Lang, v.Notice))
	r.swap(&m, web.ShareID, web.Share(v.Lang, v.Address()))
	for _, id := range notebook.Order {
		c := v.Cell(id)
		for _, part := range []struct {
			name   string
			render func(web.CellView) templ.Component
		}{{"gutter", web.Gutter}, {"head", web.Head}, {"code", web.Code}, {"output", web.Output}, {"notes", web.Notes}} {
			r.swap(&m, web.ElementID(part.name, c.ID), part.render(c))
		}
		if id == notebook.Fit {
			r.swap(&m, web.ElementID("guess", c.ID), web.GuessPad(c))
			r.swap(&m, web.ElementID("pins", c.ID), web.Pins(c))
		}
		if id == notebook.Inspect {
			r.swap(&m, "help-index", web.IndexHelp(c))
		}
		if id == notebook.Intro {
			r.swap(&m, web.ElementID("figure", c.ID), web.Unrolled(c))
		}
		element := web.ElementID("cell", c.ID)
		if set := web.CellAttrs(c); !maps.Equal(set, r.attrs[element]) {
			r.attrs[element] = set
			m.Attrs = append(m.Attrs, attrs{ID: element, Set: set})
		}
		m.Fields = news(m.Fields, r.forms, web.Values(c))
	}
	m.Edits = news(m.Edits, r.edits, v.Edits())
	return m
}

// news adds what is not as the pages have it, and notes that they have it then.
func news[V comparable](to, had, now map[string]V) map[string]V {
	for name, value := range now {
		if was, known := had[name]; !known || was != value {
			if to == nil {
				to = map[string]V{}
			}
			had[name], to[name] = value, value
		}
	}
	return to
}

// everything renders the whole notebook for a page that has missed too much.
func (r *renderer) everything(v present.Page) Message {
	return newRenderer(r.lang, r.base).changes(v)
}

func (r *renderer) swap(m *Message, id string, c templ.Component) {
	text, err := RenderText(r.base, c)
	if err != nil {
		slog.Error("an element was not rendered", "id", id, "error", err)
		return
	}
	if r.html[id] != text {
		r.html[id] = text
		m.Swap = append(m.Swap, Swap{ID: id, HTML: text})
	}
}

// RenderText gives a component's HTML. A panic in it is one element's loss, not the server's.
func RenderText(base string, c templ.Component) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("render panicked: %v\n%s", p, debug.Stack())
		}
	}()
	var b bytes.Buffer
	if err := c.Render(web.WithBase(context.Background(), base), &b); err != nil {
		return "", fmt.Errorf("render: %w", err)
	}
	return b.String(), nil
}
