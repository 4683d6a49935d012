// Package datasets holds the data sets of the process, each loaded once and shared by all notebooks, and lets the
// machines that share a store give theirs to one another. It knows no notebook and no page.
//
// # Goroutines
//
// What offers a data set to the store packs it in a goroutine and waits for it. Nothing else is started; a call that
// waits for another's turn ends with its context.
package datasets
