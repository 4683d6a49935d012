// Package models keeps what is costly to have again: networks ready to judge, those of a run's epochs, and what a
// bag of words reaches. It knows runs and their weights, no notebook and no page.
//
// # Goroutines
//
// EpochModels.Get reads the weights of several epochs at a time and waits for all of them. Nothing else is started;
// a call that waits for another's turn ends with its context.
package models
