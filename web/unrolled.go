package web

import (
	"strings"

	"cuaderno/training"
)

// The paper of the unrolled network, in units of its viewBox.
const (
	unrolledW              = 680
	unrolledTop, unrolledH = 26, 22
	unrolledFine           = 4 // steps narrower than this are drawn as one
)

// unrolled is the network with one step for every word that it reads.
type unrolled struct {
	Depth int // steps
	Reach int // of them, from the last, that the error goes back
}

func unrolledOf(s training.Settings) unrolled {
	u := unrolled{s.Maxlen, s.Maxlen}
	if s.BPTTSteps > 0 {
		u.Reach = min(s.BPTTSteps, s.Maxlen)
	}
	return u
}

func (u unrolled) x(step int) float64 { return unrolledW * float64(step) / float64(u.Depth) }

// steps draws the steps from one up to another.
func (u unrolled) steps(from, to int) string {
	w := u.x(1)
	if w < unrolledFine {
		return box(u.x(from), u.x(to)-u.x(from))
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(box(u.x(i)+1, w-2))
	}
	return b.String()
}

func box(x, w float64) string {
	if w <= 0 {
		return ""
	}
	return "M" + xy(x) + " " + itoa(unrolledTop) + "h" + xy(w) + "v" + itoa(unrolledH) + "h-" + xy(w) + "z"
}

// first is the first step that the error reaches.
func (u unrolled) first() int { return u.Depth - u.Reach }
