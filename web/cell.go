package web

import (
	"html"
	"slices"
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
	if c.trial() {
		return false
	}
	if c.Validity == Stale {
		return !c.current()
	}
	_, live := c.Result.(*FitResult)
	return c.Activity == Running && !live
}

// follows are the fields that a cell's output follows as they move, without being run.
var follows = map[string][]string{
	"inspect": {"num_words"},
	"pad":     {"num_words", "maxlen", "padding", "truncating"},
	"model":   {"num_words", "maxlen", "embedding_dim", "layer", "units", "dropout", "recurrent_dropout", "bptt_steps"},
}

// current tells whether a stale output shows the present settings all the same.
func (c CellView) current() bool {
	for _, ch := range c.Changes {
		if !slices.Contains(follows[c.ID], ch.Field) {
			return false
		}
	}
	return c.After == "" && len(c.Changes) > 0
}

// showsProgress tells whether the output opens with a progress line. A run of fit has its own.
func (c CellView) showsProgress() bool {
	_, fit := c.Result.(*FitResult)
	return c.Activity == Running && !fit && !c.trial()
}

func boolean(b bool) string { return strconv.FormatBool(b) }

// marked is a snippet with what the fields decide set apart.
func marked(snippet string) templ.Component {
	return templ.Raw(strings.NewReplacer(markOn, "<b>", markOff, "</b>").Replace(html.EscapeString(snippet)))
}
