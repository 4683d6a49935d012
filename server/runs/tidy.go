package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Hold names the runs that are on somebody's page: their weights are not deleted to make room.
// Without it nothing is, nor while they are not known.
func (s *Service) Hold(held func(context.Context) (map[string]bool, error)) {
	s.mu.Lock()
	s.held = held
	s.mu.Unlock()
	s.Untidy()
}

// Untidy says that something may have to make room.
func (s *Service) Untidy() {
	select {
	case s.tidying <- struct{}{}:
	default:
	}
}

// untidied is how long tidying waits that could not be done.
const untidied = 10 * time.Second

func (s *Service) tidy() {
	var again <-chan time.Time
	for {
		select {
		case <-s.tidying:
		case <-again:
		case <-s.ctx.Done():
			return
		}
		again = nil
		if err := s.trim(s.ctx, 0); err != nil && s.ctx.Err() == nil {
			slog.Warn("the weights were not tidied", "error", err)
			again = time.After(untidied)
		}
	}
}

// heap is what is kept of one run.
type heap struct {
	Record
	held  bool
	bytes map[string]int64 // by object
}

// trim deletes weights where they take more room than they may: of the oldest runs first, and of
// each what is least needed first; beyond that, as much as is wanted. Runs that go on or are on a page
// keep theirs, and so does everybody while it is not certain which these are.
func (s *Service) trim(ctx context.Context, wanted int64) error {
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if held == nil {
		return nil
	}
	objects, err := s.objects(ctx)
	if err != nil {
		return err
	}
	// In this order: every object listed is of a run that is known by then, and on a page that is known by then.
	onPages, err := s.certain(ctx, held)
	if err != nil {
		return err
	}
	heaps, total, notebooks := s.heaps(objects, onPages)
	for _, o := range objects {
		// A run that was given up while it trained may still have put something away.
		id, _, _ := strings.Cut(o.Name, "/")
		if _, known, _ := s.records.get(id); !known {
			if err := s.weights.Delete(ctx, o.Name); err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
				return fmt.Errorf("runs: deleting %s: %w", o.Name, err)
			}
		}
	}
	for _, level := range []func(h *heap, name string) bool{
		func(h *heap, name string) bool {
			return name == cutName && h.Stopped.Reason != "interrupted" && name != h.Final
		},
		func(h *heap, name string) bool { return name != h.Final && name != cutName },
		func(*heap, string) bool { return true },
	} {
		for _, h := range heaps {
			if wanted <= 0 && total <= s.limits.Total && notebooks[h.Job.Notebook] <= s.limits.Notebook {
				continue
			}
			if h.held || h.Phase != over {
				continue
			}
			freed, err := s.free(ctx, h, level)
			if err != nil {
				return err
			}
			total -= freed
			wanted -= freed
			notebooks[h.Job.Notebook] -= freed
		}
	}
	return nil
}

// certainty is how long tidying waits for news that is there and has not come.
const certainty = 5 * time.Second

// certain names the runs that are on a page, once all that other servers have done is known here.
func (s *Service) certain(ctx context.Context, held func(context.Context) (map[string]bool, error)) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, certainty)
	defer cancel()
	if err := s.records.view.Current(ctx); err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	return held(ctx)
}

// heaps sorts the objects by run, the oldest run first.
func (s *Service) heaps(objects []*jetstream.ObjectInfo, held map[string]bool) (out []*heap, total int64, notebooks map[string]int64) {
	byRun := map[string]*heap{}
	notebooks = map[string]int64{}
	s.records.each(func(r Record) {
		byRun[r.Job.ID] = &heap{Record: r, held: held[r.Job.ID], bytes: map[string]int64{}}
	})
	for _, o := range objects {
		id, name, _ := strings.Cut(o.Name, "/")
		total += int64(o.Size)
		if h := byRun[id]; h != nil {
			h.bytes[name] = int64(o.Size)
			notebooks[h.Job.Notebook] += int64(o.Size)
		}
	}
	for _, h := range byRun {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b *heap) int { return a.Submitted.Compare(b.Submitted) })
	return out, total, notebooks
}

// free deletes some of a run's objects. The record is told before, so that nobody counts on them.
func (s *Service) free(ctx context.Context, h *heap, which func(h *heap, name string) bool) (freed int64, err error) {
	gone := map[string]bool{}
	for name, size := range h.bytes {
		if which(h, name) {
			gone[name] = true
			freed += size
			delete(h.bytes, name)
		}
	}
	if len(gone) == 0 {
		return 0, nil
	}
	_, err = s.records.update(ctx, h.Job.ID, func(r *Record) error {
		if r.Phase != over {
			return ErrUnfinished // it was resumed
		}
		r.Kept = slices.DeleteFunc(slices.Clone(r.Kept), func(epoch int) bool { return gone[epochName(epoch)] })
		if gone[r.Final] {
			r.Final = ""
		}
		return nil
	})
	if errors.Is(err, ErrUnfinished) || errors.Is(err, ErrUnknown) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	slog.Info("weights were deleted to make room", "run", h.Job.ID, "bytes", freed)
	return freed, s.drop(ctx, h.Job.ID, func(name string) bool { return gone[name] })
}
