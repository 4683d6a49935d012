package reviews

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// thing is what a column of a table, or a field of an object, may hold.
type thing struct {
	what, flag string
	names      []string
}

var (
	theText  = thing{"texts", "--text-column", []string{"review", "text", "reseña", "resena", "texto"}}
	theLabel = thing{"labels", "--label-column", []string{"sentiment", "label", "sentimiento", "etiqueta"}}
	thePart  = thing{"train and test", "", []string{"split", "part"}}
)

// NoColumn in place of a column's name reads none.
const NoColumn = "-"

// columns tell where the text, the label and the part stand; -1 is nowhere.
type columns struct{ text, label, part int }

var (
	errText = errors.New("no column of texts")
	errTwo  = errors.New("two names for one thing")
)

// find looks for the columns by their names. Two for one thing are an error that names both: whichever was
// taken, it might be the wrong one.
func (r *reader) find(names []string) (c columns, err error) {
	if c.text, err = theText.in(names, r.TextColumn); err != nil {
		return c, err
	}
	if c.text < 0 {
		return c, errText
	}
	if c.label, err = theLabel.in(names, r.LabelColumn); err != nil {
		return c, err
	}
	c.part, err = thePart.in(names, "")
	return c, err
}

// in is the place of the thing, -1 for none.
func (t thing) in(names []string, asked string) (int, error) {
	if asked == NoColumn {
		return -1, nil
	}
	var found []int
	for i, name := range names {
		if asked == "" && slices.ContainsFunc(t.names, func(known string) bool { return same(known, name) }) || asked != "" && same(asked, name) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		first, second := strings.TrimSpace(names[found[0]]), strings.TrimSpace(names[found[1]])
		out := "rename one"
		if t.flag != "" && !same(first, second) {
			out = t.flag + " says which"
		}
		return -1, fmt.Errorf("%w: both %.40q and %.40q may hold the %s; %s", errTwo, first, second, t.what, out)
	case asked != "":
		return -1, fmt.Errorf("%s is %q, but the names here are %s", t.flag, asked, listed(names))
	}
	return -1, nil
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// listed names the first few columns.
func listed(names []string) string {
	const most = 12
	var all []string
	for _, n := range names[:min(len(names), most)] {
		all = append(all, fmt.Sprintf("%.40q", strings.TrimSpace(n)))
	}
	if len(names) > most {
		all = append(all, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(all, ", ")
}
