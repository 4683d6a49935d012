package session

import (
	"errors"
	"time"
)

// Errors of a notebook that is asked for something.
var (
	ErrClosed  = errors.New("session: the notebook is closed, or the server shuts down")
	ErrFull    = errors.New("session: as many notebooks as fit are in use")
	ErrStore   = errors.New("session: what is kept is out of reach")
	ErrUnkept  = errors.New("session: the change is made and is kept as soon as it can be")
	ErrNoPlace = errors.New("session: no new notebook can be kept")
	ErrSlipped = errors.New("session: the notebook did not get to the end of it")
)

// NewcomersError says that the new notebooks of one address take all that they may in an hour.
type NewcomersError struct {
	from  string
	After time.Duration // when it may be tried again
}

func (e NewcomersError) Error() string {
	return "session: new notebooks of " + e.from + " take all that they may in an hour"
}
