package web

import (
	"math"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

func signClass(liked bool) string {
	if liked {
		return "pos"
	}
	return "neg"
}

// classifyP writes P(liked) = 0.91, or P(liked) < 0.01.
func classifyP(l Lang, p float64) string {
	text := l.P(p)
	if strings.HasPrefix(text, "<") || strings.HasPrefix(text, ">") {
		return l.T("classify.p.beyond", text)
	}
	return l.T("classify.p", text)
}

// line is what stands beside the verdict.
func (r ClassifyResult) line(l Lang) string {
	parts := []string{classifyP(l, r.Probability), l.Count("classify.words", len(r.Tokens)-r.out())}
	if r.Epoch > 0 {
		parts = append(parts, l.T("evaluate.epoch", l.N(r.Epoch)))
	}
	return strings.Join(parts, " · ")
}

// out counts the words that are left out.
func (r ClassifyResult) out() (n int) {
	for _, t := range r.Tokens {
		if t.Out {
			n++
		}
	}
	return n
}

// maxNamed is how many words are named one by one.
const maxNamed = 20

// absent names the words that left no trace, each once; "" if there are none.
func (r ClassifyResult) absent(l Lang) string {
	var names []string
	for _, t := range r.Tokens {
		if t.Absent {
			names = append(names, l.T("quoted", short(t.Word)))
		}
	}
	return named(l, names)
}

// reread names the words that were read otherwise than typed, each once; "" if there are none.
func (r ClassifyResult) reread(l Lang) string {
	var names []string
	for _, w := range r.Reread {
		if len(w.As) == 0 {
			names = append(names, l.T("reread.blank", short(w.Typed)))
		} else {
			names = append(names, l.T("reread.as", short(w.Typed), short(strings.Join(w.As, " "))))
		}
	}
	return named(l, names)
}

func named(l Lang, names []string) string {
	seen := map[string]bool{}
	names = slices.DeleteFunc(names, func(name string) bool {
		again := seen[name]
		seen[name] = true
		return again
	})
	if more := len(names) - maxNamed; more > 0 {
		names = append(names[:maxNamed:maxNamed], l.Count("named.more", more))
	}
	return strings.Join(names, ", ")
}

// ids are what the words became, START first.
func (r ClassifyResult) ids() []int {
	all := []int{idStart}
	for _, t := range r.Tokens {
		if !t.Out && !t.Absent {
			all = append(all, t.ID)
		}
	}
	return all
}

// zeros are how many the row has.
func (r ClassifyResult) zeros() int { return max(0, len(r.Row)-(r.To-r.From)) }

// tapeWord is one word of the tape as it is drawn.
type tapeWord struct {
	OwnToken
	Place int    // in the review
	Value string // what the field without holds once it is pressed
	Moved string // as written; "" when it is not known
	Level int    // how strongly it moved the verdict, from 0 to 4
}

func (t tapeWord) word() string {
	if t.Word == "" {
		return t.Text
	}
	return t.Word
}

func (t tapeWord) class() string {
	var all []string
	if t.ID == idOOV {
		all = append(all, "oov")
	}
	switch {
	case t.Out:
		all = append(all, "out")
	case !t.Read:
		all = append(all, "gone")
	case t.Level > 0 && t.OwnToken.Moved > 0:
		all = append(all, "up", "l"+itoa(t.Level))
	case t.Level > 0:
		all = append(all, "down", "l"+itoa(t.Level))
	}
	return strings.Join(all, " ")
}

func (t tapeWord) label(l Lang) string {
	switch {
	case t.Out:
		return l.T("tape.back", t.word())
	case t.Tried:
		return l.T("tape.word.moved", t.word(), t.Moved, l.P(t.After))
	}
	return l.T("tape.word", t.word(), l.P(t.After))
}

// trial tells whether nothing has changed but the words left out, or the epoch that judges: the answer
// takes a moment, for which the page stays as it is.
func (c CellView) trial() bool {
	if c.ID != "classify" || c.Result == nil || c.After != "" {
		return false
	}
	return !slices.ContainsFunc(c.Changes, func(ch Change) bool { return ch.Field != "without" && ch.Field != "at_epoch" })
}

// held keeps the controls of a result that an edit has overtaken from speaking of the wrong words.
// While the cell works they only wait, so that the focus stays where it is.
func held(c CellView) templ.Attributes {
	switch {
	case c.busy():
		return templ.Attributes{"aria-disabled": "true"}
	case c.Validity == Stale && !c.trial():
		return templ.Attributes{"disabled": true}
	}
	return nil
}

// levels is how many strengths of colour there are.
const levels = 4

// tape are all words that have a number, with what the network made of them. The colours are strongest for the word that
// moved most; where none moved the verdict by half a hundredth there are none.
func (r ClassifyResult) tape(l Lang) []tapeWord {
	most := 0.0
	var out []string
	for i, t := range r.Tokens {
		most = max(most, math.Abs(t.Moved))
		if t.Out {
			out = append(out, itoa(i))
		}
	}
	decimals := 2
	if most < 0.05 {
		decimals = 3
	}
	var all []tapeWord
	for i, t := range r.Tokens {
		if t.Absent {
			continue
		}
		w := tapeWord{OwnToken: t, Place: i}
		if t.Out {
			w.Value = strings.Join(slices.DeleteFunc(slices.Clone(out), func(s string) bool { return s == itoa(i) }), " ")
		} else {
			w.Value = strings.Join(append(slices.Clone(out), itoa(i)), " ")
		}
		if t.Tried {
			w.Moved = signed(l, t.Moved, decimals)
			if most >= 0.005 {
				w.Level = int(math.Round(levels * math.Abs(t.Moved) / most))
			}
		}
		all = append(all, w)
	}
	return all
}

// signed writes a number with its sign; what rounds to nothing has none.
func signed(l Lang, x float64, decimals int) string {
	text := l.F(math.Abs(x), decimals)
	switch {
	case strings.Trim(text, "0.,") == "":
		return "0"
	case x > 0:
		return "+" + text
	}
	return "−" + text
}

// trials counts the words that were left out one at a time.
func (r ClassifyResult) trials() (tried, read int) {
	for _, t := range r.Tokens {
		if t.Tried {
			tried++
		}
		if t.Read {
			read++
		}
	}
	return tried, read
}

// weighed names the words that moved the verdict most, either way; nil where none was tried.
func (r ClassifyResult) weighed(l Lang) templ.Component {
	var up, down tapeWord
	tried := false
	for _, w := range r.tape(l) {
		tried = tried || w.Tried
		if w.OwnToken.Moved > up.OwnToken.Moved {
			up = w
		}
		if w.OwnToken.Moved < down.OwnToken.Moved {
			down = w
		}
	}
	lifts, sinks := up.Level > 0, down.Level > 0
	switch {
	case !tried:
		return nil
	case lifts && sinks:
		return l.Rich("classify.note.both", up.word(), up.Moved, down.word(), down.Moved)
	case lifts:
		return l.Rich("classify.note.for", up.word(), up.Moved)
	case sinks:
		return l.Rich("classify.note.against", down.word(), down.Moved)
	}
	return l.Rich("classify.note.nobody")
}

// maxCutShown is how many words that were never read are still set, at either end.
const maxCutShown = 60

// tapePart is a stretch of the tape: words, or only their number where there are too many that were never read.
type tapePart struct {
	Words []tapeWord
	Cut   int
}

func (r ClassifyResult) parts(l Lang) []tapePart {
	words := r.tape(l)
	unread := func(w tapeWord) bool { return !w.Read && !w.Out }
	from := slices.IndexFunc(words, func(w tapeWord) bool { return !unread(w) })
	if from < 0 {
		from = len(words)
	}
	to := len(words)
	for to > from && unread(words[to-1]) {
		to--
	}
	part := func(words []tapeWord) tapePart {
		if len(words) > maxCutShown {
			return tapePart{Cut: len(words)}
		}
		return tapePart{Words: words}
	}
	return []tapePart{part(words[:from]), {Words: words[from:to]}, part(words[to:])}
}

// The tape's paper: a bar stands on the middle line, up for liked.
const tapeHalf = 14

func tapeBar(p float64) (y, height string) {
	h := math.Abs(p-0.5) * 2 * tapeHalf
	if p > 0.5 {
		return xy(tapeHalf - h), xy(h)
	}
	return xy(tapeHalf), xy(h)
}
