package web

import (
	"math"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// about writes a price as one says it: no finer than it is known.
func (l Lang) about(d time.Duration) string {
	step := time.Minute
	switch {
	case d < 5*time.Second:
		return l.G(max(d.Round(time.Second/2), time.Second/2).Seconds()) + " s"
	case d < 10*time.Second:
		step = time.Second
	case d < time.Minute:
		step = 5 * time.Second
	case d < 10*time.Minute:
		step = 10 * time.Second
	}
	d = d.Round(step)
	if d >= 10*time.Minute && d < time.Hour {
		return l.N(int(d/time.Minute)) + " min"
	}
	return l.Left(d)
}

// text is the price in a few words; "" while nothing is known.
func (p Price) text(l Lang) string {
	switch {
	case p.Total <= 0:
		return ""
	case p.Most:
		return l.T("price.most", l.about(p.Total))
	case p.Rough:
		return l.T("price.rough", l.about(p.Total))
	}
	return l.T("price.about", l.about(p.Total))
}

// tag is what stands beside a button before it is pressed; "" where nothing would be trained.
func (p Price) tag(l Lang, own bool) string {
	text := p.text(l)
	switch {
	case !p.Trains:
		return ""
	case own && text == "":
		return l.T("price.unknown")
	case own:
		return text
	case text == "":
		return l.T("price.first.unknown")
	}
	return l.T("price.first", text)
}

// seconds is the price for programs; "" while nothing is known.
func (p Price) seconds() string {
	if p.Total <= 0 {
		return ""
	}
	return strconv.FormatFloat(p.Total.Seconds(), 'f', 1, 64)
}

func (c CellView) priceTag() string {
	if c.busy() {
		return ""
	}
	return c.Price.tag(c.Lang, c.ID == "fit")
}

// note is the price in full, with what another setting would change.
func (p Price) note(l Lang) []templ.Component {
	if p.Total <= 0 {
		return nil
	}
	key := "fit.note.price"
	if p.Assumed {
		key = "fit.note.price.assumed"
	}
	notes := []templ.Component{l.Rich(key+plural(p.Epochs), l.N(p.Epochs), p.text(l))}
	if p.Other > 0 {
		notes = append(notes, l.Rich("fit.note.other", l.N(p.Other), l.times(p.Ratio)))
	}
	return notes
}

func plural(n int) string {
	if n == 1 {
		return ".one"
	}
	return ".many"
}

// times says how many times as long something takes.
func (l Lang) times(ratio float64) string {
	switch {
	case ratio < 0.4:
		return l.T("times.less")
	case ratio < 0.65:
		return l.T("times.half")
	case ratio < 1.2:
		return l.T("times.same")
	case ratio > 1.75 && ratio < 2.25:
		return l.T("times.twice")
	}
	return l.T("times.many", l.F(math.Round(ratio*10)/10, 1))
}
