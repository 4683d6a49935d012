package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

func (l Lang) short() string { return strings.ToUpper(string(l)) }

func (p PageView) seq() string { return strconv.FormatUint(p.Seq, 10) }

// busy tells whether the page will change by itself, so that one without JavaScript is to be reloaded.
func (p PageView) busy() bool {
	return p.Status.busy()
}

func (s StatusView) busy() bool { return s.State == NotebookRunning || s.State == NotebookQueued }

func (s StatusView) action() string {
	if s.busy() && s.Cell != "" {
		return "/cells/" + s.Cell + "/interrupt"
	}
	return "/run-all"
}

// actionName differs from a cell's interrupt, which is one button a cell.
func (s StatusView) actionName() string {
	if s.busy() && s.Cell != "" {
		return "stop"
	}
	return "run-all"
}

// text is the sentence for what went wrong.
func (e ErrorView) text() templ.Component { return e.Lang.Rich("http."+e.Code, e.Args...) }
