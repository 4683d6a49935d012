package web

import "strings"

// momentChart is the verdict of every epoch on one review.
type momentChart struct {
	Lang    Lang
	Moments []Moment
	At      int // the epoch that judged
}

// Its paper.
const (
	momentTop, momentBottom = 14.0, 104.0
	momentLeft, momentRight = 30.0, 330.0
)

func (c momentChart) x(i int) float64 {
	return momentLeft + 8 + float64(i)/float64(len(c.Moments)-1)*(momentRight-momentLeft-16)
}

func (c momentChart) y(p float64) float64 { return momentBottom - p*(momentBottom-momentTop) }

func (c momentChart) path() string {
	var b strings.Builder
	for i, m := range c.Moments {
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + xy(c.x(i)) + " " + xy(c.y(m.P)))
	}
	return b.String()
}

// ticked tells whether the epoch is written below the axis: the first, the last, and where there is
// room those between.
func (c momentChart) ticked(i int) bool {
	last := len(c.Moments) - 1
	every := 1 + last/15
	return i == 0 || i == last || i%every == 0 && last-i >= every
}

func (c momentChart) alt() string {
	var all []string
	for _, m := range c.Moments {
		all = append(all, c.Lang.T("moments.point", c.Lang.N(m.Epoch), c.Lang.P(m.P)))
	}
	return c.Lang.T("moments.alt", strings.Join(all, "; "))
}

// told says how steady the verdict was.
func (c momentChart) told() string {
	if n := c.turns(); n > 0 {
		return c.Lang.Count("moments.turns", n)
	}
	return c.Lang.T("moments.steady")
}

// turns counts how often the verdict changed its side from one epoch to the next.
func (c momentChart) turns() (n int) {
	for i := 1; i < len(c.Moments); i++ {
		if (c.Moments[i].P > 0.5) != (c.Moments[i-1].P > 0.5) {
			n++
		}
	}
	return n
}
