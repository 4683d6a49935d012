package web

import (
	"math"
	"strings"
)

// read are the words that the network read, in order.
func (r ClassifyResult) read() (words []OwnToken) {
	for _, t := range r.Tokens {
		if t.Read {
			words = append(words, t)
		}
	}
	return words
}

// The paper of a unit's curve.
const unitW, unitH = 240, 44

func (u Unit) x(i int) float64 {
	if len(u.States) < 2 {
		return unitW / 2
	}
	return 3 + float64(i)/float64(len(u.States)-1)*(unitW-6)
}

// unitScale is what the edges of all units' curves stand for.
func (r ClassifyResult) unitScale() float64 {
	most := 0.0
	for _, u := range r.Units {
		for _, x := range u.States {
			most = max(most, math.Abs(x))
		}
	}
	for _, scale := range []float64{0.1, 0.2, 0.5} {
		if most <= scale {
			return scale
		}
	}
	return 1
}

func (u Unit) y(state, scale float64) float64 { return unitH/2 - state/scale*(unitH/2-2) }

func (u Unit) path(scale float64) string {
	var b strings.Builder
	for i, s := range u.States {
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + xy(u.x(i)) + " " + xy(u.y(s, scale)))
	}
	return b.String()
}

// jump is the word at which the state moved most at once; -1 if there is none to compare.
func (u Unit) jump() (at int, up bool) {
	at, most := -1, 0.0
	for i := 1; i < len(u.States); i++ {
		if d := u.States[i] - u.States[i-1]; math.Abs(d) > most {
			at, most, up = i, math.Abs(d), d > 0
		}
	}
	return at, up
}

// phrase is the word of the jump with those before it.
func (u Unit) phrase(read []OwnToken, at int) string {
	var words []string
	for _, t := range read[max(0, at-2) : at+1] {
		words = append(words, tapeWord{OwnToken: t}.word())
	}
	return strings.Join(words, " ")
}

// told says in words what the unit did.
func (u Unit) told(l Lang, read []OwnToken) string {
	at, up := u.jump()
	if at < 0 || at >= len(read) {
		return l.T("unit.still")
	}
	if up {
		return l.T("unit.rises", u.phrase(read, at))
	}
	return l.T("unit.falls", u.phrase(read, at))
}

// speaksFor tells which way a high state of the unit pushes.
func (u Unit) speaksFor() bool { return u.Weight > 0 }
