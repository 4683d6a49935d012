package runs

import (
	"slices"

	"cuaderno/training/fit"
)

// log is what happened to one run, numbered from 1. Its owner guards it.
type log struct {
	entries []Update
	next    uint64
	place   int           // last told
	more    chan struct{} // closed when an entry is added
}

func newLog() log { return log{next: 1, more: make(chan struct{})} }

// add numbers an entry, drops those that it replaces, and wakes whoever watches.
func (l *log) add(u Update) {
	switch u.Event.(type) {
	case fit.EpochDone, fit.Stopped:
		// A new slice: watchers still hold parts of the old one.
		l.entries = slices.DeleteFunc(slices.Clone(l.entries), func(old Update) bool { return quick(old.Event) })
	}
	u.Seq = l.next
	l.next++
	l.entries = append(l.entries, u)
	close(l.more)
	l.more = make(chan struct{})
}

// after gives the entries behind a number.
func (l *log) after(seq uint64) []Update {
	i, _ := slices.BinarySearchFunc(l.entries, seq+1, func(u Update, seq uint64) int {
		switch {
		case u.Seq < seq:
			return -1
		case u.Seq > seq:
			return 1
		}
		return 0
	})
	return l.entries[i:len(l.entries):len(l.entries)]
}
