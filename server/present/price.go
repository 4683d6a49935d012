package present

import (
	"slices"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/web"
)

// Prices are what an epoch of the trainings takes that the page offers.
type Prices struct {
	Plan    estimate.Epoch // with the settings as they are
	Rest    estimate.Epoch // of the run that may go on
	Dataset datasets.Size  // of the data set that is loaded, or that probably will be
}

// plan is the price of what an operation would put to work; nothing if it would train nothing.
func (v Page) plan(op notebook.Op) web.Price {
	if !slices.Contains(v.State.Plan(op), notebook.Fit) {
		return web.Price{}
	}
	p := v.price(v.Prices.Plan, v.State.Settings, v.State.Settings.Epochs)
	p.Assumed = v.State.Corpus() == "" && v.Prices.Dataset == datasets.IMDB
	return p
}

// rest is the price of what is left of a run that was stopped.
func (v Page) rest(r notebook.Run) web.Price {
	return v.price(v.Prices.Rest, r.Settings, r.Epochs-len(r.History))
}

func (v Page) price(e estimate.Epoch, s training.Settings, epochs int) web.Price {
	p := web.Price{
		Trains: true, Epochs: epochs, Total: seconds(e.Seconds * float64(epochs)),
		Rough: e.Rough, Most: s.EarlyStopping != "off" || v.Prices.Dataset.AtMost,
	}
	if e.Ratio > 0 {
		p.Other, p.Ratio = estimate.OtherLength(s.Maxlen), e.Ratio
	}
	return p
}

// Resumable is the run that is shown, if it may go on.
func Resumable(s notebook.State) (notebook.Run, bool) {
	fit := s.Cell(notebook.Fit)
	if fit.Now != nil || fit.Done == nil {
		return notebook.Run{}, false
	}
	i := slices.IndexFunc(s.Runs, func(r notebook.Run) bool { return r.ID == fit.Done.Output })
	if i < 0 || !s.Runs[i].Resumable() {
		return notebook.Run{}, false
	}
	return s.Runs[i], true
}
