package session

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
func (s *Session) ask() {
	set := s.dataset()
	counts := estimate.Counts{Train: set.Train, Val: set.Test}
	of := func(about string, settings training.Settings, corpus string) estimate.Epoch {
		return s.all.Estimator.Estimate(s.ID+" "+about, settings, corpus, counts.With(settings), func() {
			s.hand(func() {
				s.ask()
				s.publish()
			})
		})
	}
	s.prices = present.Prices{Dataset: set, Plan: of("plan", s.state.Settings, s.state.Corpus())}
	if r, ok := present.Resumable(s.state); ok {
		s.prices.Rest = of("rest", r.Settings, r.Corpus)
	}
}

// dataset is the size of the data set that is loaded, or that probably will be.
func (s *Session) dataset() datasets.Size {
	if done := s.state.Cell(notebook.Load).Done; done != nil {
		if r, ok := done.Result.(web.LoadResult); ok {
			return datasets.Size{Train: r.Train, Test: r.Test}
		}
	}
	return s.all.Library.Expect()
}
