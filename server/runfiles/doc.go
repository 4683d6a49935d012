// Package runfiles keeps the runs of the terminal, one file each, with the checkpoints of those that are not over, and
// gives commands the runs of the pages too, under the same ids: from the server that runs, through its Door, or from
// the store of one that does not. It knows no page and no flag.
//
// # Goroutines
//
// A Checkpointer has one that writes, and a Door those of its HTTP server; Close waits for them.
package runfiles
