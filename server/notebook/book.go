package notebook

import (
	"slices"
	"strings"

	"cuaderno/training"
)

// MaxName bounds the name of a run, in units.
const MaxName = 40

// book finds a run's place in the list of those that are over; -1 if it is not there.
func (s *State) book(id string) int {
	return slices.IndexFunc(s.Runs, func(r Run) bool { return id != "" && r.ID == id })
}

// MaxRuns bounds the list of runs. The oldest go first, but not the one that fit holds.
const MaxRuns = 50

// file enters a training that is over. One that went on takes its old place.
func (s *State) file(run Run) (actions []Action) {
	if i := s.book(run.ID); i >= 0 {
		s.Runs[i] = run
		return nil
	}
	s.Filed++
	run.Number = s.Filed
	s.Runs = append(s.Runs, run)
	for i := 0; len(s.Runs) > MaxRuns && i < len(s.Runs); {
		if id := s.Runs[i].ID; id != s.output(Fit) && id != run.ID {
			s.Runs = slices.Delete(s.Runs, i, i+1)
			delete(s.Edits, NameEdit(id))
			actions = append(actions, Release{Run: id})
			continue
		}
		i++
	}
	return actions
}

// name is what the run will be called: words with single spaces between them.
func (op Rename) name() string { return strings.Join(strings.Fields(op.Name), " ") }

func (s *State) rename(op Rename) {
	name := op.name()
	i := s.book(op.Run)
	if i < 0 || Units(name) > MaxName || name == s.Runs[i].Name || s.overtaken(NameEdit(op.Run), op.Stamp) {
		return
	}
	s.mark(NameEdit(op.Run), op.Stamp)
	s.Runs[i].Name = name
	if now := s.at(Fit).Now; now != nil && now.Run.ID == op.Run {
		run := *now.Run
		run.Name = name
		now.Run = &run
	}
}

func (s *State) adopt(op Adopt) {
	i := s.book(op.Run)
	if i < 0 {
		return
	}
	was := s.Settings
	s.Settings = s.Runs[i].Settings
	for _, f := range training.Fields {
		if f.Get(was) != f.Get(s.Settings) {
			s.mark(f.Name, Stamp{At: op.At})
		}
	}
}

// Deletable tells whether a run may be taken off the list: no cell is at work with it or waits for it.
func (s State) Deletable(id string) bool {
	if s.book(id) < 0 {
		return false
	}
	if now := s.Cell(Fit).Now; now != nil && now.Run.ID == id {
		return false
	}
	used := func(c ID) bool {
		return s.Cell(c).Pending() && (c == Fit || slices.Contains(Needs(c), Fit))
	}
	return id != s.output(Fit) || !slices.ContainsFunc(Order, used)
}

func (s *State) delete(id string) []Action {
	if !s.Deletable(id) {
		return nil
	}
	if id == s.output(Fit) {
		for i, c := range Order {
			if c == Fit || slices.Contains(Needs(c), Fit) {
				s.Cells[i].Done = nil
			}
		}
	}
	i := s.book(id)
	s.Runs = slices.Delete(s.Runs, i, i+1)
	delete(s.Edits, NameEdit(id))
	return []Action{Release{Run: id}}
}
