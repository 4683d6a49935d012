package notebook

import (
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
)

// Op is one thing that happens to a notebook.
type Op interface{ op() }

// Edit puts what the reader typed into fields. With any of the texts out of bounds it does nothing; a
// field that another page has changed later stays.
type Edit struct {
	At     time.Time
	Values map[string]string
	Stamps map[string]Stamp // by field; one without is written now, in the light of everything
}

// RunCell asks for one cell, and for those that it needs and that have no result that holds.
type RunCell struct {
	At   time.Time
	Cell ID
}

// RunAll asks for every cell without a result that holds; where all hold, for every cell again.
type RunAll struct{ At time.Time }

// RunStale asks for every cell whose result no longer holds, and for what those need.
type RunStale struct{ At time.Time }

// Interrupt stops a cell that works, and everything that waits, or takes a waiting cell out of the
// queue together with those that need it.
type Interrupt struct {
	At   time.Time
	Cell ID
}

// Restart forgets all results and keeps the settings and the list of runs.
type Restart struct{ At time.Time }

// Recover starts anew whatever was at work when the notebook was last seen: its owner has come back
// after a crash, and so have the executions, under their old tickets.
type Recover struct{ At time.Time }

// Resume lets fit go on with the training whose weights it holds, if that one was interrupted before
// its last epoch.
type Resume struct{ At time.Time }

// Rename gives a run of the list a name of the reader's; "" takes it away.
type Rename struct {
	Run, Name string
	Stamp     Stamp
}

// Adopt puts the settings of a run of the list into the cells, as an edit would.
type Adopt struct {
	At  time.Time
	Run string
}

// Delete takes a run off the list, with its weights. If they are those that fit holds, what was made
// with them goes too; while a cell is at work with them it does nothing.
type Delete struct{ Run string }

// Expect replaces the validation losses that the reader expects.
type Expect struct {
	Guess []Guess
	Stamp Stamp
}

// Pin adds a sentence to be judged after every epoch, unless there are enough of them.
type Pin struct{ Text string }

// Unpin takes a pinned sentence away.
type Unpin struct{ ID uint64 }

// Judged is news of pinned sentences: what the weights after an epoch of a run made of them, by id.
// To hear it twice changes nothing.
type Judged struct {
	Run   string
	Epoch int
	Of    map[uint64]Verdict
}

// Verdict is what a network made of a sentence.
type Verdict struct {
	P            float64 // that it is positive; or Gone
	Known, Words int
	Absent       int // of the words, left out for the data set's list lacks them
}

// Advance is news of a cell that works. Exactly one of the last five is set.
type Advance struct {
	At     time.Time
	Cell   ID
	Ticket uint64
	Seq    uint64 // number of the entry in the run's log; one that was seen before changes nothing
	Where  string // name of the machine that trains, if it says so

	Progress *Progress
	Note     string // how the training goes on: Mixed or Anew
	Place    int    // in the queue of trainings, from 1
	Begun    string // id of the training that fit has handed in
	Event    fit.Event
}

// Finish ends an execution. Without a result it failed, or was interrupted before it had one; a
// training that failed may have what it had learnt until then.
type Finish struct {
	At          time.Time
	Cell        ID
	Ticket      uint64
	Result      any
	Output      string
	Reviews     int      // of load
	Figures     *Figures // of evaluate
	Interrupted bool
	Failure     *Failure
}

func (Edit) op()      {}
func (RunCell) op()   {}
func (RunAll) op()    {}
func (Interrupt) op() {}
func (Restart) op()   {}
func (Recover) op()   {}
func (Resume) op()    {}
func (RunStale) op()  {}
func (Rename) op()    {}
func (Adopt) op()     {}
func (Delete) op()    {}
func (Expect) op()    {}
func (Pin) op()       {}
func (Unpin) op()     {}
func (Judged) op()    {}
func (Advance) op()   {}
func (Finish) op()    {}

// Action is work for the owner of the notebook.
type Action interface{ action() }

// Start performs a cell and reports with Advance and Finish.
type Start struct {
	Cell     ID
	Ticket   uint64
	Settings training.Settings // those that the cell's inputs were computed with
	Index    int
	Review   string
	Without  []int  // words of it that are left out, by their places
	Moment   int    // the epoch that judges it; 0 is the end of the run
	Corpus   string // load's output
	Run      string // id of fit's run; to fit itself the run to follow, "" for a new one
	Runs     []Run

	Resume bool   // to fit: the run was interrupted and is to go on
	After  uint64 // to fit: the last entry of the run's log that is known
}

// Cancel stops an execution; its Finish still comes.
type Cancel struct {
	Cell   ID
	Ticket uint64
}

// Release gives up the weights of a training that no cell holds any more.
type Release struct{ Run string }

func (Start) action()   {}
func (Cancel) action()  {}
func (Release) action() {}
