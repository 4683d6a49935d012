package main

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

// screen is one notebook in one language: its hub, and every element as the pages have it, so that
// only what changed is sent.
type screen struct {
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

// paceOf is how long progress waits for the next. All pages of a notebook share what is spent on it: a
// few hear of it ten times a second, two hundred twice.
func paceOf(pages int) time.Duration {
	return min(time.Duration(pages)*2500*time.Microsecond, 450*time.Millisecond)
}

// forgetAfter is how long a screen without pages is kept up to date. A page that comes back later
// gets everything anew.
const forgetAfter = time.Minute

// screen gives the screen of a language, made from the present state if there is none.
func (d *desk) screen(lang web.Lang) *screen {
	if s := d.screens[lang]; s != nil {
		return s
	}
	s := newScreen(lang, d.house.base)
	s.hub, s.alone = newHub(time.Now()), time.Now()
	s.changes(d.present(lang))
	d.screens[lang] = s
	return s
}

func newScreen(lang web.Lang, base string) *screen {
	return &screen{lang: lang, base: base, html: map[string]string{}, attrs: map[string]map[string]string{}, forms: map[string]string{}, edits: map[string]uint64{}}
}

// publish sends what operations changed to the open pages.
func (d *desk) publish(ops ...notebook.Op) {
	now := time.Now()
	d.forgetScreens(now)
	for _, s := range d.screens {
		id, fast := fastPart(ops...)
		if fast && now.Sub(s.quick) < paceOf(len(s.hub.clients)) {
			continue
		}
		v := d.present(s.lang)
		if fast {
			s.quick = now
			s.hub.send(s.progress(v, id))
			continue
		}
		m := s.changes(v)
		for _, op := range ops {
			m.Say = cmp.Or(v.Say(op), m.Say)
		}
		s.hub.send(m)
	}
}

// forgetScreens drops those that no page has shown for long.
func (d *desk) forgetScreens(now time.Time) {
	for lang, s := range d.screens {
		if len(s.hub.clients) > 0 {
			s.alone = now
		} else if now.Sub(s.alone) > forgetAfter {
			delete(d.screens, lang)
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

func (s *screen) progress(v present.Page, id notebook.ID) message {
	var m message
	c := v.Cell(id)
	if c.Activity == web.Running {
		s.swap(&m, web.ElementID("progress", string(id)), web.ProgressOf(c))
	}
	return m
}

// changes renders every element and keeps those that are not as the pages have them. Forms are left
// out: what a reader is typing is never replaced. Of them only the values go out that have changed,
// for the other pages.
func (s *screen) changes(v present.Page) message {
	var m message
	status := v.Status()
	s.swap(&m, web.StatusID, web.Status(status))
	s.swap(&m, web.RunAllID, web.RunAll(status))
	s.swap(&m, web.NoticeID, web.Notice(v.Lang, v.Notice))
	s.swap(&m, web.ShareID, web.Share(v.Lang, v.Address()))
	for _, id := range notebook.Order {
		c := v.Cell(id)
		for _, part := range []struct {
			name   string
			render func(web.CellView) templ.Component
		}{{"gutter", web.Gutter}, {"head", web.Head}, {"code", web.Code}, {"output", web.Output}, {"notes", web.Notes}} {
			s.swap(&m, web.ElementID(part.name, c.ID), part.render(c))
		}
		if id == notebook.Fit {
			s.swap(&m, web.ElementID("guess", c.ID), web.GuessPad(c))
			s.swap(&m, web.ElementID("pins", c.ID), web.Pins(c))
		}
		if id == notebook.Inspect {
			s.swap(&m, "help-index", web.IndexHelp(c))
		}
		if id == notebook.Intro {
			s.swap(&m, web.ElementID("figure", c.ID), web.Unrolled(c))
		}
		element := web.ElementID("cell", c.ID)
		if set := web.CellAttrs(c); !maps.Equal(set, s.attrs[element]) {
			s.attrs[element] = set
			m.Attrs = append(m.Attrs, attrs{ID: element, Set: set})
		}
		m.Fields = news(m.Fields, s.forms, web.Values(c))
	}
	m.Edits = news(m.Edits, s.edits, v.Edits())
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

// everything renders the whole screen for a page that has missed too much.
func (s *screen) everything(v present.Page) message {
	return newScreen(s.lang, s.base).changes(v)
}

func (s *screen) swap(m *message, id string, c templ.Component) {
	text, err := renderText(s.base, c)
	if err != nil {
		slog.Error("an element was not rendered", "id", id, "error", err)
		return
	}
	if s.html[id] != text {
		s.html[id] = text
		m.Swap = append(m.Swap, swap{ID: id, HTML: text})
	}
}

// renderText gives a component's HTML. A panic in it is one element's loss, not the server's.
func renderText(base string, c templ.Component) (text string, err error) {
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
