package notebook

import (
	"slices"
)

func (s *State) interrupt(id ID) []Action {
	if !Known(id) {
		return nil
	}
	c := s.at(id)
	switch {
	case c.Now != nil:
		for _, waiting := range s.Queue {
			s.at(waiting).Activity = Ready
		}
		s.Queue = nil
		if c.Now.Stopping {
			return nil
		}
		c.Now.Stopping = true
		return []Action{Cancel{Cell: id, Ticket: c.Now.Ticket}}
	case c.Activity == Queued:
		s.dequeue(id)
	}
	return nil
}

func (s *State) restart() []Action {
	var actions []Action
	if run := s.output(Fit); run != "" {
		actions = append(actions, Release{Run: run})
	}
	for i, id := range Order {
		if now := s.Cells[i].Now; now != nil {
			actions = append(actions, Cancel{Cell: id, Ticket: now.Ticket})
		}
		s.Cells[i] = Cell{Validity: Fresh, Activity: Ready}
	}
	s.Queue, s.Count, s.Reviews = nil, 0, 0
	return actions
}

func (s *State) advance(op Advance) {
	c := s.working(op.Cell, op.Ticket)
	if c == nil {
		return
	}
	switch {
	case op.Progress != nil:
		c.Now.Progress = op.Progress
	case op.Cell == Fit:
		c.hear(op)
	}
}

// hear takes in news of a training.
func (c *Cell) hear(op Advance) {
	run := *c.Now.Run
	if op.Seq != 0 {
		if op.Seq <= run.Seq {
			return
		}
		run.Seq = op.Seq
	}
	if op.Where != "" {
		run.Where = op.Where
	}
	switch {
	case op.Begun != "":
		run.ID = op.Begun
	case op.Note == Mixed:
		run.Mixed = true
	case op.Note == Anew:
		run.Anew, run.Mixed = true, false
	case op.Place > 0:
		c.Activity, c.Now.Place = Queued, op.Place
	case op.Event != nil:
		run = run.with(op.Event)
		c.Activity, c.Now.Place = Running, 0
		if !c.Now.Working {
			c.Now.Working, c.Now.Started = true, op.At
		}
	}
	c.Now.Run = &run
}

// working finds the cell that the ticket stands for, if it is still at it.
func (s *State) working(id ID, ticket uint64) *Cell {
	if !Known(id) {
		return nil
	}
	if c := s.at(id); c.Now != nil && c.Now.Ticket == ticket {
		return c
	}
	return nil
}

func (s *State) finish(op Finish) []Action {
	c := s.working(op.Cell, op.Ticket)
	if c == nil {
		if op.Cell == Fit && op.Output != "" && op.Output != s.output(Fit) {
			return []Action{Release{Run: op.Output}}
		}
		return nil
	}
	now := c.Now
	c.Now, c.Activity, c.Failure = nil, Ready, nil
	var actions []Action
	if op.Cell == Fit && now.Run.Epoch > 0 {
		run := *now.Run
		if now.Resumed && now.Working {
			run.Test = nil // that was scored by other weights
		}
		actions = s.file(run)
	}
	if op.Failure != nil {
		c.Activity, c.Failure = Failed, op.Failure
	}
	if op.Failure != nil || op.Result == nil {
		s.abandon(op.Cell)
	}
	if op.Result == nil {
		return actions
	}

	if op.Cell == Fit && c.Done != nil && c.Done.Output != op.Output {
		actions = append(actions, Release{Run: c.Done.Output})
	}
	elapsed := op.At.Sub(now.Started)
	if now.Resumed {
		elapsed += c.Done.Elapsed
	}
	c.Done = &Outcome{
		Ticket: now.Ticket, Result: op.Result, Output: op.Output, Used: now.Used,
		Elapsed: elapsed, Partial: op.Interrupted || op.Failure != nil,
	}
	switch op.Cell {
	case Fit:
		s.Moment = 0
	case Load:
		s.Reviews = op.Reviews
		s.Index = min(s.Index, s.IndexMax())
	case Evaluate:
		s.note(now.Used[RunInput], op.Figures)
	}
	return actions
}

// abandon takes out of the queue what needed a result that has not come. An older result will not
// do: the reader asked for a new one.
func (s *State) abandon(id ID) {
	for _, waiting := range slices.Clone(s.Queue) {
		if slices.Contains(Needs(waiting), id) {
			s.dequeue(waiting)
		}
	}
}

// note puts the figures on the test set beside the run that they are of, unless it has learnt more.
func (s *State) note(weights string, figures *Figures) {
	if weights != s.weights() {
		return
	}
	for i := range s.Runs {
		if s.Runs[i].ID == runOf(weights) {
			s.Runs[i].Test = figures
		}
	}
}
