package web

// lengths counts reviews by their length: lengths[n] of them have n numbers.
type lengths []int

// cut tells which share of the reviews is longer than maxlen, and which share of all words goes with it.
func (c lengths) cut(maxlen int) (reviews, words float64) {
	long, all, lost, running := 0, 0, 0, 0
	for n, count := range c {
		all += count
		running += count * n
		if n > maxlen {
			long += count
			lost += count * (n - maxlen)
		}
	}
	return ratio(long, all), ratio(lost, running)
}

// The paper of the chart of lengths, in units of its viewBox.
const (
	lengthsLeft, lengthsRight = 4, 336
	lengthsTop, lengthsBottom = 22, 96
	lengthsBins               = 40  // at most
	lengthsHeld               = .99 // share of the reviews that the axis holds; a few are far longer
)

// lengthChart is how long reviews are, with the reader's maxlen among them.
type lengthChart struct {
	Lang   Lang
	Of     lengths
	Maxlen int
}

// bin is one bar of the chart.
type bin struct {
	From, To int // lengths, To not among them
	Count    int
	X, Y, W  float64
}

// width is how many lengths share a bar: a round number, for an axis that holds nearly all reviews.
func (c lengthChart) width() int {
	all, held, end := 0, 0, 0
	for _, count := range c.Of {
		all += count
	}
	for n, count := range c.Of {
		held, end = held+count, n
		if float64(held) >= lengthsHeld*float64(all) {
			break
		}
	}
	for _, w := range []int{1, 2, 5, 10, 20, 25, 50} {
		if end < w*lengthsBins {
			return w
		}
	}
	return 100
}

// bins are the bars. What is longer than the axis is left to the sentence below.
func (c lengthChart) bins() []bin {
	w, most := c.width(), 1
	counts := make([]int, lengthsBins)
	for n, count := range c.Of {
		if i := n / w; i < len(counts) {
			counts[i] += count
			most = max(most, counts[i])
		}
	}
	var all []bin
	step := float64(lengthsRight-lengthsLeft) / lengthsBins
	for i, count := range counts {
		if count > 0 {
			h := float64(count) / float64(most) * (lengthsBottom - lengthsTop)
			all = append(all, bin{i * w, (i + 1) * w, count, lengthsLeft + step*float64(i), lengthsBottom - h, step - 1})
		}
	}
	return all
}

// end is the length at which the axis ends.
func (c lengthChart) end() int { return c.width() * lengthsBins }

func (c lengthChart) x(n int) float64 {
	at := min(float64(n)/float64(c.end()), 1)
	return lengthsLeft + at*(lengthsRight-lengthsLeft)
}

// ticks are five round lengths.
func (c lengthChart) ticks() []tick {
	var all []tick
	for i := range 5 {
		n := c.end() * i / 4
		all = append(all, tick{c.x(n), c.Lang.N(n)})
	}
	return all
}

// anchor keeps maxlen's label on the paper.
func (c lengthChart) anchor() string {
	switch x := c.x(c.Maxlen); {
	case x < 60:
		return "start"
	case x > 280:
		return "end"
	}
	return "middle"
}

func (c lengthChart) alt() string {
	reviews, _ := c.Of.cut(c.Maxlen)
	return c.Lang.T("lengths.alt", c.Lang.N(c.Maxlen), c.Lang.Pct(1-reviews), c.Lang.Pct(reviews))
}
