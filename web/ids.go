package web

import "github.com/a-h/templ"

// The ids of the elements that the server swaps.
const (
	StatusID = "status"
	RunAllID = "run-all"
)

// Bounds that the notebook has: runs in the list, and lengths, as browsers count them, of a run's name
// and of a sentence to pin.
const (
	MaxRuns    = 50
	MaxRunName = 40
	MaxPin     = 500
)

// ElementID names a part of a cell: cell, gutter, head, form, code, output, progress or notes.
func ElementID(part, cell string) string { return part + "-" + cell }

// CellAttrs are the attributes of a cell's own element that follow its state.
func CellAttrs(c CellView) map[string]string {
	return map[string]string{"data-validity": string(c.Validity), "data-activity": string(c.Activity)}
}

// outputAttrs puts results where programs find them, always with a decimal point.
func outputAttrs(c CellView) templ.Attributes {
	a := templ.Attributes{}
	switch r := c.Result.(type) {
	case *FitResult:
		a["data-epoch"] = itoa(len(r.Epochs))
		a["data-state"] = r.State
	case EvaluateResult:
		a["data-accuracy"] = figure(r.Accuracy)
		a["data-loss"] = figure(r.Loss)
	case ClassifyResult:
		a["data-probability"] = figure(r.Probability)
	}
	return a
}
