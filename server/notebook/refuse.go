package notebook

import (
	"errors"
	"slices"
	"strings"
)

// Why an operation on something that it names cannot be done.
var (
	ErrNoRun    = errors.New("notebook: no such run")
	ErrNoPin    = errors.New("notebook: no such sentence")
	ErrPins     = errors.New("notebook: no more sentences can be pinned")
	ErrInUse    = errors.New("notebook: a cell is at work with the run, or waits for it")
	ErrNoText   = errors.New("notebook: there is nothing to pin")
	ErrPinLong  = errors.New("notebook: the sentence is too long to be pinned")
	ErrNameLong = errors.New("notebook: the name is too long")
	ErrNoResume = errors.New("notebook: no training can go on")
)

// Refuse says why Apply would leave the state as it is, though more was asked for than what is so
// already; nil if the operation can be done.
func Refuse(s State, op Op) error {
	switch op := op.(type) {
	case Rename:
		if err := s.lists(op.Run); err != nil || Units(op.name()) <= MaxName {
			return err
		}
		return ErrNameLong
	case Adopt:
		return s.lists(op.Run)
	case Delete:
		if err := s.lists(op.Run); err != nil || s.Deletable(op.Run) {
			return err
		}
		return ErrInUse
	case Pin:
		switch text := strings.TrimSpace(op.Text); {
		case text == "":
			return ErrNoText
		case Units(text) > MaxPin:
			return ErrPinLong
		case len(s.Pins) >= MaxPins && !s.pinned(text):
			return ErrPins
		}
	case Unpin:
		if !slices.ContainsFunc(s.Pins, func(p Pinned) bool { return p.ID == op.ID }) {
			return ErrNoPin
		}
	case Resume:
		if !s.Cell(Fit).Pending() && !s.resumable() {
			return ErrNoResume
		}
	}
	return nil
}

func (s *State) lists(run string) error {
	if s.book(run) < 0 {
		return ErrNoRun
	}
	return nil
}
