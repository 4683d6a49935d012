package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// shelf holds weights that could not be kept, because there was no room or the store was broken, until
// they can. They are used like those that are kept, and lost with the process.
type shelf struct {
	limit   int64
	changed func()

	mu    sync.Mutex
	items []shelved // the oldest first
	bytes int64
	want  int64 // bytes of the last thing for which there was no room; 0 if there has been since
}

// shelved is an object that is still to be written.
type shelved struct {
	job     Job
	name    string
	attempt int
	meta    checkpoint.Meta
	params  *nn.Params
	bytes   int64
	last    bool // the run ends with it
}

func (o shelved) id() string { return o.job.ID + "/" + o.name }

// add puts weights on the shelf; what is there for longest and is not what a run ends with makes room. It
// is refused where even that is not enough.
func (s *shelf) add(o shelved) bool {
	s.mu.Lock()
	defer s.changed()
	defer s.mu.Unlock()
	s.remove(func(old shelved) bool { return old.id() == o.id() })
	if s.bytes+o.bytes > s.limit {
		free := s.bytes + o.bytes - s.limit
		s.remove(func(old shelved) bool {
			if old.last || free <= 0 {
				return false
			}
			free -= old.bytes
			slog.Warn("weights that could not be kept are given up: too many wait in memory", "run", old.job.ID, "name", old.name)
			return true
		})
	}
	if s.bytes+o.bytes > s.limit {
		return false
	}
	s.items = append(s.items, o)
	s.bytes += o.bytes
	return true
}

// remove takes things off the shelf. The lock is held.
func (s *shelf) remove(which func(shelved) bool) {
	s.items = slices.DeleteFunc(s.items, which)
	s.bytes = 0
	for _, o := range s.items {
		s.bytes += o.bytes
	}
}

func (s *shelf) drop(which func(shelved) bool) {
	s.mu.Lock()
	s.remove(which)
	s.mu.Unlock()
	s.changed()
}

func (s *shelf) get(run, name string) (shelved, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.items, func(o shelved) bool { return o.job.ID == run && o.name == name })
	if i < 0 {
		return shelved{}, false
	}
	return s.items[i], true
}

// mark says that a run ends with weights, which are then not given up. It tells whether they are there.
func (s *shelf) mark(run, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.items, func(o shelved) bool { return o.job.ID == run && o.name == name })
	if i < 0 {
		return false
	}
	s.items[i].last = true
	return true
}

// epochs are those of a run whose weights are on the shelf.
func (s *shelf) epochs(run string) (all []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.items {
		if o.job.ID == run && o.name == epochName(o.meta.Epoch) {
			all = append(all, o.meta.Epoch)
		}
	}
	return all
}

func (s *shelf) all() []shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.items)
}

// found notes whether there was room for so many bytes.
func (s *shelf) found(bytes int64, room bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !room:
		s.want = max(s.want, bytes)
	case bytes >= s.want:
		s.want = 0
	}
}

// Lacks tells whether weights or checkpoints are not kept because there is no room for them.
func (s *Service) Lacks() bool {
	s.shelf.mu.Lock()
	waiting, want := len(s.shelf.items), s.shelf.want
	s.shelf.mu.Unlock()
	return waiting > 0 || want > 0 && s.store.Room(want) != nil
}

// shelve keeps weights in memory that could not be kept otherwise.
func (s *Service) shelve(o shelved, why error) bool {
	o.bytes = bytesOf(o.params, o.job)
	if !s.shelf.add(o) {
		return false
	}
	slog.Warn("weights are not kept yet: they stay in memory", "run", o.job.ID, "name", o.name, "error", why)
	return true
}

const (
	// clearEvery is how often it is tried to keep what is on the shelf.
	clearEvery = time.Second
	// askEvery is how often that is tried where it failed, or though there is no room, which may be made by tidying.
	askEvery = 15 * time.Second
)

// clear keeps what is on the shelf as soon as it can be.
func (s *Service) clear() {
	tick := time.NewTicker(clearEvery)
	defer tick.Stop()
	var asked time.Time
	failed := false
	for {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			if left := s.shelf.all(); len(left) > 0 {
				slog.Error("weights that could not be kept are lost", "objects", len(left))
			}
			return
		}
		for _, o := range s.shelf.all() {
			if s.store.Err() != nil {
				break
			}
			if (failed || s.store.Room(o.bytes) != nil) && time.Since(asked) < askEvery {
				continue
			}
			asked = time.Now()
			err := s.unshelve(o)
			failed = err != nil && !errors.Is(err, store.ErrNoRoom)
			if err != nil {
				slog.Debug("weights still wait in memory", "run", o.job.ID, "name", o.name, "error", err)
			}
		}
	}
}

// unshelve keeps weights from the shelf.
func (s *Service) unshelve(o shelved) error {
	r, known, _ := s.records.get(o.job.ID)
	switch {
	case !known, o.name == finalName && r.Attempt > o.attempt:
		s.shelf.drop(func(other shelved) bool { return other.id() == o.id() })
		return nil
	case o.name == finalName && r.Phase != over:
		return nil // its worker is about to say that the run ends with it
	}
	ctx, cancel := s.store.While(s.ctx)
	defer cancel()
	if err := s.putWeights(ctx, o.name, o.job, o.meta, o.params); err != nil {
		return err
	}
	_, err := s.records.update(ctx, o.job.ID, func(r *Record) error {
		if o.name == finalName && r.Attempt > o.attempt {
			return errReplaced
		}
		if o.name == epochName(o.meta.Epoch) && !slices.Contains(r.Kept, o.meta.Epoch) {
			r.Kept = append(slices.Clip(r.Kept), o.meta.Epoch)
			slices.Sort(r.Kept)
		}
		if r.Held == o.name {
			r.Final, r.Held = o.name, ""
		}
		return nil
	})
	if err != nil && !errors.Is(err, errReplaced) && !errors.Is(err, ErrUnknown) {
		return err
	}
	s.shelf.drop(func(other shelved) bool { return other.id() == o.id() })
	slog.Info("weights that waited in memory are kept", "run", o.job.ID, "name", o.name)
	return nil
}

// result completes what a record tells by what is on the shelf.
func (s *Service) result(r Record) Result {
	out := r.result()
	for _, epoch := range s.shelf.epochs(r.Job.ID) {
		if !slices.Contains(out.Epochs, epoch) {
			out.Epochs = append(out.Epochs, epoch)
		}
	}
	slices.Sort(out.Epochs)
	out.Final = out.Final || r.Held != "" // here, or in another process that will write it
	return out
}

// giveUp takes back what the records tell of weights in memory that a process took with it. It is called
// where nobody else can have them.
func (s *Service) giveUp(ctx context.Context) error {
	for _, r := range s.List() {
		if r.Held == "" {
			continue
		}
		slog.Error("the weights that a run ended with are lost: there was no room for them when the server ended", "run", r.Job.ID)
		if _, err := s.records.update(ctx, r.Job.ID, func(r *Record) error {
			r.Held = ""
			if r.Phase != over {
				r.Closing = nil // somebody trains on from its checkpoint
			}
			return nil
		}); err != nil {
			return fmt.Errorf("runs: %w", err)
		}
	}
	return nil
}
