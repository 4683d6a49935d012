// Package web renders the notebook: plain view models in, HTML out. It reads no files, knows no
// requests and holds no state.
//
// The server fills a PageView and renders Page; afterwards it renders only what changed and sends
// it over the socket. These components render exactly one element each, with this id:
//
//	Status(StatusView)    status       the header's chip
//	RunAll(StatusView)    run-all      the header's button
//	Cell(CellView)        cell-ID      a whole cell; the rest are its parts
//	Gutter(CellView)      gutter-ID    In [n] and the Run or Stop button
//	Head(CellView)        head-ID      title and chip
//	Form(CellView)        form-ID      the fields
//	Code(CellView)        code-ID      the Keras code and what runs here instead
//	Output(CellView)      output-ID    the result, with data-output
//	ProgressOf(CellView)  progress-ID  inside the output while the cell runs: the fast part
//	Notes(CellView)       notes-ID     margin notes
//	Pins(CellView)        pins-ID      the pinned sentences; GuessPad and Unrolled likewise
//
// Page and Failed are whole documents, Refused and Notice stand above the cells. Forms holds those of cells in which something is not
// allowed, in answer to bad input. CellAttrs gives the attributes of a cell's own element, Say the
// sentence for the live region.
package web

//go:generate go tool templ generate
