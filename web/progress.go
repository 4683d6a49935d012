package web

import (
	"strings"
	"time"

	"cuaderno/training"
)

func (c CellView) progress() Progress {
	if c.Progress == nil {
		return Progress{}
	}
	return *c.Progress
}

// amount writes a count of bytes or of reviews.
func (p Progress) amount(l Lang, n int64) string {
	if p.Stage == "download" {
		return l.Bytes(n)
	}
	return l.N(int(n))
}

func (p Progress) how(l Lang) string {
	parts := []string{""}
	if p.Of > 0 {
		parts = append(parts, l.T("progress.of", p.amount(l, p.Done), p.amount(l, p.Of)))
	} else if p.Done > 0 {
		parts = append(parts, p.amount(l, p.Done))
	}
	return strings.Join(parts, " · ")
}

func (p Progress) time(l Lang) string {
	var parts []string
	if p.PerSecond > 0 {
		if p.Stage == "download" {
			parts = append(parts, l.T("progress.rate", l.Bytes(int64(p.PerSecond))))
		} else {
			parts = append(parts, l.T("progress.rate.reviews", l.F(p.PerSecond, 0)))
		}
	}
	if p.Left > 0 {
		parts = append(parts, l.T("progress.left", l.Left(p.Left)))
	} else if p.Elapsed > 0 {
		parts = append(parts, l.T("progress.elapsed", l.Time(p.Elapsed)))
	}
	return strings.Join(parts, " · ")
}

func (p Progress) share() float64 {
	if p.Of <= 0 {
		return 0
	}
	return min(1, float64(p.Done)/float64(p.Of))
}

// share3 is a share for an attribute.
func share3(share float64) string { return EN.F(min(max(share, 0), 1), 4) }

// ended tells whether the run has come to its end, whatever that was.
func (r *FitResult) ended() bool {
	switch r.State {
	case "finished", "early_stopping", "interrupted", "failed":
		return true
	}
	return false
}

// share is how much of the planned run is done. Validation counts as a fifth of an epoch, which is
// about what it takes.
func (r *FitResult) share() float64 {
	if r.Planned == 0 {
		return 0
	}
	done := float64(len(r.Epochs))
	if v := r.Live; v != nil && v.Epoch > len(r.Epochs) {
		switch {
		case v.Validating && v.Of > 0:
			done += 0.8 + 0.2*float64(v.Done)/float64(v.Of)
		case v.Validating:
			done += 0.8
		case r.Steps > 0:
			done += 0.8 * float64(v.Batch) / float64(r.Steps)
		}
	}
	return done / float64(r.Planned)
}

func (r *FitResult) line(l Lang) string {
	v := r.Live
	parts := []string{""}
	if v.Validating {
		parts = append(parts, l.T("fit.validating", l.N(v.Done), l.N(v.Of)))
	} else if v.Batch > 0 {
		parts = append(parts, l.T("fit.batch", l.N(v.Batch), l.N(r.Steps)))
	}
	if v.Loss > 0 {
		parts = append(parts, l.T("fit.loss", l.F(v.Loss, 4)), l.T("fit.accuracy", l.F(v.Accuracy, 3)))
	}
	return strings.Join(parts, " · ")
}

func (r *FitResult) pace(l Lang) string {
	var parts []string
	if r.Live.PerSecond > 0 {
		parts = append(parts, l.T("fit.speed", l.F(r.Live.PerSecond, 0)))
	}
	if r.Live.Elapsed >= time.Second {
		parts = append(parts, l.T("progress.elapsed", l.Left(r.Live.Elapsed.Truncate(time.Second))))
	}
	if r.Live.Left > 0 {
		parts = append(parts, l.T("fit.left", l.Left(r.Live.Left)))
	}
	if r.Where != "" {
		parts = append(parts, l.T("fit.where", r.Where))
	}
	return strings.Join(parts, " · ")
}

// earlier is a setting that a run has, and that its field no longer shows.
type earlier struct{ Text, Field string }

// otherwise lists the settings of the last run from which the fields have moved away, with the decimal point
// that code has in either language.
func (c CellView) otherwise() (all []earlier) {
	for _, f := range training.Fields {
		was, is := f.Get(c.Ran), f.Get(c.Settings)
		if was == is {
			continue
		}
		all = append(all, earlier{f.Name + "=" + was, is})
	}
	return all
}

func (r Resume) label(l Lang) string {
	if r.From == r.To {
		return l.T("fit.resume.one", l.N(r.From))
	}
	return l.T("fit.resume.many", l.N(r.From), l.N(r.To))
}

func (r *FitResult) summary(l Lang) string {
	if r.Within > 0 {
		return l.T("fit.cut", l.N(r.Within))
	}
	if len(r.Epochs) == 0 {
		return l.T("fit.nothing")
	}
	return l.Count("fit.done."+r.State, len(r.Epochs))
}

func (r *FitResult) totals(l Lang) string {
	if len(r.Epochs) == 0 {
		return ""
	}
	var all time.Duration
	for _, e := range r.Epochs {
		all += seconds(e.Seconds)
	}
	parts := []string{l.T("fit.total", l.Time(all))}
	if ms := r.Epochs[len(r.Epochs)-1].MsPerStep; ms > 0 {
		parts = append(parts, l.T("fit.ms", l.F(ms, 1)))
	}
	if r.Where != "" {
		parts = append(parts, l.T("fit.was", r.Where))
	}
	return strings.Join(parts, " · ")
}

func (r *FitResult) waiting(l Lang) string {
	if r.State == "queued" {
		return l.T("fit.queued")
	}
	return l.T("fit.starting")
}
