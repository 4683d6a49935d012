package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// retention bounds what is kept of notebooks, for anybody may begin one: their number, their bytes, and
// what the new ones of one address add in an hour. Who has a notebook already may always go on in it.
type retention struct {
	limits  RetentionLimits
	storage *storage
	room    func(bytes int64) error // on the disk
	inUse   func(id string) bool

	mu        sync.Mutex // one newcomer at a time
	newcomers []newcomer // of the last hour, the oldest first
}

// RetentionLimits have defaults for what is zero.
type RetentionLimits struct {
	Notebooks int           // default 10,000
	Bytes     int64         // default 1 GiB
	Hourly    int64         // bytes that new notebooks of one address add in an hour; default 8 MiB
	Rest      time.Duration // for which nobody has touched what is deleted; default an hour
}

// newcomer is a notebook that was new within the hour.
type newcomer struct {
	id, from string
	at       time.Time
	bytes    int64 // at first
}

// lessonSize is about what a notebook takes in which the lesson was stepped through. A new one counts
// as that much, however small it begins.
const lessonSize = 16 << 10

func newRetention(l RetentionLimits, k *storage, inUse func(id string) bool) *retention {
	l.Notebooks, l.Bytes, l.Hourly = cmp.Or(l.Notebooks, 10_000), cmp.Or(l.Bytes, 1<<30), cmp.Or(l.Hourly, 8<<20)
	l.Rest = cmp.Or(l.Rest, time.Hour)
	return &retention{limits: l, storage: k, room: k.store.Room, inUse: inUse}
}

// admit finds a place for a new notebook of so many bytes that somebody at an address begins, or says
// why it cannot be kept. Others are deleted for it if need be.
func (r *retention) admit(ctx context.Context, id, from string, size int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.room(int64(size)); err != nil {
		return fmt.Errorf("%w: %w", ErrNoPlace, err)
	}
	now := time.Now()
	from = NetworkOf(from)
	if wait := r.wait(id, from, int64(size), now); wait > 0 {
		return NewcomersError{from, wait}
	}
	for range 3 { // what was to be deleted may turn out to be needed
		drop, ok := r.limits.makeRoom(r.places(now), int64(size), now)
		if !ok {
			break
		}
		for _, old := range drop {
			if err := r.storage.drop(ctx, old); err != nil {
				slog.Warn("a notebook was not deleted to make room", "notebook", old[:8], "error", err)
				return fmt.Errorf("%w: %w", ErrNoPlace, err)
			}
			slog.Info("a notebook in which nobody trained or wrote was deleted to make room", "notebook", old[:8])
		}
		if len(drop) == 0 {
			r.newcomers = append(r.newcomers, newcomer{id, from, now, int64(size)})
			r.storage.expect(id, size)
			return nil
		}
	}
	return fmt.Errorf("%w: as many are kept as may be, and readers trained or wrote in all of them", ErrNoPlace)
}

// grow tells whether a notebook may become so large: one that was new within the hour adds what it grows by
// beyond what was set apart for it to what its address adds.
func (r *retention) grow(id string, size int) error {
	if size <= lessonSize {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.newcomers, func(n newcomer) bool { return n.id == id })
	if i < 0 || int64(size) <= r.newcomers[i].bytes {
		return nil
	}
	from := r.newcomers[i].from
	if wait := r.wait(id, from, int64(size), time.Now()); wait > 0 {
		return NewcomersError{from, wait}
	}
	if i = slices.IndexFunc(r.newcomers, func(n newcomer) bool { return n.id == id }); i >= 0 {
		r.newcomers[i].bytes = int64(size)
	}
	return nil
}

// wait is how long an address has to wait before a new notebook of it may take so many bytes.
func (r *retention) wait(id, from string, size int64, now time.Time) time.Duration {
	r.newcomers = slices.DeleteFunc(r.newcomers, func(n newcomer) bool { return now.Sub(n.at) >= time.Hour })
	if from == "" {
		return 0
	}
	r.storage.mu.Lock()
	defer r.storage.mu.Unlock()
	total, wait := max(size, lessonSize), time.Duration(0)
	for _, n := range slices.Backward(r.newcomers) {
		if n.from != from || n.id == id {
			continue
		}
		total += max(n.bytes, lessonSize, r.storage.notes[n.id].Bytes)
		if total > r.limits.Hourly && wait == 0 {
			wait = time.Hour - now.Sub(n.at) // then this one and those before it count no longer
		}
	}
	return wait
}

// places are the notebooks that are kept. One that nobody has touched for so long that it is no longer
// kept is forgotten.
func (r *retention) places(now time.Time) (all []place) {
	r.storage.mu.Lock()
	defer r.storage.mu.Unlock()
	for id, n := range r.storage.notes {
		if !n.written.IsZero() && now.Sub(n.written) > unseen+noteAge {
			delete(r.storage.notes, id)
			continue
		}
		goes := n.Blank && !n.Busy && len(n.Runs) == 0 && !n.written.IsZero() && !r.inUse(id)
		all = append(all, place{id, n.Bytes, n.written, goes})
	}
	return all
}

// place is what a notebook takes.
type place struct {
	id      string
	bytes   int64
	touched time.Time
	goes    bool // nobody would miss it
}

// makeRoom chooses what is deleted so that one more of so many bytes can be kept: of what nobody would
// miss, and nobody has touched of late, the oldest. ok is false if that is not enough; nothing is to be
// deleted then.
func (l RetentionLimits) makeRoom(all []place, size int64, now time.Time) (drop []string, ok bool) {
	number, bytes := len(all)+1, size
	for _, p := range all {
		bytes += p.bytes
	}
	old := slices.DeleteFunc(slices.Clone(all), func(p place) bool { return !p.goes || now.Sub(p.touched) < l.Rest })
	slices.SortFunc(old, func(a, b place) int { return cmp.Or(a.touched.Compare(b.touched), cmp.Compare(a.id, b.id)) })
	for _, p := range old {
		if number <= l.Notebooks && bytes <= l.Bytes {
			break
		}
		drop, number, bytes = append(drop, p.id), number-1, bytes-p.bytes
	}
	if number > l.Notebooks || bytes > l.Bytes {
		return nil, false
	}
	return drop, true
}

// NetworkOf tells whose an address is: in IPv6 a household or a machine has the whole of a /64.
func NetworkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// admit asks for a place for a notebook that is not kept yet, and for what a reader adds to a new one. What
// is refused is not done, and the pages say why. What work has found is always taken over.
func (s *Session) admit(ctx context.Context, p snapshot, byReader bool) error {
	known := p.revision > 0 || s.admitted
	if known && !byReader {
		return nil
	}
	data, err := encodeSnapshot(p)
	if err != nil {
		return err
	}
	if known {
		err = s.all.retention.grow(s.ID, len(data))
	} else {
		err = s.all.retention.admit(ctx, s.ID, s.from, len(data))
	}
	switch {
	case err == nil:
		s.admitted, s.refused = true, web.NoticeNone
	case errors.As(err, new(NewcomersError)):
		s.refused = web.NoticeNewcomers
	case errors.Is(err, ErrNoPlace):
		s.refused = web.NoticeNoPlace
	}
	s.heedNotice()
	return err
}

// untouched tells whether there is nothing to keep of a notebook.
func untouched(s notebook.State) bool {
	fresh := notebook.New(web.DefaultReview)
	s.Edits = fresh.Edits
	return reflect.DeepEqual(s, fresh)
}

// notice is what this notebook's pages have to be told of keeping things.
func (s *Session) notice() string { return cmp.Or(s.refused, s.all.notice(s.unkept != nil)) }

// stayKept says now and then that a notebook is in use whose page is open, though nothing changes.
func (s *Session) stayKept() {
	if s.revision == 0 || !s.watched() {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, storeWait)
	defer cancel()
	if err := s.all.storage.touch(ctx, s.ID); err != nil {
		slog.Debug("a notebook in use is not noted", "notebook", s.ID[:8], "error", err)
	}
}
