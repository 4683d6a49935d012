// Package session keeps notebooks alive: each open one is a Session, whose goroutine owns its state, applies every
// operation, has the work done that follows, tells the open pages what changed, and has it kept. Sessions are all
// that are open in the process. Package session knows no request, cookie or socket: a page is a Client with a queue.
//
// # Goroutines
//
// Each Session has its loop, one for every cell at work, one that has pinned sentences judged and, where servers share
// a store, one that hears what others write; putting it away ends and awaits them. Sessions has one for each session
// that is being put away, awaited by PutAllAway, and those that read the summaries of all notebooks, awaited by Close.
//
// # Numbers
//
// A ticket is one execution of a cell, over all restarts. A sequence number (Seq) is that of a message to the pages of
// one notebook in one language. A revision is the store's, of a notebook's snapshot.
package session
