// Package e2e holds tests alone: they build the server, start it as a process of its own, and read
// the notebook in a real browser. Its drills kill servers, fill disks and use up descriptors; README
// says how to have them longer.
package e2e
