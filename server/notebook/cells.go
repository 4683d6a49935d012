// Package notebook is the lesson's notebook as a pure state machine: which cells there are, what
// each depends on, which results still belong to the settings, what waits and what runs.
//
// Everything happens through Apply. It does no input or output and reads no clock: times come in
// with the operations, and work goes out as Actions for the owner to perform.
package notebook

import (
	"slices"

	"cuaderno/training"
)

// ID names a cell, on the page as everywhere else.
type ID string

// The cells of the lesson.
const (
	Intro    ID = "intro"
	Load     ID = "load"
	Inspect  ID = "inspect"
	Pad      ID = "pad"
	Model    ID = "model"
	Compile  ID = "compile"
	Fit      ID = "fit"
	Evaluate ID = "evaluate"
	Classify ID = "classify"
	Compare  ID = "compare"
)

// Order is the cells from the top of the page to its end.
var Order = []ID{Intro, Load, Inspect, Pad, Model, Compile, Fit, Evaluate, Classify, Compare}

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

var rules = map[ID]rule{
	Intro:   {},
	Load:    {reads: fields("load")},
	Inspect: {needs: []ID{Load}, reads: join(fields("load", "inspect"), CorpusInput)},
	// Its window is shown on the review that inspect reads.
	Pad:   {needs: []ID{Load}, reads: join(fields("load", "pad"), "index", CorpusInput)},
	Model: {reads: join(fields("model"), "num_words", "maxlen")},
	// Compiling needs a model, whichever it is: its own result does not change with the layers.
	Compile: {needs: []ID{Model}, reads: fields("compile")},
	// Pad comes before load: of two that disagree, the one closer to the network counts.
	Fit:      {needs: []ID{Pad, Load, Model, Compile}, reads: join(trainingFields(), CorpusInput)},
	Evaluate: {needs: []ID{Fit, Load}, reads: join(trainingFields(), CorpusInput, RunInput)},
	Classify: {needs: []ID{Fit, Load}, reads: join(trainingFields(), "review", "without", "at_epoch", CorpusInput, RunInput)},
	// Its result is the list of runs itself, which the page shows as it is at any moment.
	Compare: {waits: []ID{Fit, Evaluate}},
}

// Known tells whether the page has such a cell.
func Known(id ID) bool { return slices.Contains(Order, id) }

// Reads lists the inputs that a cell's result depends on.
func Reads(id ID) []string { return slices.Clone(rules[id].reads) }

// Needs lists the cells whose results a cell takes, and those that they take, in page order.
func Needs(id ID) []ID {
	found := map[ID]bool{}
	var visit func(ID)
	visit = func(id ID) {
		for _, need := range rules[id].needs {
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
