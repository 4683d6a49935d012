package web

import (
	"strconv"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// figure writes a number for programs.
func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Title is the title of a cell.
func Title(c CellView) string {
	if c.ID == "pad" {
		return c.Lang.Count("pad.title", c.Settings.Maxlen)
	}
	return c.Lang.T(c.ID + ".title")
}

// name is the short name of a cell.
func name(l Lang, cell string) string { return l.T(cell + ".name") }

// chip is the state of a cell in a few words; kind chooses its colour. Both are "" for a fresh cell.
func chip(c CellView) (kind, text string) {
	l := c.Lang
	switch {
	case c.Activity == Running:
		return "run", l.T("chip.running")
	case c.Activity == Queued && c.Place > 0:
		return "queue", l.Count("chip.queued", c.Place)
	case c.Activity == Queued && c.Turn > 0:
		return "queue", l.T("chip.turn", l.N(c.Turn))
	case c.Activity == Queued:
		return "queue", l.T("chip.queued")
	case c.Activity == Broken:
		return "fail", l.T("chip.failed")
	case c.Validity == Stale:
		return "stale", stale(c)
	case c.Validity == Evaluated:
		return "done", l.T("chip.took", l.Time(c.Took))
	}
	return "", ""
}

// stale says why an output is out of date.
func stale(c CellView) string {
	l := c.Lang
	why := ""
	switch {
	case len(c.Changes) > 0:
		why = changed(l, c.Changes[0])
		if more := len(c.Changes) - 1; more == 1 {
			why = l.T("chip.more.one", why, l.N(more))
		} else if more > 1 {
			why = l.T("chip.more.many", why, l.N(more))
		}
	case c.After != "":
		why = l.T("chip.after", name(l, c.After))
	default:
		return l.T("chip.stale.plain")
	}
	return l.T("chip.stale", why)
}

func changed(l Lang, ch Change) string {
	field := ch.Field
	switch field {
	case "without":
		return l.T("chip.without")
	case "at_epoch":
		return l.T("chip.moment")
	}
	if field == "review" || field == "index" {
		field = l.T("field." + field)
	}
	const short = 24 // a review does not fit into a chip
	if utf8.RuneCountInString(ch.From) > short || utf8.RuneCountInString(ch.To) > short {
		return l.T("chip.edited", field)
	}
	return l.T("chip.changed", field, l.value(ch.From), l.value(ch.To))
}

// value writes a field's value as the language writes numbers, if it is one.
func (l Lang) value(text string) string {
	if n, err := strconv.Atoi(text); err == nil {
		return l.N(n)
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return l.G(x)
	}
	return text
}

// statusText is what the header's chip says.
func statusText(s StatusView) string {
	l := s.Lang
	switch s.State {
	case NotebookRunning:
		if s.Epoch > 0 {
			return l.T("status.epoch", l.N(s.Epoch), l.N(s.Epochs))
		}
		return l.T("status.running", name(l, s.Cell))
	case NotebookQueued:
		if s.Place > 0 {
			return l.Count("status.queued", s.Place)
		}
		return l.T("status.queued", name(l, s.Cell))
	case NotebookFailed:
		return l.T("status.failed", name(l, s.Cell))
	case NotebookStale:
		return l.Count("status.stale", s.Stale)
	case NotebookDone:
		return l.T("status.done")
	}
	if s.Done > 0 {
		return l.T("status.some", l.N(s.Done), l.N(s.Of))
	}
	return l.T("status.ready")
}

var statusKinds = map[Overall]string{
	NotebookRunning: "run", NotebookQueued: "queue", NotebookFailed: "fail", NotebookStale: "stale", NotebookDone: "done",
}

// Say is the sentence that the live region speaks when a cell has come to a new state; "" when there
// is nothing to say.
func Say(c CellView) string {
	l := c.Lang
	switch {
	case c.Activity == Running:
		if r, ok := c.Result.(*FitResult); ok && len(r.Epochs) > 0 {
			e := r.Epochs[len(r.Epochs)-1]
			return l.T("say.epoch", l.N(e.Epoch), l.N(r.Planned), l.F(e.ValAccuracy, 3), l.F(e.ValLoss, 3))
		}
		return l.T("say.running", name(l, c.ID))
	case c.Activity == Queued:
		return l.T("say.queued", name(l, c.ID))
	case c.Activity == Broken && c.Failure != nil:
		return l.T("say.failed", name(l, c.ID), unmarked(l, failKey(c.Failure)))
	case c.Validity == Stale:
		return l.T("say.stale", name(l, c.ID))
	case c.Validity == Evaluated:
		if r, ok := c.Result.(ClassifyResult); ok {
			return l.T("say.verdict", verdict(l, r), l.P(r.Probability))
		}
		return l.T("say.done", name(l, c.ID), l.Time(c.Took))
	}
	return ""
}

func failKey(f *Failure) string {
	if key := "fail." + f.Code; EN.Has(key) {
		return key
	}
	return "fail.internal"
}

func verdict(l Lang, r ClassifyResult) string {
	if liked(r) {
		return l.T("classify.pos")
	}
	return l.T("classify.neg")
}

// liked decides as Keras' accuracy does: above one half.
func liked(r ClassifyResult) bool { return r.Probability > 0.5 }
