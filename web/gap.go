package web

import "strings"

// gap is the area between the two curves from the best epoch on: what is memorised, not learnt.
func (c chart) gap() string {
	var there, back []string
	wide := false
	for _, e := range c.Epochs {
		if c.Best == 0 || e.Epoch < c.Best || !c.drawable(e) {
			continue
		}
		train, val := c.y(c.train(e)), c.y(c.val(e))
		if worse := c.What == "loss" && val < train || c.What != "loss" && val > train; worse {
			wide = true
		} else {
			val = train // where validation is the better one, nothing is memorised
		}
		there = append(there, xy(c.x(e.Epoch))+" "+xy(train))
		back = append([]string{xy(c.x(e.Epoch)) + " " + xy(val)}, back...)
	}
	if len(there) < 2 || !wide {
		return ""
	}
	return "M" + strings.Join(append(there, back...), "L") + "Z"
}

// gapMark is where the name of the gap stands: in its widest part, if it is wide enough there and neither
// the name of a curve nor what the reader expected is near.
func (c chart) gapMark() (m mark, ok bool) {
	if c.gap() == "" || c.What != "loss" {
		return m, false
	}
	first, last := c.x(c.Best), c.x(c.Epochs[len(c.Epochs)-1].Epoch)
	for _, e := range c.Epochs {
		x := c.x(e.Epoch)
		if e.Epoch <= c.Best || !c.drawable(e) || x-first < gapLabelW/2 || last-x < gapLabelW/2 {
			continue
		}
		free := span{c.y(c.val(e)), c.y(c.train(e))}
		for _, taken := range c.guessBeside(span{x - gapLabelW/2, x + gapLabelW/2}) {
			free = free.without(taken)
		}
		if free.to-free.from >= gapLabelH {
			m, ok = mark{x, (free.from+free.to)/2 + 4, "middle"}, true
		}
	}
	return m, ok
}

// The room that the name of the gap takes, with some air.
const (
	gapLabelW = 74
	gapLabelH = 26
)

// span is a stretch of an axis of the paper.
type span struct{ from, to float64 }

// without is the longer part that is left of a span where another is taken.
func (s span) without(taken span) span {
	before, after := span{s.from, min(s.to, taken.from)}, span{max(s.from, taken.to), s.to}
	if after.to-after.from > before.to-before.from {
		return after
	}
	return before
}

// guessBeside is how much of the paper's height the line of a guess and its name take within a width.
func (c chart) guessBeside(width span) (taken []span) {
	if len(c.Guess) == 0 {
		return nil
	}
	const stroke = 3.0
	for i, g := range c.Guess {
		was := c.Guess[max(i-1, 0)]
		from, to := c.x(was.Epoch), c.x(g.Epoch)
		left, right := max(from, width.from), min(to, width.to)
		if left > right || g.Epoch > c.Planned {
			continue
		}
		at := func(x float64) float64 {
			if from == to {
				return c.y(g.Loss)
			}
			return c.y(was.Loss) + (x-from)/(to-from)*(c.y(g.Loss)-c.y(was.Loss))
		}
		a, b := at(left), at(right)
		taken = append(taken, span{min(a, b) - stroke, max(a, b) + stroke})
	}
	if name := c.guessMark(); name.X < width.to && name.X+labelW > width.from {
		taken = append(taken, span{name.Y - 11, name.Y + 3})
	}
	return taken
}
