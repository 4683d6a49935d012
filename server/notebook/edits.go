package notebook

import (
	"slices"
	"time"
)

// Edited is the latest change of something that readers write: a field, the guess, a run's name.
type Edited struct {
	Seq  uint64    // other than that of every change before
	Made time.Time // when it was written
	By   string    // the page it was written on; "" is no page's
}

// Stamp says where a change comes from. One that was on its way for long does not undo a later one of
// another page. Times are the server's: what a page tells is only how long ago it was.
type Stamp struct {
	At   time.Time     // when it arrived
	Age  time.Duration // how long before that it was written
	By   string        // the page; "" changes what is there in any case
	Seen uint64        // Seq of the change that the page showed when it was written
}

func (t Stamp) made() time.Time { return t.At.Add(-t.Age) }

// Names of what can be edited beside the fields.
const GuessEdit = "guess"

// NameEdit is the edit of a run's name.
func NameEdit(run string) string { return "name." + run }

// overtaken tells whether another page wrote the same thing later, and this one had not heard of it.
func (s State) overtaken(name string, t Stamp) bool {
	was, ok := s.Edits[name]
	return ok && t.By != "" && t.By != was.By && t.Seen != was.Seq && was.Made.After(t.made())
}

// mark notes a change. Numbers follow the clock, so that none comes again when a state was lost.
func (s *State) mark(name string, t Stamp) {
	seq := max(s.Edits[name].Seq+1, uint64(max(0, t.At.UnixMilli())))
	if s.Edits == nil {
		s.Edits = map[string]Edited{}
	}
	s.Edits[name] = Edited{Seq: seq, Made: t.made(), By: t.By}
}

// Overtaken lists what an operation would change and may not, as another page has changed it since.
func (s State) Overtaken(op Op) (names []string) {
	switch op := op.(type) {
	case Edit:
		for _, f := range Fields {
			if text, ok := op.Values[f.Name]; ok && s.changes(f, text) && s.overtaken(f.Name, op.stamp(f.Name)) {
				names = append(names, f.Name)
			}
		}
	case Rename:
		if i := s.book(op.Run); i >= 0 && s.Runs[i].Name != op.name() && s.overtaken(NameEdit(op.Run), op.Stamp) {
			names = append(names, NameEdit(op.Run))
		}
	case Expect:
		if !slices.Equal(s.Guess, valid(op.Guess)) && s.overtaken(GuessEdit, op.Stamp) {
			names = append(names, GuessEdit)
		}
	}
	return names
}

// changes tells whether a text would give a field another value.
func (s State) changes(f Field, text string) bool {
	was := f.get(&s)
	f.set(&s, text)
	return f.get(&s) != was
}

// edit takes over what was typed, except where another page has typed later.
func (s *State) edit(op Edit) {
	if len(Check(*s, op.Values)) > 0 {
		return
	}
	review := s.Review
	for _, f := range Fields {
		text, ok := op.Values[f.Name]
		if stamp := op.stamp(f.Name); ok && s.changes(f, text) && !s.overtaken(f.Name, stamp) {
			f.set(s, text)
			s.mark(f.Name, stamp)
		}
	}
	if s.Review != review {
		s.Without = ""
	}
}

func (op Edit) stamp(name string) Stamp {
	if t, ok := op.Stamps[name]; ok {
		return t
	}
	return Stamp{At: op.At}
}
