package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"cuaderno/server/outfile"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// defaultStateDir follows the XDG rules where they hold, and elsewhere uses the place for
// configuration, which no system clears by itself, as it may a cache.
func defaultStateDir(env func(string) string, home, config func() (string, error)) (string, error) {
	dir := env("XDG_STATE_HOME")
	var err error
	switch {
	case filepath.IsAbs(dir):
	case runtime.GOOS == "darwin" || runtime.GOOS == "windows":
		dir, err = config()
	default:
		if dir, err = home(); err == nil {
			dir = filepath.Join(dir, ".local", "state")
		}
	}
	if err != nil {
		return "", fmt.Errorf("no place to keep runs: %w; choose one with --state", err)
	}
	return filepath.Join(dir, "cuaderno"), nil
}

// shelf keeps the weights of runs made in the terminal, one file a run.
type shelf struct{ dir string }

const shelfSuffix = ".safetensors"

// openShelf makes the directory if need be.
func openShelf(state string) (shelf, error) {
	s, err := shelfOf(shared{State: state})
	if err != nil {
		return shelf{}, err
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return shelf{}, fmt.Errorf("runs cannot be kept: %w; choose another place with --state", err)
	}
	return s, nil
}

func (s shelf) path(id string) string { return filepath.Join(s.dir, id+shelfSuffix) }

// put writes a run whole or not at all.
func (s shelf) put(id string, m checkpoint.Meta, p *nn.Params) error {
	return outfile.Replace(s.path(id), func(w io.Writer) error { return checkpoint.Save(w, m, p) })
}

// runID is what a run may be called; anything else could name a file elsewhere.
var runID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

// get reads a run; the newest if id is "".
func (s shelf) get(ctx context.Context, id string) (string, checkpoint.Meta, *nn.Params, error) {
	var m checkpoint.Meta
	if id == "" {
		var err error
		if id, err = s.newest(ctx); err != nil {
			return "", m, nil, err
		}
	}
	if !runID.MatchString(id) {
		return "", m, nil, fmt.Errorf("%q is no run's id", id)
	}
	f, err := os.Open(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		m, p, err := s.archived(ctx, id)
		return id, m, p, err
	}
	if err != nil {
		return "", m, nil, err
	}
	defer f.Close()
	m, p, err := checkpoint.Load(f)
	if err != nil {
		return "", m, nil, fmt.Errorf("%s: %w", s.path(id), err)
	}
	return id, m, p, nil
}

// newest is the last of all runs, wherever they are kept.
func (s shelf) newest(ctx context.Context) (string, error) {
	ids, err := s.all(ctx)
	if err != nil {
		return "", fmt.Errorf("which run is the newest is not known: %w; or name one with its id", err)
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("there is no run in %s, nor on a page; make one with the train command", s.dir)
	}
	return ids[len(ids)-1], nil
}

// all gives the ids of those kept as files and of those of the pages, the newest last. Those that are known
// come with the error too.
func (s shelf) all(ctx context.Context) ([]string, error) {
	ids, err := s.list()
	if err != nil {
		return nil, err
	}
	lines, err := s.archivedLines(ctx)
	for _, line := range lines {
		ids = append(ids, line.Run)
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

func (s shelf) unknown(ctx context.Context, id string) error {
	ids, err := s.all(ctx)
	if err != nil || len(ids) == 0 {
		return fmt.Errorf("there is no run %s in %s", id, s.dir)
	}
	return fmt.Errorf("there is no run %s; there are %s", id, strings.Join(ids, ", "))
}

// list gives the ids of the runs that are kept here, as files, the newest last.
func (s shelf) list() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), shelfSuffix); ok && runID.MatchString(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
