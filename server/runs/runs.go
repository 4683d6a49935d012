// Package runs keeps trainings going whatever happens to the page that asked for them: jobs wait in
// a queue, every run has a numbered log of events that anyone may watch from any point, and its
// weights stay until they are released.
package runs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Job is a training that somebody wants.
type Job struct {
	ID       string // of the run; Submit chooses one if empty
	Settings training.Settings
	Corpus   string // SHA-256 of the data set
}

// Update is one entry of a run's log. Numbers grow, but may skip: entries that a later one replaces
// are dropped. Exactly one of Place and Event is set.
type Update struct {
	Seq   uint64
	At    time.Time
	Place int       // in the queue, from 1
	Event fit.Event // the last of a run is fit.Stopped
}

// Weights are what a training leaves.
type Weights struct {
	Latest    *nn.Params // as the run ended: after the last batch, or the best epoch's where that was asked for
	Best      *nn.Params // after the epoch of the lowest validation loss; nil before the first epoch's end
	BestEpoch int
}

// Result is a run that is over, well or not.
type Result struct {
	Job     Job
	History []fit.EpochDone
	Stopped fit.Stopped
	Weights Weights
	Err     error // of a failed run
}

// What can go wrong with a run besides the training itself.
var (
	ErrUnknown    = errors.New("no such run")
	ErrUnfinished = errors.New("the run goes on")
	ErrReleased   = errors.New("the run's weights were given up")
	ErrFull       = errors.New("too many runs are waiting")
	ErrClosed     = errors.New("no more runs are taken")
)

// Service takes trainings and tells how they go. It is safe for concurrent use.
type Service interface {
	// Submit queues a job and returns the run's id.
	Submit(job Job) (string, error)
	// Watch gives the run's log after an entry, then what comes, until the run is over. An error
	// (the context's, ErrUnknown) is the last thing it gives.
	Watch(ctx context.Context, id string, after uint64) iter.Seq2[Update, error]
	// Stop ends a run, or takes it out of the queue. It keeps what was learnt so far.
	Stop(id string) error
	// Result waits for nothing: ErrUnfinished while the run goes on, ErrReleased once its weights are gone.
	Result(id string) (Result, error)
	// Release gives up a run, its log and its weights, stopping it first if need be.
	Release(id string)
}

// A Train performs one job, telling the observer, until it is done or the context ends. A stopped
// training returns the weights it has together with the context's error.
type Train func(ctx context.Context, job Job, tell fit.Observer) (Weights, error)

// NewID names a run: its time, so that names sort, and some chance, so that they differ.
func NewID(at time.Time) string {
	var chance [3]byte
	_, _ = rand.Read(chance[:]) // never fails
	at = at.UTC()
	return fmt.Sprintf("%s%03d-%s", at.Format("20060102-150405"), at.Nanosecond()/1e6, hex.EncodeToString(chance[:]))
}
