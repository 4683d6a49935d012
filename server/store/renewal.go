package store

import "sync"

// renewal tells of every time that the connection was lost and is there again.
type renewal struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next; nil if nobody waits
}

// Anew gives a channel that is closed when the connection has been lost and found again, perhaps to a
// server that was started anew. Whoever watches takes it before, and then watches anew.
func (s *Store) Anew() <-chan struct{} {
	r := &s.renewal
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = make(chan struct{})
	}
	return r.next
}

func (r *renewal) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next != nil {
		close(r.next)
		r.next = nil
	}
}
