// Package web renders the notebook: plain view models in, HTML out. It reads no files, knows no
// requests and holds no state.
//
// The server fills a PageView and renders Page; afterwards it renders only what changed and sends
// it over the socket. Every component below renders exactly one element, with this id:
//
//	Page(PageView)       the whole document
//	Status(StatusView)   status       the header's chip
//	RunAll(StatusView)   run-all      the header's button
//	Cell(CellView)       cell-ID      a whole cell; the rest are its parts
//	Gutter(CellView)     gutter-ID    In [n] and the Run or Stop button
//	Head(CellView)       head-ID      title and chip
//	Form(CellView)       form-ID      the fields; swapped only in answer to bad input
//	Code(CellView)       code-ID      the Keras code and what runs here instead
//	Output(CellView)     output-ID    the result, with data-output
//	Progress(CellView)   progress-ID  inside the output while the cell runs: the fast part
//	Notes(CellView)      notes-ID     margin notes
//	Failed(ErrorView)    a whole document for an HTTP error
//
// CellAttrs gives the attributes of a cell's own element, Say the sentence for the live region.
package web

//go:generate go tool templ generate
