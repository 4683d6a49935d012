package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/execute"
	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/web"
)

// house is everything that the notebooks of one process share.
type house struct {
	library   *datasets.Library
	runs      *runs.Service
	store     *store.Store
	keep      *keep
	fronts    *fronts
	estimator *estimate.Estimator
	executor  *execute.Executor

	downloads *downloads
	retention *retention

	name   string        // of this machine, as the pages call it
	base   string        // of the pages' addresses
	shared bool          // with other servers
	limit  int           // notebooks open at most
	idle   time.Duration // after which one that nobody looks at is put away

	mu     sync.Mutex
	desks  map[string]*desk
	closed bool
	wg     sync.WaitGroup // desks that are being put away
}

// desk gives the notebook of that id, as it was left, or a new one.
func (h *house) desk(id string) (*desk, error) { return h.deskFor(id, "") }

// deskFor gives it to somebody at an address.
func (h *house) deskFor(id, from string) (*desk, error) {
	if d, err := h.open(id, from, nil); d != nil || err != nil {
		return d, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepWait)
	defer cancel()
	p, err := h.keep.load(ctx, id)
	if err != nil {
		return nil, failure{code: codeStore, detail: err.Error()}
	}
	return h.open(id, from, &p)
}

// open gives the desk that is there, or one for the page, or nothing.
func (h *house) open(id, from string, p *sheet) (*desk, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, failure{code: codeClosing, detail: "the server shuts down"}
	}
	if d := h.desks[id]; d != nil {
		d.touch()
		return d, nil
	}
	if p == nil {
		return nil, nil
	}
	h.putAway(time.Now())
	if len(h.desks) >= h.limit {
		return nil, failure{code: codeFull, detail: "as many notebooks as fit are in use"}
	}
	d := newDesk(h, id, from, *p)
	h.desks[id] = d
	return d, nil
}

// known tells whether there is a notebook of that id, open or put away.
func (h *house) known(id string) bool {
	h.mu.Lock()
	_, open := h.desks[id]
	h.mu.Unlock()
	return open || h.keep.has(id)
}

// notice is what every page has to be told of keeping things.
func (h *house) notice(unkept bool) string {
	switch {
	case unkept, h.store.Err() != nil:
		return web.NoticeUnkept
	case h.runs.Lacks(), errors.Is(h.store.Room(0), store.ErrNoRoom):
		return web.NoticeFull
	case h.store.Scratch():
		return web.NoticeMemory
	case h.store.Note != "":
		return web.NoticeDamaged
	}
	return web.NoticeNone
}

// wake takes up the notebooks in which work was under way when the last process ended.
func (h *house) wake() {
	for _, id := range h.keep.busy() {
		if _, err := h.desk(id); err != nil {
			slog.Warn("a notebook's work is not taken up", "error", err)
		}
	}
}

// shownFor is how long a notebook that is open in a browser stays when there are too many. Its page comes
// back when there is a place.
const shownFor = time.Minute

// putAway drops notebooks that nobody has looked at for long, and where there are too many the one
// looked at least recently: if possible one that is not open in a browser, for anybody can keep pages open.
// One that is at work stays. The lock is held.
func (h *house) putAway(now time.Time) {
	var oldest, shown *desk
	for _, d := range h.desks {
		unused := now.Sub(time.Unix(d.used.Load(), 0))
		switch {
		case d.busy.Load():
		case d.shown.Load():
			if unused > shownFor && (shown == nil || d.used.Load() < shown.used.Load()) {
				shown = d
			}
		case unused > h.idle:
			h.drop(d)
		case oldest == nil || d.used.Load() < oldest.used.Load():
			oldest = d
		}
	}
	if oldest == nil {
		oldest = shown
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
	h.estimator.Close()
	h.wg.Wait()
}

// inUse tells whether a notebook is open here.
func (h *house) inUse(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.desks[id] != nil
}

func (h *house) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.desks)
}
