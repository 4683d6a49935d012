package runfiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// Line is what is known of a run without its weights.
type Line struct {
	Run string `json:"run"`
	checkpoint.Meta
}

// Pages are the runs of the notebooks' pages, as far as their weights are there.
type Pages interface {
	list(ctx context.Context) ([]Line, error)
	weights(ctx context.Context, id string, epoch int) (*nn.Params, checkpoint.Meta, error) // see runs.Service.Weights
	Standing(ctx context.Context, id string) (runs.Job, *checkpoint.Cut, *nn.Params, error) // see runs.Service.Standing
	release(ctx context.Context, id string) error
}

// errServing says that the runs of a server can be had from nobody but the server, which does not answer.
var errServing = errors.New("a server uses the state directory and does not answer the terminal: ask on its pages, or stop it")

// startWait is how long a server that has the store, and does not answer yet, is waited for.
const startWait = 3 * time.Second

// Pages hands over the runs of the pages that share the state directory: those of a server that is running
// are asked for there, those of one that is not are read from its store. Without either there are none.
func (d Dir) Pages(ctx context.Context, use func(Pages) error) error {
	state := filepath.Dir(d.Path)
	for deadline := time.Now().Add(startWait); ; {
		server, err := Announced(ctx, state)
		if err != nil {
			return err
		}
		if server != nil {
			return use(server)
		}
		if err = openStored(ctx, filepath.Join(state, "store"), use); !errors.Is(err, store.ErrInUse) {
			return err
		}
		if time.Now().After(deadline) {
			return errServing
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// openStored opens a store that no server uses, until the function returns.
func openStored(ctx context.Context, dir string, use func(Pages) error) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := runs.Open(ctx, st, runs.Limits{})
	if err != nil {
		return err
	}
	defer r.Close()
	return use(Stored{r})
}

// Stored are those of a store that is open in this process.
type Stored struct{ *runs.Service }

func (s Stored) list(context.Context) (lines []Line, _ error) {
	for _, r := range s.Usable() {
		lines = append(lines, Line{r.Job.ID, checkpoint.Meta{
			Settings: r.Job.Settings, Corpus: r.Job.Reviews, CorpusSHA256: r.Job.Corpus,
			Epoch: r.FinalEpoch(), History: r.History, Created: r.Submitted, Mixed: r.Mixed,
		}})
	}
	return lines, nil
}

func (s Stored) weights(ctx context.Context, id string, epoch int) (*nn.Params, checkpoint.Meta, error) {
	return s.Weights(ctx, id, epoch)
}

func (s Stored) release(ctx context.Context, id string) error {
	if _, err := s.Result(id); err != nil {
		return err // one that goes on is for its page to stop
	}
	return s.Release(ctx, id)
}

// archived reads one of them.
func (d Dir) archived(ctx context.Context, id string) (m checkpoint.Meta, p *nn.Params, err error) {
	err = d.Pages(ctx, func(r Pages) (err error) {
		p, m, err = r.weights(ctx, id, 0)
		return err
	})
	switch {
	case err == nil && p == nil, errors.Is(err, runs.ErrUnknown):
		return m, nil, d.Unknown(ctx, id)
	case err != nil:
		return m, nil, fmt.Errorf("run %s: %w", id, err)
	}
	return m, p, nil
}

// ArchivedLines tells of all of them.
func (d Dir) ArchivedLines(ctx context.Context) (lines []Line, err error) {
	err = d.Pages(ctx, func(r Pages) (err error) {
		lines, err = r.list(ctx)
		return err
	})
	return lines, err
}

// release deletes one of them.
func (d Dir) release(ctx context.Context, id string) error {
	err := runs.ErrUnknown // without any
	if asked := d.Pages(ctx, func(r Pages) error { err = r.release(ctx, id); return nil }); asked != nil {
		err = asked
	}
	switch {
	case errors.Is(err, runs.ErrUnknown):
		return d.Unknown(ctx, id)
	case err != nil:
		return fmt.Errorf("run %s: %w", id, err)
	}
	return nil
}
