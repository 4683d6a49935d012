package site

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
	"cuaderno/server/present"
	"cuaderno/server/session"
	"cuaderno/web"
)

// Names beside the fields' own in what the page's script sends. They tell whose edit it is, so that one
// that was on its way for long does not undo a later one of another page.
const (
	byMark   = "by."   // and a field: a name that the page has given itself
	seenMark = "seen." // and a field: the number of the edit that it showed
	ageMark  = "age."  // and a field: milliseconds since it was typed
)

// keptHeader tells the script what of it the notebook has now, with the numbers of the edits.
const keptHeader = "X-Cuaderno-Kept"

// submission is what was typed, of one cell or of several.
type submission struct {
	notebook.Edit
	cell notebook.ID // the one whose form it is; "" where it is none's
}

// submit takes a form over and does what follows, in one turn: nothing runs with what another page has
// typed meanwhile. A cell's own form must be in order as a whole. Of what is typed elsewhere, which
// comes along where cells run, only that must be which they would read; what need not waits.
func (p pages) submit(c echo.Context, id notebook.ID, then notebook.Op) error {
	d, err := p.open(c)
	if err != nil {
		return err
	}
	sent, err := typed(c, id, then)
	if err != nil {
		return err
	}
	var edit notebook.Edit
	var invalid map[string]string
	var lost []string
	state, err := d.Turn(c.Request().Context(), func(s notebook.State) ([]notebook.Op, error) {
		edit, invalid = sent.check(s, then)
		if len(invalid) > 0 {
			return nil, nil
		}
		ops := []notebook.Op{edit}
		lost = s.Overtaken(edit)
		switch {
		case then == nil || len(lost) > 0:
		case errors.Is(notebook.Refuse(s, then), notebook.ErrPinLong):
			invalid = map[string]string{web.PinReview: edit.Values["review"]}
		default:
			ops = append(ops, then)
		}
		return ops, nil
	})
	if err != nil {
		return err
	}
	for _, name := range lost {
		delete(edit.Values, name)
	}
	if len(invalid) == 0 || invalid[web.PinReview] != "" {
		tellKept(c, state, edit.Values)
	}
	switch {
	case len(invalid) > 0:
		return p.refuse(c, d, invalid)
	case len(lost) > 0:
		return outdated(c, state, lost)
	}
	return accepted(c, id)
}

// check leaves the values that may be taken over, and names those for which nothing may be done.
func (sent submission) check(s notebook.State, then notebook.Op) (notebook.Edit, map[string]string) {
	edit, invalid := sent.Edit, map[string]string{}
	edit.Values = maps.Clone(edit.Values)
	read := map[string]bool{}
	if then != nil {
		read = s.Inputs(then)
	}
	for name, text := range notebook.Check(s, edit.Values) {
		if f, _ := notebook.FieldByName(name); f.Cell == sent.cell || read[name] {
			invalid[name] = text
		}
		delete(edit.Values, name)
	}
	return edit, invalid
}

// tellKept says which names were accepted, and the numbers of their edits.
func tellKept(c echo.Context, s notebook.State, values map[string]string) {
	if !byScript(c) {
		return
	}
	kept := url.Values{}
	for name := range values {
		kept.Set(name, strconv.FormatUint(s.Edits[name].Seq, 10))
	}
	c.Response().Header().Set(keptHeader, kept.Encode())
}

// outdated tells a script that another page has written later, and what.
func outdated(c echo.Context, s notebook.State, names []string) error {
	return c.JSON(http.StatusConflict, newsOf(s, langOf(c), names))
}

// newsOf tells a page what a notebook has by these names, and the numbers of the edits.
func newsOf(s notebook.State, lang web.Lang, names []string) session.Message {
	all, news := valuesOf(s, lang), session.Message{Fields: map[string]string{}, Edits: map[string]uint64{}}
	for _, name := range names {
		news.Edits[name] = s.Edits[name].Seq
		if value, ok := all[name]; ok {
			news.Fields[name] = value
		}
	}
	return news
}

// valuesOf is what all controls hold.
func valuesOf(s notebook.State, lang web.Lang) map[string]string {
	all := map[string]string{}
	for _, id := range notebook.Order {
		maps.Copy(all, web.Values(present.Page{Lang: lang, State: s}.Fields(id)))
	}
	return all
}

// refuse shows what was typed with a sentence beside it. Nothing else has changed.
func (p pages) refuse(c echo.Context, d *session.Session, invalid map[string]string) error {
	if !byScript(c) {
		return p.show(c, d, statuses[codeInvalid], invalid)
	}
	view, err := d.Page(c.Request().Context(), langOf(c), csrfToken(c), invalid)
	if err != nil {
		return err
	}
	return render(c, statuses[codeInvalid], web.Forms(view))
}

// typed is what is sent of the fields: of the cell's own, and where cells are to run also of others.
func typed(c echo.Context, id notebook.ID, then notebook.Op) (submission, error) {
	sent := submission{cell: id}
	form, err := formOf(c)
	if err != nil {
		return sent, err
	}
	sent.Edit = notebook.Edit{At: time.Now(), Values: map[string]string{}, Stamps: map[string]notebook.Stamp{}}
	for _, f := range notebook.Fields {
		// Where a name comes twice the first counts: a button pressed, before the box below it.
		if form.Has(f.Name) && (f.Cell == id || runsCells(then)) {
			sent.Values[f.Name] = lines(form.Get(f.Name))
			sent.Stamps[f.Name] = stampOf(form, f.Name, sent.At)
		}
	}
	return sent, nil
}

// formOf reads a form, or says why it cannot be read.
func formOf(c echo.Context) (url.Values, error) {
	form, err := c.FormParams()
	if limit := (*echo.HTTPError)(nil); errors.As(err, &limit) {
		return nil, err // the body is too large
	}
	if err != nil {
		return nil, failure{code: codeBad, detail: err.Error()}
	}
	return form, nil
}

func runsCells(then notebook.Op) bool {
	switch then.(type) {
	case notebook.RunCell, notebook.RunAll, notebook.RunStale:
		return true
	}
	return false
}

// lines ends every line in the same way: forms and scripts differ in that.
func lines(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
}

// longestPage is how long the name of a page may be: what is beyond that is cut off.
const longestPage = 64

// longestAge is how old an edit may say it is: older is as old.
const longestAge = 365 * 24 * time.Hour

func stampOf(form url.Values, name string, at time.Time) notebook.Stamp {
	seen, _ := strconv.ParseUint(form.Get(seenMark+name), 10, 64) // without a number none was seen
	age, _ := strconv.ParseInt(form.Get(ageMark+name), 10, 64)
	by := form.Get(byMark + name)
	return notebook.Stamp{
		At: at, By: strings.Clone(by[:min(len(by), longestPage)]), Seen: seen,
		Age: time.Duration(min(max(0, age), longestAge.Milliseconds())) * time.Millisecond,
	}
}
