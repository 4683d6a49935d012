package web

import (
	"math"
	"strings"
)

func (r EvaluateResult) reviews() int {
	return r.Confusion[0][0] + r.Confusion[0][1] + r.Confusion[1][0] + r.Confusion[1][1]
}

// line is what stands beside the accuracy.
func (r EvaluateResult) line(l Lang) string {
	parts := []string{l.T("evaluate.loss", l.F(r.Loss, 4))}
	if r.Epoch > 0 {
		parts = append(parts, l.T("evaluate.epoch", l.N(r.Epoch)))
	}
	return strings.Join(append(parts, l.Time(seconds(r.Seconds))), " · ")
}

// score is one bar of the scoreboard.
type score struct {
	Key   string
	Value float64
	Mine  bool
}

// What the classroom notebook printed: after 15 epochs, and at its best (LESSON.md, part 7).
const (
	notebookLast = 0.8010
	notebookBest = 0.8384
)

// scores are what this run is measured against. On the practice corpus the notebook's figures would
// compare two different tasks.
func (r EvaluateResult) scores() []score {
	always := 0.5
	if n := r.reviews(); n > 0 {
		always = ratio(r.Confusion[1][0]+r.Confusion[1][1], n)
	}
	all := []score{{Key: "always", Value: always}}
	if r.Bag > 0 {
		all = append(all, score{Key: "bag", Value: r.Bag})
	}
	all = append(all, score{Key: "run", Value: r.Accuracy, Mine: true})
	if r.comparable() {
		all = append(all, score{Key: "notebook", Value: notebookLast}, score{Key: "best", Value: notebookBest})
	}
	return all
}

// comparable tells whether the classroom notebook's figures are of the same reviews.
func (r EvaluateResult) comparable() bool { return !r.Practice && !r.Own }

// contest says who wins, the network or the bag of words; "" where the bag was not counted. What
// chance alone may do to the difference of two accuracies is no victory.
func (r EvaluateResult) contest() string {
	switch d := r.Accuracy - r.Bag; {
	case r.Bag == 0:
		return ""
	case math.Abs(d) <= r.margin()*math.Sqrt2:
		return "even"
	case d > 0:
		return "run"
	}
	return "bag"
}

func (r EvaluateResult) contestArgs(l Lang) []any {
	return []any{l.F(r.Bag, 3), l.F(r.Accuracy, 3), l.F(100*math.Abs(r.Accuracy-r.Bag), 1)}
}

// margin is the half width of the 95% interval that counting n reviews leaves.
func (r EvaluateResult) margin() float64 {
	n := float64(r.reviews())
	if n == 0 {
		return 0
	}
	return 1.96 * math.Sqrt(r.Accuracy*(1-r.Accuracy)/n)
}

func rightness(right bool) string {
	if right {
		return "right"
	}
	return "wrong"
}
