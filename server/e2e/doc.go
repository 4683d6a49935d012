// Package e2e holds tests alone: they build the server, start it as a process of its own, and read
// the notebook in a real browser.
package e2e
