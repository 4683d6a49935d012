package web

import (
	"strings"

	"github.com/a-h/templ"
)

// Guess is the validation loss that the reader expects after an epoch.
type Guess struct {
	Epoch int
	Loss  float64
}

// MaxGuess is the highest loss that can be expected.
const MaxGuess = 5

// GuessField names the field that holds what is expected of an epoch.
func GuessField(epoch int) string { return "e" + itoa(epoch) }

// expected is what a guess says of an epoch: between two of its points it is a straight line.
func expected(all []Guess, epoch int) (loss float64, ok bool) {
	for i, g := range all {
		switch {
		case g.Epoch == epoch:
			return g.Loss, true
		case g.Epoch > epoch && i > 0:
			was := all[i-1]
			share := float64(epoch-was.Epoch) / float64(g.Epoch-was.Epoch)
			return was.Loss + share*(g.Loss-was.Loss), true
		case g.Epoch > epoch:
			return 0, false
		}
	}
	return 0, false
}

// lowest is the epoch after which a guess is lowest, the first of several; 0 if it has no shape.
func lowest(all []Guess) int {
	if len(all) < 2 {
		return 0
	}
	best := all[0]
	for _, g := range all[1:] {
		if g.Loss < best.Loss {
			best = g
		}
	}
	return best.Epoch
}

// miss is how far a guess was off.
type miss struct {
	Mean   float64
	Epochs int   // that both speak of
	Worst  Epoch // where it was furthest off
	Guess  float64
}

func (r *FitResult) miss() (m miss) {
	furthest := -1.0
	for _, e := range r.Epochs {
		g, ok := expected(r.Guess, e.Epoch)
		if !ok {
			continue
		}
		off := g - e.ValLoss
		if off < 0 {
			off = -off
		}
		m.Mean += off
		m.Epochs++
		if off > furthest {
			furthest, m.Worst, m.Guess = off, e, g
		}
	}
	m.Mean /= float64(max(m.Epochs, 1))
	return m
}

// guessed holds the guess against what came.
func guessed(l Lang, r *FitResult, m miss) []templ.Component {
	if m.Epochs == 0 {
		return nil
	}
	key := "guess.off."
	if !r.ended() {
		key = "guess.sofar."
	}
	if m.Epochs == 1 {
		key += "one"
	} else {
		key += "many"
	}
	said := []templ.Component{l.Rich(key, l.F(m.Mean, 3), l.N(m.Epochs), l.N(m.Worst.Epoch), l.F(m.Guess, 2), l.F(m.Worst.ValLoss, 2))}
	if low := lowest(r.Guess); r.ended() && low > 0 && r.Best > 0 {
		if low == r.Best {
			said = append(said, l.Rich("guess.low.right", l.N(low)))
		} else {
			said = append(said, l.Rich("guess.low.wrong", l.N(low), l.N(r.Best)))
		}
	}
	return said
}

// guessPath draws a guess on the chart's axes.
func (c chart) guessPath() string {
	var b strings.Builder
	pen := "M"
	for _, g := range c.Guess {
		if g.Epoch <= c.Planned {
			b.WriteString(pen + xy(c.x(g.Epoch)) + " " + xy(c.y(g.Loss)))
			pen = "L"
		}
	}
	return b.String()
}

// guessMark is the direct label of the guess: above where it begins.
func (c chart) guessMark() mark {
	first := c.Guess[0]
	return mark{c.x(first.Epoch) + 5, max(chartTop+2, c.y(first.Loss)-8), "start"}
}

// pad is the empty chart that is drawn on.
func pad(c CellView) chart {
	return chart{Lang: c.Lang, What: "loss", Planned: c.Settings.Epochs, Guess: c.Guess}
}

// guessOf is what a field holds, as the browser wants it.
func (c chart) guessOf(epoch int) string {
	for _, g := range c.Guess {
		if g.Epoch == epoch {
			return figure(g.Loss)
		}
	}
	return ""
}

// guessable tells whether a guess would still be one for the training that the cell shows.
func (c CellView) guessable() bool {
	r, ok := c.Result.(*FitResult)
	return !ok || len(r.Epochs) == 0
}

// guessAlt says in words what is drawn.
func (c chart) guessAlt() string {
	if len(c.Guess) == 0 {
		return c.Lang.T("guess.alt.empty")
	}
	var parts []string
	for _, g := range c.Guess {
		parts = append(parts, c.Lang.T("guess.alt.point", c.Lang.N(g.Epoch), c.Lang.F(g.Loss, 2)))
	}
	return c.Lang.T("guess.alt", strings.Join(parts, "; "))
}
