package session

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"time"
)

// retryEvery is how often a session looks whether what is not kept can be, and what its pages have to be told of
// keeping.
const retryEvery = time.Second

// unkept is what a session could not keep: its state lies in memory only.
type unkept struct {
	why   error
	tried map[[sha256.Size]byte]bool // what was given to the store, which may yet have taken it
}

// put keeps a snapshot, also where the notebook was deleted meanwhile. errBehind says that another server has
// written it; any other error, that it is to be tried again.
func (s *Session) put(ctx context.Context, p *snapshot) error {
	for {
		err := s.all.Store.Err() // then there is nothing to wait for
		if err == nil {
			err = s.all.storage.save(ctx, s.ID, p)
		}
		if errors.Is(err, errBehind) {
			latest, failed := s.all.storage.load(ctx, s.ID)
			if failed == nil && latest.revision > 0 && !s.own(latest) {
				return err
			}
			if failed == nil {
				p.revision = latest.revision
				continue
			}
			err = failed
		}
		if err == nil {
			if s.unkept != nil {
				slog.Info("a notebook's changes are kept now", "notebook", s.ID[:8])
			}
			s.unkept = nil
			return nil
		}
		if s.unkept == nil {
			slog.ErrorContext(ctx, "a notebook's change is not kept, and will be tried again", "notebook", s.ID[:8], "error", err)
			s.unkept = &unkept{tried: map[[sha256.Size]byte]bool{}}
		}
		s.unkept.why, s.unkept.tried[p.sum] = err, true
		return err
	}
}

// own tells whether a snapshot that the store has is this session's own: no other server writes there, or it is
// one that seemed not to have been taken.
func (s *Session) own(p snapshot) bool {
	return !s.all.shared || s.unkept != nil && s.unkept.tried[p.sum]
}

// keepAgain keeps what was not kept, where that has become possible.
func (s *Session) keepAgain(ctx context.Context) {
	if s.unkept == nil || s.all.Store.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	p := s.snapshot
	err := s.put(ctx, &p)
	if errors.Is(err, errBehind) {
		slog.Warn("a notebook was changed on another server while its changes here could not be kept: they are given up", "notebook", s.ID[:8])
		s.unkept = nil
		if latest, err := s.all.storage.load(ctx, s.ID); err == nil {
			s.catchUp(latest)
		}
		return
	}
	s.revision = p.revision
}

// heedNotice tells the pages when there is something else to be told of keeping.
func (s *Session) heedNotice() {
	if notice := s.notice(); notice != s.told {
		s.told = notice
		s.publish()
	}
}
