package notebook

import (
	"maps"
	"time"
)

// recover gives out again what is at work. A training goes on elsewhere and is only followed; any
// other cell starts from the beginning.
func (s *State) recover(at time.Time) []Action {
	var actions []Action
	for i, id := range Order {
		now := s.Cells[i].Now
		if now == nil {
			continue
		}
		if id != Fit {
			now.Started, now.Progress = at, nil
		}
		actions = append(actions, s.order(id))
		if now.Stopping {
			actions = append(actions, Cancel{Cell: id, Ticket: now.Ticket})
		}
	}
	return actions
}

// resume goes on with the training that fit holds, with the settings and the reviews that it had.
func (s *State) resume(at time.Time) []Action {
	c := s.at(Fit)
	if c.Pending() || !s.resumable() {
		return nil
	}
	run := s.Runs[s.book(c.Done.Output)]
	run.Batch, run.Validating = nil, nil
	s.execute(Fit, at, maps.Clone(c.Done.Used))
	c.Activity, c.Now.Resumed, c.Now.Run = Queued, true, &run
	return []Action{s.order(Fit)}
}

// resumable tells whether the training that fit holds can go on.
func (s *State) resumable() bool {
	i := s.book(s.output(Fit))
	return i >= 0 && s.Runs[i].Resumable()
}
