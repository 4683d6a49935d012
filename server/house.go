package main

import (
	"log/slog"
	"sync"
	"time"

	"cuaderno/server/runs"
)

// house is everything that the notebooks of one process share.
type house struct {
	library *library
	runs    runs.Service
	pace    pace
	bags    baselines

	limit int           // notebooks at most
	idle  time.Duration // after which one that nobody looks at is put away

	mu     sync.Mutex
	desks  map[string]*desk
	closed bool
	wg     sync.WaitGroup // desks that are being put away
}

func newHouse(l *library, r runs.Service, limit int, idle time.Duration) *house {
	return &house{library: l, runs: r, limit: limit, idle: idle, desks: map[string]*desk{}}
}

// desk gives the notebook of that id, a new one if there is none.
func (h *house) desk(id string) (*desk, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, failure{code: codeClosing, detail: "the server shuts down"}
	}
	if d := h.desks[id]; d != nil {
		d.touch()
		return d, nil
	}
	h.putAway(time.Now())
	if len(h.desks) >= h.limit {
		return nil, failure{code: codeFull, detail: "as many notebooks as fit are in use"}
	}
	d := newDesk(h, id)
	h.desks[id] = d
	return d, nil
}

// putAway drops notebooks that nobody has looked at for long, and where there are too many the one
// looked at least recently. One that is open in a browser or at work stays. The lock is held.
func (h *house) putAway(now time.Time) {
	var oldest *desk
	for _, d := range h.desks {
		if d.busy.Load() {
			continue
		}
		if now.Sub(time.Unix(d.used.Load(), 0)) > h.idle {
			h.drop(d)
			continue
		}
		if oldest == nil || d.used.Load() < oldest.used.Load() {
			oldest = d
		}
	}
	if len(h.desks) >= h.limit && oldest != nil {
		h.drop(oldest)
	}
}

func (h *house) drop(d *desk) {
	delete(h.desks, d.id)
	slog.Debug("notebook put away", "id", d.id[:8])
	h.wg.Go(d.close)
}

// close puts all notebooks away and waits until their work has ended.
func (h *house) close() {
	h.mu.Lock()
	h.closed = true
	for _, d := range h.desks {
		h.drop(d)
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// practice tells whether a data set is the built-in one.
func (h *house) practice(hash string) bool {
	c, err := h.library.Get(hash)
	return err == nil && c.Source == sourcePractice
}

func (h *house) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.desks)
}
