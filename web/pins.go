package web

import (
	"math"
	"strings"
)

// Pin is a sentence of the reader's that is judged after every epoch.
type Pin struct {
	ID           uint64
	Text         string
	Known, Words int       // of its words, to the network; 0 of 0 before the first verdict
	Absent       int       // of its words, left out for the data set's list lacks them
	Scores       []float64 // P(positive) by epoch, the first first; negative where there is none
}

// PinsView is the pinned sentences, on axes that stay for the whole run.
type PinsView struct {
	Pins    []Pin
	Max     int
	Planned int // epochs
}

func (v PinsView) full() bool { return len(v.Pins) >= v.Max }

// The paper of a pinned sentence's curve.
const (
	pinW, pinH = 240, 48
	pinEdge    = 5
)

func (v PinsView) x(epoch int) float64 {
	if v.Planned < 2 {
		return pinW / 2
	}
	return pinEdge + float64(epoch-1)/float64(v.Planned-1)*(pinW-2*pinEdge)
}

func pinY(p float64) float64 { return pinEdge + (1-p)*(pinH-2*pinEdge) }

func (v PinsView) path(p Pin) string {
	var b strings.Builder
	pen := "M"
	for i, score := range p.Scores {
		if score < 0 {
			pen = "M"
			continue
		}
		b.WriteString(pen + xy(v.x(i+1)) + " " + xy(pinY(score)))
		pen = "L"
	}
	return b.String()
}

// latest is the last verdict there is; 0 if there is none.
func (p Pin) latest() (epoch int, score float64) {
	for i, s := range p.Scores {
		if s >= 0 {
			epoch, score = i+1, s
		}
	}
	return epoch, score
}

// turns counts how often the verdict changed from one epoch to the next.
func (p Pin) turns() (n int) {
	was := -1.0
	for _, s := range p.Scores {
		if s < 0 {
			continue
		}
		if was >= 0 && (was > .5) != (s > .5) {
			n++
		}
		was = s
	}
	return n
}

// said is the latest verdict in figures, and how steady it was.
func (p Pin) said(l Lang) string {
	epoch, score := p.latest()
	parts := []string{l.T("pin.p", l.P(score), l.N(epoch))}
	if n := p.turns(); n > 0 {
		parts = append(parts, l.Count("pin.turns", n))
	}
	if p.Known < p.Words {
		parts = append(parts, l.T("pin.known", l.N(p.Known), l.N(p.Words)))
	}
	if p.Absent > 0 {
		parts = append(parts, l.T("pin.absent", l.N(p.Absent)))
	}
	return strings.Join(parts, " · ")
}

func (p Pin) alt(l Lang) string {
	var all []string
	for i, s := range p.Scores {
		if s >= 0 {
			all = append(all, l.T("pin.alt.point", l.N(i+1), l.P(s)))
		}
	}
	if len(all) == 0 {
		return l.T("pin.alt.none")
	}
	return l.T("pin.alt", strings.Join(all, "; "))
}

// dots are too many to tell apart beyond some.
func (p Pin) dots() bool { return len(p.Scores) <= maxDots }

// short is a sentence as a button's name can bear it.
func (p Pin) short() string { return short(p.Text) }

func short(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return text
}

// leaning tells on which side of even a score is.
func leaning(score float64) string {
	if math.Signbit(score-.5) || score == .5 {
		return "neg"
	}
	return "pos"
}
