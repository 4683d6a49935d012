package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// errServing says that the runs of a server can be had only from the server.
var errServing = errors.New("a server uses the state directory: the runs of its notebooks can be had from their pages, or once it is stopped")

// archive hands over the runs that a server has kept in the same state directory; nil without any.
// It is open only within the function.
func (s shelf) archive(use func(ctx context.Context, r *runs.Service) error) error {
	dir := filepath.Join(filepath.Dir(s.dir), "store")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if errors.Is(err, store.ErrInUse) {
		return errServing
	}
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := runs.Open(ctx, st, runs.Limits{})
	if err != nil {
		return err
	}
	defer r.Close()
	return use(ctx, r)
}

// archived reads one of them.
func (s shelf) archived(id string) (m checkpoint.Meta, p *nn.Params, err error) {
	err = s.archive(func(ctx context.Context, r *runs.Service) (err error) {
		p, m, err = r.Weights(ctx, id, 0)
		return err
	})
	if err != nil {
		return m, nil, fmt.Errorf("run %s: %w", id, err)
	}
	if p == nil {
		return m, nil, s.unknown(id)
	}
	return m, p, nil
}

// archivedLines tells of all of them whose weights are there.
func (s shelf) archivedLines() (lines []runLine) {
	err := s.archive(func(_ context.Context, r *runs.Service) error {
		for _, rec := range r.List() {
			if rec.Final == "" {
				continue
			}
			lines = append(lines, runLine{rec.Job.ID, checkpoint.Meta{
				Settings: rec.Job.Settings, Corpus: rec.Job.Reviews, CorpusSHA256: rec.Job.Corpus,
				Epoch: rec.FinalEpoch(), History: rec.History, Created: rec.Submitted, Mixed: rec.Mixed,
			}})
		}
		return nil
	})
	if err != nil {
		slog.Warn("the runs of notebooks are not listed", "error", err)
	}
	return lines
}

// release deletes one of them.
func (s shelf) release(id string) error {
	found := false
	err := s.archive(func(ctx context.Context, r *runs.Service) error {
		if _, err := r.Result(id); errors.Is(err, runs.ErrUnknown) {
			return nil
		}
		found = true
		return r.Release(ctx, id)
	})
	if err == nil && !found {
		return s.unknown(id)
	}
	return err
}
