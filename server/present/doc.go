// Package present turns a notebook's state into what its page shows, in one language at one moment. It is pure: what
// it cannot see in the state, such as prices and whether weights are there, comes with the Page. It starts no
// goroutine, measures nothing, and does no input or output.
package present
