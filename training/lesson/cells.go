// Package lesson says which cells the lesson has, and in which order: once for all who have something for each of
// them. It knows no state, no page and no server.
package lesson

import "slices"

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

// Known tells whether there is such a cell.
func Known(id ID) bool { return slices.Contains(Order, id) }

// Cells is something for each cell, in the order of Order. Each makes it.
type Cells[T any] [10]T

// Each needs one for every cell: while one is missing, a call does not compile.
func Each[T any](intro, load, inspect, pad, model, compile, fit, evaluate, classify, compare T) Cells[T] {
	return Cells[T]{intro, load, inspect, pad, model, compile, fit, evaluate, classify, compare}
}

// Of gives a cell's; the cell must be one of Order.
func (c Cells[T]) Of(id ID) T { return c[slices.Index(Order, id)] }
