package session

import (
	"context"
	"errors"
	"fmt"
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

// Config is what notebooks stand on.
type Config struct {
	Store     *store.Store
	Runs      *runs.Service
	Library   *datasets.Library
	Estimator *estimate.Estimator
	Executor  *execute.Executor

	Name      string        // of this machine, as the pages call it
	Base      string        // of the pages' addresses
	Notebooks int           // open at most
	Idle      time.Duration // after which one that nobody looks at is put away
	Retention RetentionLimits
}

// Sessions is everything that the notebooks of one process share.
type Sessions struct {
	Config
	storage   *storage
	instances *instances
	retention *retention
	shared    bool // with other servers

	cancel  context.CancelFunc // ends reading what other servers keep
	reading sync.WaitGroup

	mu       sync.Mutex
	sessions map[string]*Session
	closed   bool
	wg       sync.WaitGroup // sessions that are being put away
}

// Open reads which notebooks are kept, and takes up the work that was under way in them. Put all away, and
// close it.
func Open(ctx context.Context, c Config) (*Sessions, error) {
	h := &Sessions{Config: c, shared: !c.Store.Embedded, sessions: map[string]*Session{}}
	var err error
	if h.storage, err = openStorage(ctx, c.Store); err != nil {
		return nil, err
	}
	h.retention = newRetention(c.Retention, h.storage, h.inUse)
	reading, cancel := context.WithCancel(context.WithoutCancel(ctx))
	h.cancel = cancel
	if err := h.storage.follow(reading, &h.reading, c.Runs.Untidy); err != nil {
		h.Close()
		return nil, err
	}
	if h.instances, err = newInstances(c.Store.Conn); err != nil {
		h.Close()
		return nil, err
	}
	c.Runs.Hold(h.storage.held)
	h.wake()
	return h, nil
}

// Get gives the notebook of that id, as it was left, or a new one.
func (s *Sessions) Get(id string) (*Session, error) { return s.GetFor(id, "") }

// GetFor gives it to somebody at an address.
func (s *Sessions) GetFor(id, from string) (*Session, error) {
	if d, err := s.open(id, from, nil); d != nil || err != nil {
		return d, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	p, err := s.storage.load(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return s.open(id, from, &p)
}

// open gives the session that is there, or one for the page, or nothing.
func (s *Sessions) open(id, from string, p *snapshot) (*Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if d := s.sessions[id]; d != nil {
		d.touch()
		return d, nil
	}
	if p == nil {
		return nil, nil
	}
	s.putAway(time.Now())
	if len(s.sessions) >= s.Notebooks {
		return nil, ErrFull
	}
	d := newSession(s, id, from, *p)
	s.sessions[id] = d
	return d, nil
}

// Known tells whether there is a notebook of that id, open or put away.
func (s *Sessions) Known(id string) bool {
	s.mu.Lock()
	_, open := s.sessions[id]
	s.mu.Unlock()
	return open || s.storage.has(id)
}

// notice is what every page has to be told of keeping things.
func (s *Sessions) notice(unkept bool) string {
	switch {
	case unkept, s.Store.Err() != nil:
		return web.NoticeUnkept
	case s.Runs.Lacks(), errors.Is(s.Store.Room(0), store.ErrNoRoom):
		return web.NoticeFull
	case s.Store.Scratch():
		return web.NoticeMemory
	case s.Store.Note != "":
		return web.NoticeDamaged
	}
	return web.NoticeNone
}

// wake takes up the notebooks in which work was under way when the last process ended.
func (s *Sessions) wake() {
	for _, id := range s.storage.busy() {
		if _, err := s.Get(id); err != nil {
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
func (s *Sessions) putAway(now time.Time) {
	var oldest, shown *Session
	for _, d := range s.sessions {
		unused := now.Sub(time.Unix(d.used.Load(), 0))
		switch {
		case d.busy.Load():
		case d.shown.Load():
			if unused > shownFor && (shown == nil || d.used.Load() < shown.used.Load()) {
				shown = d
			}
		case unused > s.Idle:
			s.drop(d)
		case oldest == nil || d.used.Load() < oldest.used.Load():
			oldest = d
		}
	}
	if oldest == nil {
		oldest = shown
	}
	if len(s.sessions) >= s.Notebooks && oldest != nil {
		s.drop(oldest)
	}
}

func (s *Sessions) drop(d *Session) {
	delete(s.sessions, d.ID)
	slog.Debug("notebook put away", "id", d.ID[:8])
	s.wg.Go(d.close)
}

// PutAllAway puts all notebooks away and waits until their work has ended. No more are opened.
func (s *Sessions) PutAllAway() {
	s.mu.Lock()
	s.closed = true
	for _, d := range s.sessions {
		s.drop(d)
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// Close ends what runs in the background.
func (s *Sessions) Close() {
	s.cancel()
	s.reading.Wait()
	if s.instances != nil {
		s.instances.close()
	}
}

// inUse tells whether a notebook is open here.
func (s *Sessions) inUse(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id] != nil
}

func (s *Sessions) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Kept is how many notebooks are kept, open or not.
func (s *Sessions) Kept() int { return s.storage.count() }
