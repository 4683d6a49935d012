package runs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"cuaderno/training/fit"
)

// phase is where a run stands.
type phase string

const (
	waiting phase = "waiting"
	working phase = "working"
	over    phase = "over"
)

// Record is how a run stands, as the bucket keeps it.
type Record struct {
	Job       Job       `json:"job"`
	Phase     phase     `json:"phase"`
	Submitted time.Time `json:"submitted"`
	Queued    int       `json:"queued,omitempty"` // how often it was put into the queue
	Ticket    uint64    `json:"ticket"`           // number of its job there; 0 if that is not known
	Stop      bool      `json:"stop,omitempty"`
	Worker    string    `json:"worker,omitempty"`
	Attempt   int       `json:"attempt"`         // how often it was taken from the queue
	Lost      int       `json:"lost,omitempty"`  // attempts since the last checkpoint
	Kept      []int     `json:"kept,omitempty"`  // epochs whose weights are there
	Final     string    `json:"final,omitempty"` // the object with the weights that it ended with
	Held      string    `json:"held,omitempty"`  // that object while it waits in its worker's memory
	Bytes     int64     `json:"bytes,omitempty"` // of all that is kept
	Mixed     bool      `json:"mixed,omitempty"` // trained with several arithmetics

	History []fit.EpochDone `json:"history,omitempty"` // of the weights that are there
	Closing *fit.Stopped    `json:"closing,omitempty"` // the last word that is about to be said
	Error   *trouble        `json:"error,omitempty"`   // of a run that failed

	// Of a run that is over.
	End     uint64      `json:"end,omitempty"` // its last entry
	Stopped fit.Stopped `json:"stopped,omitzero"`
}

func (r Record) result() Result {
	return Result{
		Job: r.Job, Worker: r.Worker, History: slices.Clone(r.History), Stopped: r.Stopped,
		Epochs: slices.Clone(r.Kept), Final: r.Final != "", Err: r.fault(),
	}
}

// FinalEpoch is the epoch after which the run's last weights were; of weights from within an epoch, the
// last that was complete.
func (r Record) FinalEpoch() int {
	var epoch int
	if _, err := fmt.Sscanf(cmp.Or(r.Final, r.Held), "epoch-%d", &epoch); err != nil {
		return len(r.History)
	}
	return epoch
}

func (r Record) fault() error {
	if r.Error == nil {
		return nil
	}
	return r.Error
}
