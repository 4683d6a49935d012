package web

import "github.com/a-h/templ"

// Figure is the chart of one figure of a run, loss or accuracy, for use outside the page.
func Figure(l Lang, what string, r *FitResult) templ.Component {
	return chartSVG(chart{Lang: l, What: what, Epochs: r.Epochs, Planned: r.Planned, Best: r.Best})
}
