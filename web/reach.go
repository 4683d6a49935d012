package web

import (
	"strings"

	"github.com/a-h/templ"
)

// Reach is how strongly the gradient of an epoch's last batch reached each part of the reviews, the
// first read first.
type Reach struct {
	Epoch int
	Norms []float32
}

// The paper of its chart.
const (
	reachW                   = 700
	reachLeft, reachRight    = 60, 692
	reachTop, reachBottom    = 30, 120
	reachWidth, reachBetween = reachRight - reachLeft, 0.6 // of a bar's place, without the gap
)

// reachChart is the latest epoch's, and the first's to hold it against.
type reachChart struct {
	Lang          Lang
	First, Latest Reach // Epoch 0: not there yet
	Maxlen        int
	Border        int // steps before it are never reached; 0 if there is no border
}

func reachOf(c CellView, r *FitResult) reachChart {
	chart := reachChart{Lang: c.Lang, Maxlen: c.Ran.Maxlen}
	if k := c.Ran.BPTTSteps; k > 0 && k < chart.Maxlen {
		chart.Border = chart.Maxlen - k
	}
	if n := len(r.Reach); n > 0 {
		chart.Latest = r.Reach[n-1]
		if n > 1 {
			chart.First = r.Reach[0]
		}
	}
	return chart
}

func largest(norms []float32) float32 {
	most := float32(0)
	for _, x := range norms {
		most = max(most, x)
	}
	return most
}

func share(x, of float32) float64 {
	if of == 0 {
		return 0
	}
	return float64(x / of)
}

func reachY(share float64) float64 { return reachBottom - share*(reachBottom-reachTop) }

// x is where the word at a place, from 0, begins.
func (c reachChart) x(place int) float64 {
	return reachLeft + float64(place)/float64(max(c.Maxlen, 1))*reachWidth
}

// barWidth is how thick a bar is drawn.
func (c reachChart) barWidth() string {
	return xy(reachBetween * reachWidth / float64(max(len(c.Latest.Norms), 1)))
}

// bars are the latest epoch's, as one path.
func (c reachChart) bars() string {
	var b strings.Builder
	n, most := len(c.Latest.Norms), largest(c.Latest.Norms)
	wide := reachWidth / float64(n)
	for i, v := range c.Latest.Norms {
		b.WriteString("M" + xy(reachLeft+(float64(i)+.5)*wide) + " " + xy(reachBottom) + "V" + xy(reachY(share(v, most))))
	}
	return b.String()
}

// outline is the first epoch's, over the middles of the bars.
func (c reachChart) outline() string {
	var b strings.Builder
	n, most := len(c.First.Norms), largest(c.First.Norms)
	pen := "M"
	for i, v := range c.First.Norms {
		if (i+1)*c.Maxlen <= c.Border*n {
			continue // nothing comes from there
		}
		b.WriteString(pen + xy(reachLeft+(float64(i)+.5)/float64(n)*reachWidth) + " " + xy(reachY(share(v, most))))
		pen = "L"
	}
	return b.String()
}

// half is on how many of the last words half of the latest epoch's norms fall.
func (c reachChart) half() int {
	sum, part := float32(0), float32(0)
	for _, v := range c.Latest.Norms {
		sum += v
	}
	n := len(c.Latest.Norms)
	for i := n - 1; i >= 0; i-- {
		if part += c.Latest.Norms[i]; part >= sum/2 {
			return (n - i) * c.Maxlen / n
		}
	}
	return 0
}

// said tells in figures what the chart shows.
func (c reachChart) said() []templ.Component {
	norms := c.Latest.Norms
	n := len(norms)
	if n == 0 || largest(norms) == 0 {
		return []templ.Component{c.Lang.Rich("reach.none")}
	}
	l := c.Lang
	all := []templ.Component{l.Rich("reach.half", l.N(c.Latest.Epoch), l.N(c.half()), l.N(c.Maxlen))}
	if c.Border > 0 {
		return append(all, l.Rich("reach.border", l.N(c.Maxlen-c.Border), l.N(c.Border)))
	}
	return append(all, l.Rich("reach.first", l.Pct(share(norms[0], norms[n-1]))))
}

// alt says in words what the bars show.
func (c reachChart) alt() string {
	n := len(c.Latest.Norms)
	if n == 0 {
		return c.Lang.T("reach.alt.none")
	}
	at := func(i int) string { return c.Lang.Pct(share(c.Latest.Norms[i], largest(c.Latest.Norms))) }
	return c.Lang.T("reach.alt", c.Lang.N(c.Latest.Epoch), at(0), at(n/2), at(n-1))
}

// borderLabel stands on that side of the border where there is room.
func (c reachChart) borderLabel() (x float64, anchor string) {
	if x = c.x(c.Border); x > reachW*.75 {
		return x - 5, "end"
	}
	return x + 5, "start"
}
