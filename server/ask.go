package main

import (
	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/server/present"
	"cuaderno/training"
	"cuaderno/web"
)

// ask looks up what the notebook's trainings would take, and has it found out where little is known: then it is
// asked again, and the open pages are told.
func (d *desk) ask() {
	set := d.dataset()
	counts := estimate.Counts{Train: set.Train, Val: set.Test}
	of := func(about string, s training.Settings, corpus string) estimate.Epoch {
		return d.house.estimator.Estimate(d.id+" "+about, s, corpus, counts.With(s), func() {
			d.hand(func() {
				d.ask()
				d.publish()
			})
		})
	}
	d.prices = present.Prices{Dataset: set, Plan: of("plan", d.state.Settings, d.state.Corpus())}
	if r, ok := present.Resumable(d.state); ok {
		d.prices.Rest = of("rest", r.Settings, r.Corpus)
	}
}

// dataset is the size of the data set that is loaded, or that probably will be.
func (d *desk) dataset() datasets.Size {
	if done := d.state.Cell(notebook.Load).Done; done != nil {
		if r, ok := done.Result.(web.LoadResult); ok {
			return datasets.Size{Train: r.Train, Test: r.Test}
		}
	}
	return d.house.library.Expect()
}
