package main

import (
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
	return replace(s.path(id), func(w io.Writer) error { return checkpoint.Save(w, m, p) })
}

// runID is what a run may be called; anything else could name a file elsewhere.
var runID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

// get reads a run; the newest if id is "".
func (s shelf) get(id string) (string, checkpoint.Meta, *nn.Params, error) {
	var m checkpoint.Meta
	if id == "" {
		ids, err := s.list()
		if err != nil {
			return "", m, nil, err
		}
		if len(ids) == 0 {
			return "", m, nil, fmt.Errorf("there is no run in %s; make one with the train command", s.dir)
		}
		id = ids[len(ids)-1]
	}
	if !runID.MatchString(id) {
		return "", m, nil, fmt.Errorf("%q is no run's id", id)
	}
	f, err := os.Open(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		m, p, err := s.archived(id)
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

func (s shelf) unknown(id string) error {
	ids, err := s.list()
	if err != nil || len(ids) == 0 {
		return fmt.Errorf("there is no run %s in %s", id, s.dir)
	}
	return fmt.Errorf("there is no run %s; there are %s", id, strings.Join(ids, ", "))
}

// list gives the runs' ids, the newest last.
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
