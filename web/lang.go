package web

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// T gives the text with this key in the language. Numbers among args come already written (N, F).
// A missing text is a slip of ours and panics; a test finds every one.
func (l Lang) T(key string, args ...any) string {
	text, ok := Texts[l][key]
	if !ok {
		panic(fmt.Sprintf("web: no text %q in %q", key, string(l)))
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Has tells whether there is a text with this key.
func (l Lang) Has(key string) bool { _, ok := Texts[l][key]; return ok }

// Count chooses between key.one and key.many, both of which take the number.
func (l Lang) Count(key string, n int) string {
	if n == 1 {
		return l.T(key+".one", l.N(n))
	}
	return l.T(key+".many", l.N(n))
}

// Rich is T with `code`, *emphasis* and **strong** set as such. Args are escaped and carry no markup.
func (l Lang) Rich(key string, args ...any) templ.Component {
	safe := make([]any, len(args))
	for i, a := range args {
		safe[i] = html.EscapeString(fmt.Sprint(a))
	}
	text := markup(l.T(key))
	if len(safe) > 0 {
		text = fmt.Sprintf(text, safe...)
	}
	return templ.Raw(text)
}

// unmarked is T without its markup, for places that take plain text.
func unmarked(l Lang, key string) string {
	return strings.NewReplacer("`", "", "*", "").Replace(l.T(key))
}

// markup turns the little markup of our own texts into HTML.
func markup(text string) string {
	text = html.EscapeString(text)
	for _, m := range []struct{ mark, tag string }{{"`", "code"}, {"**", "b"}, {"*", "em"}} {
		parts := strings.Split(text, m.mark)
		if len(parts)%2 == 0 {
			panic("web: a text opens " + m.mark + " and does not close it: " + text)
		}
		for i := 1; i < len(parts); i += 2 {
			parts[i] = "<" + m.tag + ">" + parts[i] + "</" + m.tag + ">"
		}
		text = strings.Join(parts, "")
	}
	return text
}

func (l Lang) point() string {
	if l == ES {
		return ","
	}
	return "."
}

// N writes a whole number with its thousands apart: 25,000 or 25.000.
func (l Lang) N(n int) string {
	sep := ","
	if l == ES {
		sep = "."
	}
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return sign + digits
}

// F writes a number with so many decimals: 0.838 or 0,838.
func (l Lang) F(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', decimals, 64), ".")
	n, _ := strconv.Atoi(whole)
	text := l.N(n)
	if decimals > 0 {
		text += l.point() + rest
	}
	if x < 0 {
		text = "−" + text
	}
	return text
}

// G writes a setting as short as it can be: 0.001 or 0,001.
func (l Lang) G(x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	return strings.Replace(text, ".", l.point(), 1)
}

// P writes a probability. What is nearly sure keeps short of certainty.
func (l Lang) P(p float64) string {
	switch {
	case p > 0 && p < 0.005:
		return "<\u2009" + l.F(0.01, 2)
	case p > 0.995 && p < 1:
		return ">\u2009" + l.F(0.99, 2)
	}
	return l.F(p, 2)
}

// Pct writes a share as a percentage. What is nearly all or nearly nothing keeps a decimal, so that
// it never reads as all or nothing.
func (l Lang) Pct(share float64) string {
	p := share * 100
	decimals := 0
	if p != math.Trunc(p) && (p < 1 || p > 99) {
		decimals = 1
	}
	sign := ""
	switch {
	case p > 0 && p < 0.05:
		sign, p = "<\u2009", 0.1
	case p > 99.95 && p < 100:
		sign, p = ">\u2009", 99.9
	}
	gap := ""
	if l == ES {
		gap = "\u00a0"
	}
	return sign + l.F(p, decimals) + gap + "%"
}

// Time writes a duration as one says it: 0.42 s, 13.2 s, 2 min 41 s, 1 h 12 min.
func (l Lang) Time(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 0.005:
		return "<\u2009" + l.F(0.01, 2) + " s"
	case s < 1:
		return l.F(s, 2) + " s"
	case s < 59.95:
		return l.F(s, 1) + " s"
	case s < 3599.5:
		whole := int(math.Round(s))
		return fmt.Sprintf("%d min %d s", whole/60, whole%60)
	default:
		whole := int(math.Round(s / 60))
		return fmt.Sprintf("%s h %d min", l.N(whole/60), whole%60)
	}
}

// Left writes a remaining time, without a precision that it does not have.
func (l Lang) Left(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(math.Ceil(d.Seconds())))
	}
	return l.Time(d.Round(time.Second))
}

// Bytes writes a size: 17.5 MB or 17,5 MB.
func (l Lang) Bytes(n int64) string {
	if n < 1_000_000 {
		return l.F(float64(n)/1e3, 0) + " kB"
	}
	return l.F(float64(n)/1e6, 1) + " MB"
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
