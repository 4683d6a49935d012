// Package runs keeps trainings going whatever happens to the page that asked for them, to the
// process, and to the machine that trains.
//
// Jobs wait in a work queue that workers share. Every run has a log on a stream, which anyone may
// read from any point; a record in a key-value bucket, which says how it stands; and its weights in
// an object store. A job that its worker does not finish is given to another, which goes on from the
// last checkpoint and ends with the same bits.
//
// A worker may be thought dead and still be at work. So every entry of a log is written under the
// condition that it follows the last one that its writer knows: of two workers on one run, the one
// that was replaced finds out at its next entry and gives up.
package runs

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
)

// Job is a training that somebody wants.
type Job struct {
	ID       string            `json:"id"` // of the run; Submit chooses one if empty
	Notebook string            `json:"notebook,omitempty"`
	Settings training.Settings `json:"settings"`
	Corpus   string            `json:"corpus"`            // SHA-256 of the data set
	Reviews  string            `json:"reviews,omitempty"` // its name
}

// same tells whether two jobs are one: the data set's name is only for those who read it.
func (j Job) same(o Job) bool {
	j.Reviews = o.Reviews
	return j == o
}

// Update is one entry of a run's log, with its number; numbers grow, but skip. Place alone is no
// entry: it tells a waiting run's place in the queue and repeats the last number.
type Update struct {
	Seq   uint64
	At    time.Time
	Place int       // from 1
	Where string    // the worker that has taken the run
	Note  string    // NoteMixed or NoteAnew
	Event fit.Event // the last of a run that is over is fit.Stopped
}

// How a run may go on otherwise than its reader expects.
const (
	NoteMixed = "mixed" // with another arithmetic: to other bits than undisturbed
	NoteAnew  = "anew"  // from the beginning, for want of a checkpoint: to the same bits
)

// Result is a run that is over, well or not.
type Result struct {
	Job     Job
	Worker  string
	History []fit.EpochDone
	Stopped fit.Stopped
	Epochs  []int // after which weights were kept
	Final   bool  // the weights that it ended with are there
	Err     error // of a failed run
}

// What can go wrong with a run besides the training itself.
var (
	ErrUnknown    = errors.New("no such run")
	ErrUnfinished = errors.New("the run goes on")
	ErrElsewhere  = errors.New("the run's weights wait in its worker's memory until they can be kept")
	ErrReleased   = errors.New("the run's weights were given up")
	ErrWhole      = errors.New("there is nothing left to do in this run")
	ErrOther      = errors.New("another job has this id")
	ErrFull       = errors.New("too many runs are waiting")
	ErrClosed     = errors.New("no more runs are taken")
	ErrNotKept    = errors.New("the weights could not be kept")
)

// NewID names a run: its time, so that names sort, and some chance, so that they differ.
func NewID(at time.Time) string {
	var chance [3]byte
	_, _ = rand.Read(chance[:]) // never fails
	at = at.UTC()
	return fmt.Sprintf("%s%03d-%s", at.Format("20060102-150405"), at.Nanosecond()/1e6, hex.EncodeToString(chance[:]))
}

// nameable is what may stand in a subject, a key and an object's name.
var nameable = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)
