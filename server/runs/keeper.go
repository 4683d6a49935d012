package runs

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// keeper puts away what a training must not lose, beside the training: one thing at a time, and the
// training waits only when the one before is not done.
type keeper struct {
	ctx     context.Context
	service *Service
	trail   *trail
	job     Job
	mixed   bool         // what is kept was trained with several arithmetics
	kept    []int        // epochs whose weights are there; owned by the writing goroutine
	last    time.Time    // a cut was asked for
	cost    atomic.Int64 // nanoseconds that writing the last one took

	work chan func() error
	done sync.WaitGroup
	err  error // the last
	once sync.Once
}

func newKeeper(ctx context.Context, s *Service, t *trail, r Record) *keeper {
	k := &keeper{ctx: ctx, service: s, trail: t, job: r.Job, kept: slices.Clone(r.Kept), last: time.Now(), work: make(chan func() error)}
	k.done.Go(func() {
		for f := range k.work {
			// A failure is no reason to end the training: the next may succeed.
			if err := f(); err != nil {
				slog.Warn("not kept", "run", k.job.ID, "error", err)
				k.err = err
			}
		}
	})
	return k
}

// wait is for everything to be written, and gives the last error.
func (k *keeper) wait() error {
	k.close()
	return k.err
}

func (k *keeper) close() {
	k.once.Do(func() { close(k.work) })
	k.done.Wait()
}

// due tells whether it is time for a cut, and if so counts it as made: often enough to lose little,
// seldom enough for writing to be a small share of the work.
func (k *keeper) due(atLeast time.Duration, share int64) bool {
	wait := min(k.service.limits.Cut, max(atLeast, time.Duration(share*k.cost.Load())))
	if time.Since(k.last) < wait {
		return false
	}
	k.last = time.Now()
	return true
}

// epoch keeps the weights of every epoch.
func (k *keeper) epoch(history []fit.EpochDone, m *fit.Model) {
	p := m.Params()
	c := checkpoint.Cut{Settings: k.job.Settings, History: history, Params: p, Mixed: k.mixed, Arithmetic: kernel.Arithmetic()}
	cut := k.due(0, 10)
	if cut {
		c.State = m.State()
	}
	k.work <- func() error {
		err := k.putEpoch(history, p)
		if err == nil && cut {
			return k.write(c)
		}
		return err
	}
}

// putEpoch keeps an epoch's weights; in memory if nothing else is possible now.
func (k *keeper) putEpoch(history []fit.EpochDone, p *nn.Params) error {
	epoch := len(history)
	ctx, cancel := k.service.store.While(k.ctx)
	defer cancel()
	err := k.put(ctx, epochName(epoch), epoch, history, p)
	if err == nil {
		if !slices.Contains(k.kept, epoch) {
			k.kept = append(k.kept, epoch)
		}
		if err = k.record(ctx, history, false); err != nil {
			k.kept = slices.DeleteFunc(k.kept, func(e int) bool { return e == epoch })
		}
	}
	if err != nil && k.service.shelve(k.shelved(epochName(epoch), epoch, history, p), err) {
		return nil
	}
	return err
}

func (k *keeper) shelved(name string, epoch int, history []fit.EpochDone, p *nn.Params) shelved {
	return shelved{job: k.job, name: name, attempt: k.trail.attempt, meta: k.meta(epoch, history), params: p, last: name == finalName}
}

// midway cuts long epochs.
func (k *keeper) midway(history []fit.EpochDone, at fit.Position, m *fit.Model) {
	if k.due(time.Second, 50) {
		k.cut(history, &at, m)
	}
}

func (k *keeper) cut(history []fit.EpochDone, at *fit.Position, m *fit.Model) {
	p, state := m.Snapshot()
	c := checkpoint.Cut{Settings: k.job.Settings, History: history, Within: at, Params: p, State: state, Mixed: k.mixed, Arithmetic: kernel.Arithmetic()}
	k.work <- func() error { return k.write(c) }
}

func (k *keeper) write(c checkpoint.Cut) error {
	began := time.Now()
	ctx, cancel := k.service.store.While(k.ctx)
	defer cancel()
	size := bytesOf(c.Params, k.job)
	for _, t := range c.State.Optimizer {
		size += 4 * int64(len(t.Data))
	}
	err := k.service.put(ctx, k.job.ID, cutName, size, func(w io.Writer) error { return checkpoint.SaveCut(w, c) })
	k.cost.Store(int64(time.Since(began)))
	if err != nil {
		k.cost.Store(int64(k.service.limits.Cut)) // the next try is not soon
		return err
	}
	return k.record(ctx, c.History, true)
}

func (k *keeper) meta(epoch int, history []fit.EpochDone) checkpoint.Meta {
	meta := metaOf(k.job, epoch, history)
	meta.Mixed = k.mixed
	return meta
}

func (k *keeper) put(ctx context.Context, name string, epoch int, history []fit.EpochDone, p *nn.Params) error {
	return k.service.putWeights(ctx, name, k.job, k.meta(epoch, history), p)
}

// goesOn tells on the log, and notes, how a run goes on otherwise than expected.
func (k *keeper) goesOn(from *checkpoint.Cut) error {
	note := ""
	switch {
	case from == nil && len(k.trail.history) > 0:
		note = NoteAnew
	case from != nil:
		k.mixed = from.Mixed
		if from.Arithmetic != "" && from.Arithmetic != kernel.Arithmetic() {
			note, k.mixed = NoteMixed, true
		}
	}
	_, err := k.service.records.update(k.ctx, k.job.ID, func(r *Record) error {
		switch {
		case r.Attempt != k.trail.attempt:
			return errReplaced
		case r.Mixed == k.mixed:
			return errEnough
		}
		r.Mixed = k.mixed
		return nil
	})
	if err != nil || note == "" {
		return err
	}
	slog.Warn("a run goes on otherwise than undisturbed", "run", k.job.ID, "how", note)
	return k.trail.add(k.ctx, entry{At: time.Now(), Note: note})
}

// record tells what is kept.
func (k *keeper) record(ctx context.Context, history []fit.EpochDone, cut bool) error {
	_, err := k.service.records.update(ctx, k.job.ID, func(r *Record) error {
		if r.Attempt != k.trail.attempt {
			return errReplaced
		}
		for _, epoch := range k.kept { // others may have been kept from memory
			if !slices.Contains(r.Kept, epoch) {
				r.Kept = append(slices.Clip(r.Kept), epoch)
			}
		}
		slices.Sort(r.Kept)
		r.History = history
		if cut {
			r.Lost = 0
		}
		return nil
	})
	if errors.Is(err, errReplaced) || errors.Is(err, ErrUnknown) {
		return nil // heeded elsewhere
	}
	return err
}

// final keeps the weights that the run ends with, and names their object: the one that is kept, or the one
// that is held in memory until it can be.
func (k *keeper) final(end fit.Stopped, history []fit.EpochDone, p *nn.Params) (name, held string, err error) {
	epoch := len(history)
	if end.Reason != fit.Interrupted {
		if k.job.Settings.RestoreBest {
			epoch = fit.ConfigOf(k.job.Settings).BestEpoch(history)
		}
		if slices.Contains(k.kept, epoch) {
			return epochName(epoch), "", nil
		}
		if r, _, _ := k.service.records.get(k.job.ID); slices.Contains(r.Kept, epoch) {
			return epochName(epoch), "", nil // it waited in memory
		}
		if k.service.shelf.mark(k.job.ID, epochName(epoch)) {
			return "", epochName(epoch), nil
		}
	}
	ctx, cancel := k.service.store.While(k.ctx)
	defer cancel()
	err = k.put(ctx, finalName, epoch, history, p)
	if errors.Is(err, store.ErrNoRoom) {
		// What was learnt is worth more than being able to go on.
		if k.service.weights.Delete(ctx, k.job.ID+"/"+cutName) == nil {
			err = k.put(ctx, finalName, epoch, history, p)
		}
	}
	if err == nil {
		return finalName, "", nil
	}
	if k.service.shelve(k.shelved(finalName, epoch, history, p), err) {
		return "", finalName, nil
	}
	return "", "", err
}

// from finds where an earlier attempt stood, and the best weights that it had if they will be asked
// for. What cannot be read is not needed: from the beginning a run comes to the same end.
func (s *Service) from(ctx context.Context, r Record) (*checkpoint.Cut, *nn.Params) {
	if r.Attempt <= 1 {
		return nil, nil
	}
	c, err := object(ctx, s, r.Job.ID, cutName, checkpoint.LoadCut)
	if err != nil {
		if !errors.Is(err, ErrReleased) {
			slog.Warn("a checkpoint cannot be read, the run begins anew", "run", r.Job.ID, "error", err)
		}
		return nil, nil
	}
	if c.Settings != r.Job.Settings {
		slog.Warn("a checkpoint is of other settings, the run begins anew", "run", r.Job.ID)
		return nil, nil
	}
	epoch := fit.ConfigOf(r.Job.Settings).BestEpoch(c.History)
	if !r.Job.Settings.RestoreBest || epoch == 0 {
		return &c, nil
	}
	best, _, err := s.Weights(ctx, r.Job.ID, epoch)
	if err != nil {
		slog.Warn("the best weights cannot be read, the run begins anew", "run", r.Job.ID, "error", err)
		return nil, nil
	}
	return &c, best
}
