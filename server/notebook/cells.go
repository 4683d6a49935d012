// Package notebook is the lesson's notebook as a pure state machine: which cells there are, what
// each depends on, which results still belong to the settings, what waits and what runs.
//
// Everything happens through Apply. It does no input or output and reads no clock: times come in
// with the operations, and work goes out as Actions for the owner to perform.
package notebook

import (
	"slices"

	"cuaderno/training"
	"cuaderno/training/lesson"
)

// ID names a cell.
type ID = lesson.ID

// The cells, as the lesson has them.
const (
	Intro    = lesson.Intro
	Load     = lesson.Load
	Inspect  = lesson.Inspect
	Pad      = lesson.Pad
	Model    = lesson.Model
	Compile  = lesson.Compile
	Fit      = lesson.Fit
	Evaluate = lesson.Evaluate
	Classify = lesson.Classify
	Compare  = lesson.Compare
)

// Order is the cells from the top of the page to its end.
var Order = lesson.Order

// Inputs that are no fields: what earlier cells produced.
const (
	CorpusInput = "corpus" // the data set that load found, by its hash
	RunInput    = "run"    // the training that fit ended with
)

// rule is what a cell stands on.
type rule struct {
	needs []ID     // cells that must have a result, which this one takes
	waits []ID     // cells to let finish first, with or without a result
	reads []string // inputs that the result depends on
}

var rules = lesson.Each(
	rule{},                      // intro
	rule{reads: fields("load")}, // load
	rule{needs: []ID{Load}, reads: join(fields("load", "inspect"), CorpusInput)}, // inspect
	// Its window is shown on the review that inspect reads.
	rule{needs: []ID{Load}, reads: join(fields("load", "pad"), "index", CorpusInput)}, // pad
	rule{reads: join(fields("model"), "num_words", "maxlen")},                         // model
	// Compiling needs a model, whichever it is: its own result does not change with the layers.
	rule{needs: []ID{Model}, reads: fields("compile")}, // compile
	// Pad comes before load: of two that disagree, the one closer to the network counts.
	rule{needs: []ID{Pad, Load, Model, Compile}, reads: join(trainingFields(), CorpusInput)},                            // fit
	rule{needs: []ID{Fit, Load}, reads: join(trainingFields(), CorpusInput, RunInput)},                                  // evaluate
	rule{needs: []ID{Fit, Load}, reads: join(trainingFields(), "review", "without", "at_epoch", CorpusInput, RunInput)}, // classify
	// Its result is the list of runs itself, which the page shows as it is at any moment.
	rule{waits: []ID{Fit, Evaluate}}, // compare
)

// Known tells whether the page has such a cell.
func Known(id ID) bool { return lesson.Known(id) }

// Reads lists the inputs that a cell's result depends on.
func Reads(id ID) []string { return slices.Clone(rules.Of(id).reads) }

// Needs lists the cells whose results a cell takes, and those that they take, in page order.
func Needs(id ID) []ID {
	found := map[ID]bool{}
	var visit func(ID)
	visit = func(id ID) {
		for _, need := range rules.Of(id).needs {
			if !found[need] {
				found[need] = true
				visit(need)
			}
		}
	}
	visit(id)
	var out []ID
	for _, id := range Order {
		if found[id] {
			out = append(out, id)
		}
	}
	return out
}

func indexOf(id ID) int { return slices.Index(Order, id) }

func fields(cells ...ID) []string {
	var out []string
	for _, f := range Fields {
		if slices.Contains(cells, f.Cell) {
			out = append(out, f.Name)
		}
	}
	return out
}

func trainingFields() []string {
	var out []string
	for _, f := range training.Fields {
		out = append(out, f.Name)
	}
	return out
}

func join(names []string, more ...string) []string { return append(names, more...) }
