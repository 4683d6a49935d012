// Package execute is what Run does: one file a cell, and one for the sentences that are pinned beside a training. It
// may use what Deps has, turns errors into what a page can tell, and knows nothing of pages, requests or who asks.
//
// # Goroutines
//
// A training's end is waited for by the goroutine that Executor.Run was called on; it starts one more, which passes
// on that the reader stops it, and waits for that before it returns.
package execute
