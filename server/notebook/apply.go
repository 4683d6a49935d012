package notebook

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Apply is the whole notebook: what an operation makes of a state, and what is to be done about it.
// Operations that make no sense in the state (a cell that is not there, news of an execution that
// is over) change nothing.
func Apply(s State, op Op) (State, []Action) {
	s = s.clone()
	var actions []Action
	switch op := op.(type) {
	case Edit:
		s.edit(op)
	case RunCell:
		s.ask(op.Cell)
		actions = s.start(op.At)
	case RunAll:
		s.askAll()
		actions = s.start(op.At)
	case RunStale:
		s.askStale()
		actions = s.start(op.At)
	case Interrupt:
		actions = append(s.interrupt(op.Cell), s.start(op.At)...)
	case Restart:
		actions = s.restart()
	case Recover:
		actions = s.recover(op.At)
	case Resume:
		actions = s.resume(op.At)
	case Rename:
		s.rename(op)
	case Adopt:
		s.adopt(op)
	case Delete:
		actions = s.delete(op.Run)
	case Expect:
		s.expect(op)
	case Pin:
		s.pin(op.Text)
	case Unpin:
		s.unpin(op.ID)
	case Judged:
		s.judged(op)
	case Advance:
		s.advance(op)
	case Finish:
		actions = append(s.finish(op), s.start(op.At)...)
	}
	s.settle()
	return s, actions
}

func (s State) clone() State {
	s.Queue = slices.Clone(s.Queue)
	s.Runs = slices.Clone(s.Runs)
	s.Pins = slices.Clone(s.Pins)
	s.Edits = maps.Clone(s.Edits)
	for i := range s.Cells {
		if now := s.Cells[i].Now; now != nil {
			copied := *now
			s.Cells[i].Now = &copied
		}
	}
	return s
}

func (s *State) enqueue(id ID) {
	c := s.at(id)
	if c.Pending() {
		return
	}
	c.Activity, c.Failure = Queued, nil
	s.Queue = append(s.Queue, id)
}

func (s *State) holds(id ID) bool { return s.at(id).Validity == Evaluated }

// start gives out the cells whose turn has come. They run one at a time, in the order of the
// queue; only fit goes on in the background, and keeps waiting no more than what depends on it.
func (s *State) start(at time.Time) []Action {
	var actions []Action
	for i := 0; i < len(s.Queue); {
		id := s.Queue[i]
		switch {
		case s.foreground():
			return actions
		case s.held(id):
			i++
		default:
			s.Queue = slices.Delete(s.Queue, i, i+1)
			actions = append(actions, s.begin(id, at))
		}
	}
	return actions
}

// foreground tells whether a cell other than fit is at work.
func (s *State) foreground() bool {
	for i, id := range Order {
		if id != Fit && s.Cells[i].Now != nil {
			return true
		}
	}
	return false
}

// held tells whether something that the cell builds on is still waiting or at work.
func (s *State) held(id ID) bool {
	pending := func(id ID) bool { return s.at(id).Pending() }
	return slices.ContainsFunc(Needs(id), pending) || slices.ContainsFunc(rules.Of(id).waits, pending)
}

func (s *State) begin(id ID, at time.Time) Action {
	c := s.execute(id, at, s.uses(id))
	if id == Fit {
		c.Activity = Queued // until its training begins
		settings := s.SettingsOf(c.Now.Used)
		c.Now.Run = &Run{Settings: settings, Epochs: settings.Epochs, Corpus: c.Now.Used[CorpusInput], Guess: s.guessFor(settings.Epochs)}
	}
	return s.order(id)
}

// execute puts a cell to work.
func (s *State) execute(id ID, at time.Time, used map[string]string) *Cell {
	s.Tickets++
	s.Count++
	c := s.at(id)
	c.Count, c.Activity, c.Failure = s.Count, Running, nil
	c.Now = &Execution{Ticket: s.Tickets, Started: at, Used: used}
	return c
}

// order is the work of a cell at work, made from nothing but what its execution uses.
func (s *State) order(id ID) Start {
	now := s.at(id).Now
	input := func(name string) string {
		if text, ok := now.Used[name]; ok {
			return text
		}
		return s.input(name)
	}
	index, _ := strconv.Atoi(input("index")) // it was checked when it was typed
	moment, _ := strconv.Atoi(input("at_epoch"))
	start := Start{
		Cell: id, Ticket: now.Ticket, Settings: s.SettingsOf(now.Used), Index: index, Review: input("review"),
		Without: Dropped(input("without")), Moment: moment,
		Corpus: input(CorpusInput), Run: runOf(input(RunInput)),
	}
	switch id {
	case Fit:
		start.Run, start.After = now.Run.ID, now.Run.Seq
		start.Resume = now.Resumed && !now.Working
	case Evaluate, Classify, Compare:
		start.Runs = slices.Clone(s.Runs)
	}
	return start
}

// uses collects the inputs of an execution: what the cells before it used, if it takes their
// results, and the present value of everything else. So a result is never said to belong to
// settings that the results beneath it have not seen.
func (s *State) uses(id ID) map[string]string {
	used := map[string]string{}
	for _, name := range rules.Of(id).reads {
		used[name] = s.input(name)
		for _, need := range rules.Of(id).needs {
			if was, ok := s.at(need).Done.Used[name]; ok {
				used[name] = was
				break
			}
		}
	}
	return used
}

// dequeue takes a cell that waits out of the queue, and those that need it.
func (s *State) dequeue(id ID) {
	s.Queue = slices.DeleteFunc(s.Queue, func(other ID) bool {
		out := other == id || slices.Contains(Needs(other), id)
		if out {
			s.at(other).Activity = Ready
		}
		return out
	})
}
