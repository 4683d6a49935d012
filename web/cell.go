package web

import (
	"html"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// paragraphs are the keys of a cell's prose.
func paragraphs(cell string) []string {
	var keys []string
	for i := 1; EN.Has(cell + "." + itoa(i)); i++ {
		keys = append(keys, cell+"."+itoa(i))
	}
	return keys
}

// busy tells whether there is something to stop.
func (c CellView) busy() bool { return c.Activity == Running || c.Activity == Queued }

// dim tells whether the output is an old one: an edit or a run under way has overtaken it.
func (c CellView) dim() bool {
	if c.Validity == Stale {
		return true
	}
	_, live := c.Result.(*FitResult)
	return c.Activity == Running && !live
}

// showsProgress tells whether the output opens with a progress line. A run of fit has its own.
func (c CellView) showsProgress() bool {
	_, fit := c.Result.(*FitResult)
	return c.Activity == Running && !fit
}

func boolean(b bool) string { return strconv.FormatBool(b) }

// marked is a snippet with what the fields decide set apart.
func marked(snippet string) templ.Component {
	return templ.Raw(strings.NewReplacer(markOn, "<b>", markOff, "</b>").Replace(html.EscapeString(snippet)))
}
