package web

import (
	"time"

	"cuaderno/training"
	"cuaderno/training/tokenize"
)

// Lang is the language of a page: ES or EN.
type Lang string

// The languages of the notebook.
const (
	ES Lang = "es"
	EN Lang = "en"
)

// Langs are all languages, the first being the one of the classroom notebook.
var Langs = []Lang{ES, EN}

// Cells are the ids of the cells, in order.
var Cells = []string{"intro", "load", "inspect", "pad", "model", "compile", "fit", "evaluate", "classify", "compare"}

// Validity says what a cell's output is worth.
type Validity string

// A cell without output, with one that stands, with one that an edit has overtaken.
const (
	Fresh     Validity = "fresh"
	Evaluated Validity = "evaluated"
	Stale     Validity = "stale"
)

// Activity says what a cell is doing.
type Activity string

// A cell at rest, waiting its turn, at work, and one whose last run failed.
const (
	Ready   Activity = "ready"
	Queued  Activity = "queued"
	Running Activity = "running"
	Broken  Activity = "failed"
)

// PageView is the whole notebook as one reader sees it.
type PageView struct {
	Lang   Lang
	CSRF   string            // token of the hidden field csrf, also sent as X-CSRF-Token by the page's script
	Notice string            // one of the Notice constants
	Share  string            // the settings of all cells, as the query of an address
	Offer  []Setting         // what the address of this page brings and the notebook does not have
	Seq    uint64            // sequence number that this page stands at: the socket asks for what came after
	Edits  map[string]uint64 // numbers of the latest edits, by what was edited
	Status StatusView
	Cells  []CellView // in the order of Cells
}

// Setting is a field and what it is to hold.
type Setting struct{ Name, Value string }

// StatusView is the header's chip and button.
type StatusView struct {
	Lang          Lang
	CSRF          string
	State         Overall
	Cell          string // the cell that runs, waits or failed
	Place         int    // when queued: how many runs are before this one
	Epoch, Epochs int    // while fit runs; 0 otherwise
	Stale         int    // how many cells are stale
	Done, Of      int    // how many cells have an output that stands

	Invalid map[string]string // as in the cells

	All, Again Price // what running all, or all that is stale, would train
}

// Overall is the state of the notebook as a whole.
type Overall string

// The states of the whole notebook, in the order in which they take precedence: first match wins.
const (
	NotebookRunning Overall = "running"
	NotebookQueued  Overall = "queued"
	NotebookFailed  Overall = "failed"
	NotebookStale   Overall = "stale"
	NotebookDone    Overall = "done"
	NotebookReady   Overall = "ready" // nothing was run yet, or not everything
)

// CellView is one cell. Settings, Index and Review are what the form shows; Ran and Result are what
// the last run used and gave.
type CellView struct {
	Lang Lang
	CSRF string
	ID   string

	Count    int // In [Count]; 0 is a cell not yet run
	Validity Validity
	Activity Activity
	Place    int           // when queued: how many runs are before this one
	Turn     int           // when queued behind cells of this notebook: its place among those that wait
	Took     time.Duration // of the last run that ended well
	Changes  []Change      // when stale: the edits that made it so
	After    string        // when stale without an edit: the cell before it that ran again
	Failure  *Failure      // when failed
	Price    Price         // of the training that running this cell would bring

	Settings training.Settings
	Index    int               // of the review in x_train that inspect and pad show
	IndexMax int               // the last there is
	Review   string            // the reader's own review
	Rule     tokenize.Rule     // how a text becomes words, of classify; "" is as the data set was made
	Invalid  map[string]string // field name to what was typed, for fields of any cell that hold what they may not
	Focus    string            // the field to begin with

	Guess []Guess  // of the next training's validation losses, by epoch
	Pins  PinsView // of fit

	Ran      training.Settings
	Progress *Progress // while it runs, all cells but fit
	Result   Result    // nil until the first output; one of the types named Result below
}

// Price is what a training would take on this machine.
type Price struct {
	Trains  bool // a training would be run at all
	Epochs  int
	Total   time.Duration // 0 is not known yet
	Rough   bool          // concluded from other settings, not measured
	Most    bool          // early stopping may end it sooner
	Assumed bool          // for the lesson's reviews, as none are loaded yet
	Other   int           // another maxlen, 0 if there is nothing to say of it
	Ratio   float64       // with which it takes so many times as long
}

// Change is an edit that an output has not seen yet. Field is a name of training.Fields, index or review.
type Change struct{ Field, From, To string }

// Progress is how far a running cell has come.
type Progress struct {
	Stage     string // read | download | baseline | evaluate | epochs | ""
	Done, Of  int64  // Of <= 0 is unknown; bytes for download, reviews otherwise
	Elapsed   time.Duration
	Left      time.Duration // 0 is unknown
	PerSecond float64       // of Done's unit; 0 is unknown
}

// Failure is why a cell failed. Code chooses the sentence; Detail is shown as is beneath it.
type Failure struct {
	Code   string
	Detail string
	Field  string // the field to look at, if one is to blame
}

// The codes of failures. Every other code reads as an internal error.
const (
	FailData     = "data"     // the files are missing where --data points
	FailCorrupt  = "corrupt"  // the files are there but damaged or not what they claim
	FailNetwork  = "network"  // the download broke off
	FailDisk     = "disk"     // something could not be written
	FailNaN      = "nan"      // the loss is no longer a number
	FailMemory   = "memory"   // this machine is too small for the settings
	FailEmpty    = "empty"    // no review is left to validate on
	FailGone     = "gone"     // the run or its weights are there no more
	FailHeld     = "held"     // weights wait in another process for room
	FailBusy     = "busy"     // too many runs wait already
	FailInternal = "internal" // ours to mend
)

// Result is what a cell's run gave: IntroResult, LoadResult, InspectResult, PadResult, ModelResult,
// CompileResult, *FitResult, EvaluateResult, ClassifyResult or CompareResult.
type Result interface{ result() }

// IntroResult is what the lesson will run on.
type IntroResult struct {
	Go     string // runtime.Version()
	CPU    string // its name, if known
	Cores  int
	Kernel string // avx512 | avx2 | go: which float32 kernels are in use
}

// LoadResult is the corpus as load_data gives it.
type LoadResult struct {
	Practice                    bool
	Own                         bool   // the reader's own; results of before have Source alone
	Source                      string // --data | --reviews | keras | cache | download | practice | store
	Dir                         string // where the files lie; "" for the practice corpus
	Note                        string // why the practice corpus, as the loader says it
	Offline                     bool   // nothing is downloaded
	SHA256                      string // of the stream of integers
	Genuine                     bool   // SHA256 is the one that the lesson gives
	Train, Test                 int
	TrainPositive, TestPositive int
	Words                       int           // in the word index
	Rule                        tokenize.Rule // how texts become its words
	Unknown                     float64       // share of running words of the training reviews that num_words turns into 2
	Median, Mean, Longest       int           // words of a training review
	Seconds                     float64
}

// Token is one number of a review, with the word it stands for.
type Token struct {
	Word string // its word, also of one outside num_words; "" for START, PAD and a true OOV
	ID   int    // what the network sees
	Full int    // the id before num_words cut it: rank + 3; ID when nothing was cut
	Rank int    // among the commonest words, from 1; 0 for what is no word

	Wrong [offsets - 1]string // what it decodes to when 0, 1 or 2 is taken off, for the lens alone
}

// InspectResult is one training review.
type InspectResult struct {
	Index, Label int
	Tokens       []Token             // all of them, START first
	OOV          [offsets - 1]string // what a 2 decodes to when 0, 1 or 2 is taken off
	Lengths      []int               // how many training reviews are so long, by length
}

// PadResult is the same review through pad_sequences.
type PadResult struct {
	Index       int
	Tokens      []Token // the whole review, START first
	Train, Test int     // reviews, for the shapes
	Lengths     []int   // how many training reviews are so long, by length
}

// Layer is one row of the model's summary.
type Layer struct {
	Name, Type string // embedding, Embedding
	Output     string // (None, 80, 128)
	Params     int
}

// ModelResult is the model's summary.
type ModelResult struct {
	Layers []Layer
	Total  int
}

// CompileResult has nothing to add to the settings it ran with.
type CompileResult struct{}

// FitResult is a run, also while it goes on. The server gives it as a pointer so that the fast part
// can be rendered alone.
type FitResult struct {
	Run     string // its id
	State   string // queued | running | finished | early_stopping | interrupted | failed
	Planned int    // epochs
	Steps   int    // batches an epoch
	Epochs  []Epoch
	Best    int   // the epoch of the lowest val_loss; 0 if none
	Kept    int   // the epoch whose weights the model has now; 0 if none
	Within  int   // the epoch in which it was stopped, if that was within one
	Sealed  bool  // validated on a part of the training reviews, the test set untouched
	Live    *Live // while running

	Guess []Guess // what the reader expected, by epoch
	Reach []Reach // of the first epoch and of the latest

	Where  string  // the machine that trains, or trained, if it is another one
	Resume *Resume // when it was stopped and can go on
	Held   bool    // its weights are the notebook's
	Gone   bool    // they are there no more
	Mixed  bool    // machines that round differently have trained it
	Anew   bool    // it goes on from the beginning, for want of a checkpoint
}

// Resume is what is left of a run that was stopped.
type Resume struct {
	From, To int // epochs
	Price    Price
}

// Epoch is one finished epoch.
type Epoch struct {
	Epoch                                int
	Loss, Accuracy, ValLoss, ValAccuracy float64
	Seconds, MsPerStep                   float64
}

// Live is where a run is just now.
type Live struct {
	Epoch, Batch   int
	Validating     bool // the pass over the validation set; Done and Of then count its reviews
	Done, Of       int
	Loss, Accuracy float64 // over the epoch so far; 0 before the first batch
	PerSecond      float64 // reviews
	Elapsed, Left  time.Duration
}

// CompareResult is the table of this notebook's runs, the oldest first.
type CompareResult struct{ Runs []RunRow }

// RunRow is one run of the table.
type RunRow struct {
	ID       string
	Number   int    // from 1
	Name     string // the reader's, if it has one
	Settings training.Settings
	State    string  // as in FitResult
	Epochs   []Epoch // completed
	Best     int     // the epoch of the lowest val_loss; 0 if none
	Accuracy float64 // on the test set; 0 when not evaluated
	Loss     float64
	Where    string // the machine that trained, if it is another one
	Practice bool
	Current  bool // the run whose model the notebook holds
	InUse    bool // a cell works with it or waits for it, so that it cannot be deleted
}

// ErrorView is a whole page for an HTTP error.
type ErrorView struct {
	Lang   Lang
	Status int
	Code   string // what went wrong
	Args   []any  // what its sentence names
}

func (IntroResult) result()    {}
func (LoadResult) result()     {}
func (InspectResult) result()  {}
func (PadResult) result()      {}
func (ModelResult) result()    {}
func (CompileResult) result()  {}
func (*FitResult) result()     {}
func (EvaluateResult) result() {}
func (ClassifyResult) result() {}
func (CompareResult) result()  {}
