package main

import (
	"slices"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/web"
)

// plan is the price of what an operation would put to work; nothing if it would train nothing.
func (v viewer) plan(op notebook.Op) web.Price {
	if !slices.Contains(v.state.Plan(op), notebook.Fit) {
		return web.Price{}
	}
	return v.priceOf("plan", v.state.Settings, v.state.Corpus(), v.state.Settings.Epochs)
}

// rest is the price of what is left of a run that was stopped.
func (v viewer) rest(r notebook.Run) web.Price {
	return v.priceOf("rest", r.Settings, r.Corpus, r.Epochs-len(r.History))
}

func (v viewer) priceOf(about string, s training.Settings, corpus string, epochs int) web.Price {
	set := v.reviews()
	e := v.price(about, s, corpus, estimate.Counts{Train: set.Train, Val: set.Test}.With(s))
	p := web.Price{
		Trains: true, Epochs: epochs, Total: seconds(e.Seconds * float64(epochs)),
		Rough: e.Rough, Most: s.EarlyStopping != "off" || set.AtMost, Assumed: corpus == "" && set == datasets.IMDB,
	}
	if e.Ratio > 0 {
		p.Other, p.Ratio = estimate.OtherLength(s.Maxlen), e.Ratio
	}
	return p
}

// reviews are those of the data set that is loaded, or that probably will be.
func (v viewer) reviews() datasets.Size {
	if done := v.state.Cell(notebook.Load).Done; done != nil {
		if r, ok := done.Result.(web.LoadResult); ok {
			return datasets.Size{Train: r.Train, Test: r.Test}
		}
	}
	return v.expect()
}

// price asks what a training would take. When more is found out the open pages are told.
func (d *desk) price(about string, s training.Settings, corpus string, r estimate.Counts) estimate.Epoch {
	return d.house.estimator.Estimate(d.id+" "+about, s, corpus, r, func() {
		select {
		case d.inbox <- func() { d.publish() }:
		case <-d.ctx.Done():
		}
	})
}
