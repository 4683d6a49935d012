// Package site is the notebook on the network: the wiring of a server, its routes and what stands before them, what
// requests ask of notebooks, the table of errors, languages, cookies, sockets, downloads. What a notebook does is
// session's, what its page shows is present's and web's.
//
// # Goroutines
//
// A Server has a worker that trains, and what gives memory back; Serve has the listener's. A socket has one that
// listens beside the one that its handler is; the handlers are counted, and awaited before the store is closed.
package site
