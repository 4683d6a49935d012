package notebook

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// MaxPins is how many sentences can be pinned, and MaxPin how long each may be, in units.
const (
	MaxPins = 5
	MaxPin  = 500
)

// Units counts the length of a text as browsers do for maxlength: in UTF-16.
func Units(text string) int { return len(utf16.Encode([]rune(text))) }

// Pinned is a sentence of the reader's that every epoch of a training judges.
type Pinned struct {
	ID     uint64 // from 1; never given twice
	Text   string
	Run    string          // the training that the rest is about
	Known  int             // of its words to that training
	Words  int             // in all
	Absent int             // left out for the data set's list lacks them
	Scores map[int]float64 // P(positive) by epoch; Gone where it cannot be said
}

// Gone is the score of an epoch whose weights are no longer kept.
const Gone = -1.0

// Unjudged is an epoch that some pinned sentences wait to be judged by.
type Unjudged struct {
	Run   Run
	Epoch int
	Pins  []Pinned
}

// Shown is the training that fit shows: the one under way, else the one that its result is of.
func (s State) Shown() (Run, bool) {
	c := s.Cell(Fit)
	if c.Now != nil {
		return *c.Now.Run, c.Now.Run.ID != ""
	}
	if c.Done != nil {
		if i := s.book(c.Done.Output); i >= 0 {
			return s.Runs[i], true
		}
	}
	return Run{}, false
}

// Unjudged finds the first epoch of the training that is shown with work to do.
func (s State) Unjudged() (u Unjudged, ok bool) {
	run, ok := s.Shown()
	if !ok {
		return u, false
	}
	for _, e := range run.History {
		u = Unjudged{Run: run, Epoch: e.Epoch}
		for _, p := range s.Pins {
			if _, known := p.Scores[e.Epoch]; p.Run != run.ID || !known {
				u.Pins = append(u.Pins, p)
			}
		}
		if len(u.Pins) > 0 {
			return u, true
		}
	}
	return Unjudged{}, false
}

func (s *State) pin(text string) {
	if Refuse(*s, Pin{Text: text}) != nil || s.pinned(text) {
		return
	}
	s.Pinned++
	s.Pins = append(s.Pins, Pinned{ID: s.Pinned, Text: strings.TrimSpace(text)})
}

func (s *State) pinned(text string) bool {
	text = strings.TrimSpace(text)
	return slices.ContainsFunc(s.Pins, func(p Pinned) bool { return p.Text == text })
}

func (s *State) unpin(id uint64) {
	s.Pins = slices.DeleteFunc(s.Pins, func(p Pinned) bool { return p.ID == id })
}

// judged enters what an epoch made of the pinned sentences, if its training is still shown.
func (s *State) judged(op Judged) {
	if run, ok := s.Shown(); !ok || run.ID != op.Run {
		return
	}
	for i, p := range s.Pins {
		v, ok := op.Of[p.ID]
		if !ok {
			continue
		}
		if p.Run != op.Run {
			p = Pinned{ID: p.ID, Text: p.Text, Run: op.Run}
		}
		if p.Scores = maps.Clone(p.Scores); p.Scores == nil {
			p.Scores = map[int]float64{}
		}
		if p.Scores[op.Epoch] = v.P; v.P != Gone {
			p.Known, p.Words, p.Absent = v.Known, v.Words, v.Absent
		}
		s.Pins[i] = p
	}
}
