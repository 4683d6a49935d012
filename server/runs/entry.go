package runs

import (
	"encoding/json"
	"fmt"
	"time"

	"cuaderno/training/fit"
)

// entry is one line of a run's log.
type entry struct {
	At      time.Time
	Attempt int       // of the worker that writes
	Taken   string    // the worker that begins, or goes on
	Resumed bool      // somebody wants the stopped run to go on
	Note    string    // on how the worker goes on: NoteMixed or NoteAnew
	Event   fit.Event // anything else
}

// written is an entry as it lies in the stream.
type written struct {
	At      time.Time       `json:"at"`
	Attempt int             `json:"attempt,omitempty"`
	Taken   string          `json:"taken,omitempty"`
	Resumed bool            `json:"resumed,omitempty"`
	Note    string          `json:"note,omitempty"`
	Kind    string          `json:"kind,omitempty"`
	Event   json.RawMessage `json:"event,omitempty"`
}

func (e entry) encode() ([]byte, error) {
	w := written{At: e.At, Attempt: e.Attempt, Taken: e.Taken, Resumed: e.Resumed, Note: e.Note}
	switch e.Event.(type) {
	case nil:
	case fit.EpochStarted:
		w.Kind = "epoch_started"
	case fit.BatchDone:
		w.Kind = "batch_done"
	case fit.Reach:
		w.Kind = "reach"
	case fit.Validating:
		w.Kind = "validating"
	case fit.EpochDone:
		w.Kind = "epoch_done"
	case fit.Stopped:
		w.Kind = "stopped"
	default:
		return nil, fmt.Errorf("runs: no name for a %T", e.Event)
	}
	if e.Event != nil {
		var err error
		if w.Event, err = json.Marshal(e.Event); err != nil {
			return nil, fmt.Errorf("runs: %w", err)
		}
	}
	return json.Marshal(w)
}

func decode(data []byte) (e entry, err error) {
	var w written
	if err := json.Unmarshal(data, &w); err != nil {
		return e, fmt.Errorf("runs: an entry of the log: %w", err)
	}
	e = entry{At: w.At, Attempt: w.Attempt, Taken: w.Taken, Resumed: w.Resumed, Note: w.Note}
	switch w.Kind {
	case "epoch_started":
		e.Event, err = parse[fit.EpochStarted](w.Event)
	case "batch_done":
		e.Event, err = parse[fit.BatchDone](w.Event)
	case "reach":
		e.Event, err = parse[fit.Reach](w.Event)
	case "validating":
		e.Event, err = parse[fit.Validating](w.Event)
	case "epoch_done":
		e.Event, err = parse[fit.EpochDone](w.Event)
	case "stopped":
		e.Event, err = parse[fit.Stopped](w.Event)
	}
	if err != nil {
		return e, fmt.Errorf("runs: a %s of the log: %w", w.Kind, err)
	}
	return e, nil
}

func parse[E fit.Event](data []byte) (fit.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}
