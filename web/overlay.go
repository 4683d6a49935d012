package web

import (
	"math"
	"slices"
	"strings"
)

// maxCurves is how many runs are drawn over one another: as many as there are ways to dash a line.
const maxCurves = 6

// curves are the runs that are drawn: the latest, and the one whose model the notebook has.
func (r CompareResult) curves() (all []curve) {
	for i := len(r.Runs) - 1; i >= 0; i-- {
		run := r.Runs[i]
		if len(run.Epochs) == 0 {
			continue
		}
		if len(all) == maxCurves {
			if !run.Current {
				continue
			}
			all = all[:maxCurves-1]
		}
		all = append(all, curve{run: run})
	}
	slices.Reverse(all)
	for i := range all {
		all[i].Style = i + 1
	}
	return all
}

// styleOf is how a run is drawn, from 1; 0 if it is not.
func (r CompareResult) styleOf(number int) int {
	for _, c := range r.curves() {
		if c.run.Number == number {
			return c.Style
		}
	}
	return 0
}

// curve is one run's figure, epoch by epoch, with a label where it ends.
type curve struct {
	run   RunRow
	Style int
	Label mark
}

// overlay is one validation figure of several runs, on the axes of a chart.
type overlay struct {
	chart
	Curves []curve
}

func newOverlay(l Lang, what string, r CompareResult) overlay {
	o := overlay{chart: chart{Lang: l, What: what}, Curves: r.curves()}
	for _, c := range o.Curves {
		o.Planned = max(o.Planned, len(c.run.Epochs))
		o.Epochs = append(o.Epochs, c.run.Epochs...)
	}
	o.Axis = o.fitted(o.val)
	o.label()
	return o
}

// label puts each run's number beside the end of its curve, and apart from the others.
func (o overlay) label() {
	const apart = 12
	byHeight := make([]*curve, len(o.Curves))
	for i := range o.Curves {
		c := &o.Curves[i]
		last := c.run.Epochs[len(c.run.Epochs)-1]
		y := o.y(o.val(last))
		if math.IsNaN(y) || math.IsInf(y, 0) {
			y = chartTop
		}
		c.Label = mark{X: o.x(last.Epoch) + 7, Y: y + 4, Anchor: "start"}
		byHeight[i] = c
	}
	slices.SortStableFunc(byHeight, func(a, b *curve) int {
		switch {
		case a.Label.Y < b.Label.Y:
			return -1
		case a.Label.Y > b.Label.Y:
			return 1
		}
		return 0
	})
	for i := 1; i < len(byHeight); i++ {
		above, below := &byHeight[i-1].Label, &byHeight[i].Label
		if math.Abs(above.X-below.X) < 14 {
			below.Y = max(below.Y, above.Y+apart)
		}
	}
	for i := len(byHeight) - 1; i >= 0; i-- {
		floor := float64(chartBottom + 2)
		if i+1 < len(byHeight) && math.Abs(byHeight[i+1].Label.X-byHeight[i].Label.X) < 14 {
			floor = byHeight[i+1].Label.Y - apart
		}
		byHeight[i].Label.Y = min(byHeight[i].Label.Y, floor)
	}
}

// line is the path of a run's validation figures.
func (o overlay) line(c curve) string { return o.trace(c.run.Epochs, o.val) }

func (o overlay) alt() string {
	var parts []string
	for _, c := range o.Curves {
		first, last := o.val(c.run.Epochs[0]), o.val(c.run.Epochs[len(c.run.Epochs)-1])
		text := o.Lang.F(last, 3)
		if len(c.run.Epochs) > 1 {
			text = o.Lang.F(first, 3) + " → " + text
		}
		parts = append(parts, c.run.title(o.Lang)+": "+text)
	}
	return o.Lang.T("overlay.alt."+o.What) + " " + strings.Join(parts, "; ") + "."
}
