package web

import (
	"fmt"
	"math"
	"strings"
)

// The charts' paper, in units of the SVG's own viewBox.
const (
	chartW                = 340
	chartLeft, chartRight = 36, 330
	chartTop, chartBottom = 42, 178
	labelW                = 92 // room that the longest direct label takes
	maxDots               = 20 // more epochs than this are drawn without dots
)

// chart is one figure per epoch, for training and validation, on axes that stay for the whole run.
type chart struct {
	Lang    Lang
	What    string // loss | accuracy
	Epochs  []Epoch
	Planned int
	Best    int
	Axis    *axis // of y; nil is one that most runs stay within
	Guess   []Guess
}

// axis goes from Low to High in some parts.
type axis struct {
	Low, High float64
	Parts     int
}

// fitted is the axis in round numbers that values take up.
func (c chart) fitted(of func(Epoch) float64) *axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, e := range c.Epochs {
		if v := of(e); !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return nil
	}
	const parts = 5 // at most
	for _, step := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100} {
		from, to := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
		if from == to {
			to++
		}
		if to-from <= parts {
			return &axis{from * step, to * step, int(to - from)}
		}
	}
	return nil
}

func (c chart) train(e Epoch) float64 {
	if c.What == "loss" {
		return e.Loss
	}
	return e.Accuracy
}

func (c chart) val(e Epoch) float64 {
	if c.What == "loss" {
		return e.ValLoss
	}
	return e.ValAccuracy
}

// bounds are those of the y axis. A guess at random has loss 0.693 and accuracy 0.5, so these axes
// hold most runs from the first epoch to the last; a run that leaves them gets the next size.
func (c chart) bounds() (low, high float64) {
	if c.Axis != nil {
		return c.Axis.Low, c.Axis.High
	}
	low, high = 0.5, 1
	if c.What == "loss" {
		low, high = 0, 0.8
	}
	for _, g := range c.Guess {
		for g.Loss > high {
			high *= 2
		}
	}
	for _, e := range c.Epochs {
		for _, v := range []float64{c.train(e), c.val(e)} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			if v < low {
				low = 0
			}
			for v > high {
				high *= 2
			}
		}
	}
	return low, high
}

func (c chart) x(epoch int) float64 {
	if c.Planned < 2 {
		return (chartLeft + chartRight) / 2
	}
	return chartLeft + 6 + float64(epoch-1)/float64(c.Planned-1)*(chartRight-chartLeft-12)
}

func (c chart) y(v float64) float64 {
	low, high := c.bounds()
	return chartBottom - (v-low)/(high-low)*(chartBottom-chartTop)
}

// xy writes a coordinate; a tenth of a unit is finer than a pixel.
func xy(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func (c chart) path(of func(Epoch) float64) string { return c.trace(c.Epochs, of) }

// trace draws a figure of some epochs on the chart's axes.
func (c chart) trace(epochs []Epoch, of func(Epoch) float64) string {
	var b strings.Builder
	pen := "M"
	for _, e := range epochs {
		v := of(e)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			pen = "M"
			continue
		}
		b.WriteString(pen + xy(c.x(e.Epoch)) + " " + xy(c.y(v)))
		pen = "L"
	}
	return b.String()
}

// dots are a line without length at every epoch, which round ends make a dot: one element for all of
// them, as the page draws them anew after each epoch.
func (c chart) dots(of func(Epoch) float64) string {
	var b strings.Builder
	for _, e := range c.Epochs {
		if c.drawable(e) {
			b.WriteString("M" + xy(c.x(e.Epoch)) + " " + xy(c.y(of(e))) + "h0")
		}
	}
	return b.String()
}

// drawable tells whether both figures of an epoch are numbers: a run that went wrong has others.
func (c chart) drawable(e Epoch) bool {
	sum := c.train(e) + c.val(e)
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

type tick struct {
	At   float64
	Text string
}

func (c chart) yTicks() []tick {
	low, high := c.bounds()
	n := c.yParts()
	var all []tick
	for i := range n + 1 {
		v := low + (high-low)*float64(i)/float64(n)
		all = append(all, tick{c.y(v), c.Lang.F(v, c.yDecimals())})
	}
	return all
}

// yParts divides the axis so that its ticks are round numbers.
func (c chart) yParts() int {
	if c.Axis != nil {
		return c.Axis.Parts
	}
	if c.What == "loss" {
		return 4
	}
	return 5
}

// yDecimals is how many decimals the whole axis needs.
func (c chart) yDecimals() int {
	low, high := c.bounds()
	step := (high - low) / float64(c.yParts())
	if r := step * 10; math.Abs(r-math.Round(r)) > 1e-9 {
		return 2
	}
	return 1
}

// xTicks marks the first epoch, the last and some round ones between.
func (c chart) xTicks() []tick {
	every := 1
	for _, step := range []int{1, 2, 5, 10, 20} {
		every = step
		if c.Planned/step <= 6 {
			break
		}
	}
	all := []tick{{c.x(1), "1"}}
	for e := every; e < c.Planned; e += every {
		if e > 1 && c.x(c.Planned)-c.x(e) > 16 && c.x(e)-c.x(1) > 12 {
			all = append(all, tick{c.x(e), c.Lang.N(e)})
		}
	}
	if c.Planned > 1 {
		all = append(all, tick{c.x(c.Planned), c.Lang.N(c.Planned)})
	}
	return all
}

// mark is a direct label at the end of a curve.
type mark struct {
	X, Y   float64
	Anchor string
}

// marks places the labels of the two curves: to the right of their ends while there is room, else
// above the upper and below the lower one, and never on top of one another.
func (c chart) marks() (train, val mark) {
	last := c.Epochs[len(c.Epochs)-1]
	x, yt, yv := c.x(last.Epoch), c.y(c.train(last)), c.y(c.val(last))
	if math.IsNaN(yt) || math.IsInf(yt, 0) {
		yt = chartTop
	}
	if math.IsNaN(yv) || math.IsInf(yv, 0) {
		yv = chartTop
	}
	upper, lower := &yt, &yv
	if yv < yt {
		upper, lower = &yv, &yt
	}
	anchor, dx := "start", 7.0
	if x+7+labelW > chartW {
		anchor, dx = "end", 2.0
		*upper -= 8
		*lower += 14
	} else {
		*upper, *lower = *upper+4, *lower+4
		if near := 13 - (*lower - *upper); near > 0 {
			*upper -= near / 2
			*lower += near / 2
		}
	}
	clamp := func(y float64) float64 { return min(max(y, chartTop-6), chartBottom-3) }
	return mark{x + dx, clamp(yt), anchor}, mark{x + dx, clamp(yv), anchor}
}

// alt says in words what the chart shows.
func (c chart) alt() string {
	list := func(of func(Epoch) float64) string {
		if len(c.Epochs) == 0 {
			return c.Lang.T("chart.alt.empty")
		}
		first, last := c.Epochs[0], c.Epochs[len(c.Epochs)-1]
		if len(c.Epochs) == 1 {
			return c.Lang.F(of(first), 3)
		}
		return c.Lang.F(of(first), 3) + " → " + c.Lang.F(of(last), 3)
	}
	return c.Lang.T("chart.alt."+c.What, list(c.train), list(c.val))
}
