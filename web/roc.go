package web

import "strings"

// The square of shares, in units of the charts' paper.
const (
	squareLeft, squareRight = 38.0, 334.0
	squareTop, squareBottom = 22.0, 226.0
)

func sqX(share float64) float64 { return squareLeft + share*(squareRight-squareLeft) }
func sqY(share float64) float64 { return squareBottom - share*(squareBottom-squareTop) }

func (r EvaluateResult) rocPath() string {
	var b strings.Builder
	for i, p := range r.ROC {
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + xy(sqX(p.False)) + " " + xy(sqY(p.True)))
	}
	return b.String()
}

// operating is where on the curve the verdicts are given: at one half.
func (r EvaluateResult) operating() (at ROCPoint, ok bool) {
	negative, positive := r.Confusion[0][0]+r.Confusion[0][1], r.Confusion[1][0]+r.Confusion[1][1]
	return ROCPoint{ratio(r.Confusion[0][1], negative), ratio(r.Confusion[1][1], positive)}, negative > 0 && positive > 0
}

func (b Bin) share() float64 { return ratio(b.Positive, b.Count) }

// countHeight is how high a bin's bar of reviews stands: a third of the square for the fullest.
func (r EvaluateResult) countHeight(b Bin) float64 {
	most := 0
	for _, b := range r.Bins {
		most = max(most, b.Count)
	}
	return ratio(b.Count, most) * (squareBottom - squareTop) / 3
}

func (r EvaluateResult) trustPath() string {
	var s strings.Builder
	for _, b := range r.Bins {
		if b.Count > 0 {
			s.WriteString(map[bool]string{true: "M", false: "L"}[s.Len() == 0] + xy(sqX(b.Mean)) + " " + xy(sqY(b.share())))
		}
	}
	return s.String()
}

func (r EvaluateResult) trustAlt(l Lang) string {
	var all []string
	for _, b := range r.Bins {
		if b.Count > 0 {
			all = append(all, l.T("trust.point", l.P(b.Mean), l.F(b.share(), 2), l.N(b.Count)))
		}
	}
	return l.T("trust.alt", strings.Join(all, "; "))
}

// sure is the tenth of the highest probabilities.
func (r EvaluateResult) sure() Bin {
	if len(r.Bins) == 0 {
		return Bin{}
	}
	return r.Bins[len(r.Bins)-1]
}

func (r EvaluateResult) trustKey() string {
	switch s := r.sure(); {
	case s.Count == 0:
		return "trust.never"
	case s.Mean-s.share() > 0.02:
		return "trust.over"
	case s.share()-s.Mean > 0.02:
		return "trust.under"
	}
	return "trust.fair"
}

func (r EvaluateResult) trustArgs(l Lang) []any {
	s := r.sure()
	if s.Count == 0 {
		return []any{l.F(.9, 1)}
	}
	return []any{l.N(s.Count), l.F(.9, 1), l.Pct(s.Mean), l.Pct(s.share())}
}
