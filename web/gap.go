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

// gapMark is where the name of the gap stands: in its widest part, if it is wide enough there and no
// name of a curve is near.
func (c chart) gapMark() (m mark, ok bool) {
	if c.gap() == "" || c.What != "loss" {
		return m, false
	}
	first, last := c.x(c.Best), c.x(c.Epochs[len(c.Epochs)-1].Epoch)
	for _, e := range c.Epochs {
		upper, lower := c.y(c.val(e)), c.y(c.train(e))
		x := c.x(e.Epoch)
		if e.Epoch <= c.Best || !c.drawable(e) || x-first < gapLabelW/2 || last-x < gapLabelW/2 || lower-upper < 26 {
			continue
		}
		m, ok = mark{x, (upper+lower)/2 + 4, "middle"}, true
	}
	return m, ok
}

const gapLabelW = 74 // room that the name of the gap takes
