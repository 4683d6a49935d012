package notebook

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cuaderno/training"
)

// Validity tells whether a cell's result belongs to the settings.
type Validity string

// A cell has no result, one that holds, or one that settings have moved away from.
const (
	Fresh     Validity = "fresh"
	Evaluated Validity = "evaluated"
	Stale     Validity = "stale"
)

// Activity tells what a cell is doing.
type Activity string

// A cell rests, waits, works, or ended its last work with a failure.
const (
	Ready   Activity = "ready"
	Queued  Activity = "queued"
	Running Activity = "running"
	Failed  Activity = "failed"
)

// State is everything a page shows. Values reachable from it are never changed in place: Apply
// returns a new State and the old one stays as it was.
type State struct {
	Settings training.Settings
	Index    int    // training review that inspect and pad show
	Review   string // the reader's own
	Without  string // places of its words that are left out
	Moment   int    // the epoch that judges it; 0 is the end of the run

	Guess  []Guess  // what the reader expects of the next training, by epoch
	Pins   []Pinned // sentences of the reader's, the oldest first
	Pinned uint64   // sentences ever

	Edits map[string]Edited // the latest change of what readers write, by name

	Reviews int // training reviews in the loaded corpus; 0 before

	Cells   [10]Cell // in Order
	Queue   []ID     // waiting here, first to start first
	Count   int      // executions since the last restart
	Tickets uint64   // executions ever
	Filed   int      // trainings ever
	Runs    []Run    // trainings of this notebook that are over, oldest first; a restart keeps them
}

// Cell is one cell of the page.
type Cell struct {
	Validity Validity
	Activity Activity
	Count    int        // In [Count]; 0 before the first run
	Why      []Change   // what made the result stale
	Now      *Execution // under way
	Done     *Outcome   // last result
	Failure  *Failure   // why the last execution failed
}

// Change is one input that has moved since a result was computed.
type Change struct{ Input, From, To string }

// Execution is a cell at work.
type Execution struct {
	Ticket   uint64
	Started  time.Time
	Stopping bool              // the reader asked it to stop
	Resumed  bool              // it goes on with a training that had been interrupted
	Working  bool              // its training has begun; it may wait again after a breakdown
	Used     map[string]string // the inputs it reads, as they were at its start
	Place    int               // in the queue of trainings, from 1; 0 once it runs
	Progress *Progress
	Run      *Run // of fit
}

// Progress is how far a cell has come.
type Progress struct {
	Stage    string // what it is at, if it has several stages
	Done, Of int64  // Of <= 0 is unknown
	At       time.Time
	Since    time.Time // when the stage began
}

// Outcome is a result and what it was computed from.
type Outcome struct {
	Ticket  uint64
	Result  any    // what the page shows; the machine does not look inside
	Output  string // what it leaves: load's corpus, fit's run
	Used    map[string]string
	Elapsed time.Duration
	Partial bool // it was interrupted, or failed, and this is what there was
}

// Failure is an error as data; a table turns its code into a sentence.
type Failure struct {
	Code   string
	Field  string // the field to look at, if one
	Detail string // text from below, for those who can read it
}

// New is a notebook that nobody has touched, with a review for the reader to replace.
func New(review string) State {
	s := State{Settings: training.Defaults(), Review: review}
	for i := range s.Cells {
		s.Cells[i] = Cell{Validity: Fresh, Activity: Ready}
	}
	return s
}

// IndexMax is the last training review there is, as far as is known.
func (s State) IndexMax() int {
	if s.Reviews > 0 {
		return s.Reviews - 1
	}
	return 25_000 - 1 // the lesson's corpus
}

// Cell returns a copy of one cell.
func (s State) Cell(id ID) Cell { return s.Cells[indexOf(id)] }

func (s *State) at(id ID) *Cell { return &s.Cells[indexOf(id)] }

// Pending tells whether a cell waits or works.
func (c Cell) Pending() bool { return c.Activity == Queued || c.Activity == Running }

// Place tells a waiting cell's place in the notebook's own queue, from 1; 0 if it is not there.
func (s State) Place(id ID) int { return slices.Index(s.Queue, id) + 1 }

// Busy tells whether any cell waits or works.
func (s State) Busy() bool {
	return slices.ContainsFunc(s.Cells[:], Cell.Pending)
}

// input is the present value of a field, or of what an earlier cell produced.
func (s State) input(name string) string {
	switch name {
	case CorpusInput:
		return s.output(Load)
	case RunInput:
		return s.weights()
	}
	f, _ := FieldByName(name)
	return f.get(&s)
}

// Corpus is the hash of the data set that load found; "" before.
func (s State) Corpus() string { return s.output(Load) }

// SettingsOf is the settings with the inputs of a result in place of the present ones.
func (s State) SettingsOf(used map[string]string) training.Settings {
	scratch := s.Settings
	for name, text := range used {
		if f, ok := training.FieldByName(name); ok {
			_ = f.Set(&scratch, text) // it was valid when it was used
		}
	}
	return scratch
}

// weights names what fit has learnt: its run, and the execution that brought it this far, for a run
// that was interrupted and went on has other weights under the same id.
func (s State) weights() string {
	done := s.Cell(Fit).Done
	if done == nil {
		return ""
	}
	return done.Output + weightsMark + strconv.FormatUint(done.Ticket, 10)
}

const weightsMark = "@" // stands in no run's id

// runOf is the run that weights are of.
func runOf(weights string) string {
	id, _, _ := strings.Cut(weights, weightsMark)
	return id
}

func (s State) output(id ID) string {
	if done := s.Cell(id).Done; done != nil {
		return done.Output
	}
	return ""
}

// settle recomputes every cell's validity from what its result used.
func (s *State) settle() {
	for i, id := range Order {
		c := &s.Cells[i]
		if c.Done == nil {
			c.Validity, c.Why = Fresh, nil
			continue
		}
		c.Validity, c.Why = Evaluated, nil
		for _, name := range rules.Of(id).reads {
			if was, is := c.Done.Used[name], s.input(name); was != is {
				c.Validity = Stale
				c.Why = append(c.Why, Change{Input: name, From: was, To: is})
			}
		}
	}
}
