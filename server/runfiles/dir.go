package runfiles

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

// DefaultStateDir follows the XDG rules where they hold, and elsewhere uses the place for
// configuration, which no system clears by itself, as it may a cache.
func DefaultStateDir(env func(string) string, home, config func() (string, error)) (string, error) {
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

// StateDir is where runs are kept: the directory asked for, else the system's place for state.
func StateDir(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	return DefaultStateDir(os.Getenv, os.UserHomeDir, os.UserConfigDir)
}

// Dir keeps the weights of runs made in the terminal, one file a run.
type Dir struct{ Path string }

const Suffix = ".safetensors"

// Open is the directory of runs in a state directory, the usual one if it is "", which is not made.
func Open(state string) (Dir, error) {
	dir, err := StateDir(state)
	return Dir{Path: filepath.Join(dir, "runs")}, err
}

// Make is the same, and makes the directory if need be.
func Make(state string) (Dir, error) {
	s, err := Open(state)
	if err != nil {
		return Dir{}, err
	}
	if err := os.MkdirAll(s.Path, 0o755); err != nil {
		return Dir{}, fmt.Errorf("runs cannot be kept: %w; choose another place with --state", err)
	}
	return s, nil
}

// File is where the weights of a run are.
func (d Dir) File(id string) string { return filepath.Join(d.Path, id+Suffix) }

// Put writes a run whole or not at all.
func (d Dir) Put(id string, m checkpoint.Meta, p *nn.Params) error {
	return outfile.Replace(d.File(id), func(w io.Writer) error { return checkpoint.Save(w, m, p) })
}

// ValidID is what a run may be called; anything else could name a file elsewhere.
var ValidID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

// Get reads a run; the newest if id is "".
func (d Dir) Get(ctx context.Context, id string) (string, checkpoint.Meta, *nn.Params, error) {
	var m checkpoint.Meta
	if id == "" {
		var err error
		if id, err = d.newest(ctx); err != nil {
			return "", m, nil, err
		}
	}
	if !ValidID.MatchString(id) {
		return "", m, nil, fmt.Errorf("%q is no run's id", id)
	}
	f, err := os.Open(d.File(id))
	if errors.Is(err, fs.ErrNotExist) {
		m, p, err := d.archived(ctx, id)
		return id, m, p, err
	}
	if err != nil {
		return "", m, nil, err
	}
	defer f.Close()
	m, p, err := checkpoint.Load(f)
	if err != nil {
		return "", m, nil, fmt.Errorf("%s: %w", d.File(id), err)
	}
	return id, m, p, nil
}

// newest is the last of all runs, wherever they are kept.
func (d Dir) newest(ctx context.Context) (string, error) {
	ids, err := d.all(ctx)
	if err != nil {
		return "", fmt.Errorf("which run is the newest is not known: %w; or name one with its id", err)
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("there is no run in %s, nor on a page; make one with the train command", d.Path)
	}
	return ids[len(ids)-1], nil
}

// all gives the ids of those kept as files and of those of the pages, the newest last. Those that are known
// come with the error too.
func (d Dir) all(ctx context.Context) ([]string, error) {
	ids, err := d.List()
	if err != nil {
		return nil, err
	}
	lines, err := d.ArchivedLines(ctx)
	for _, line := range lines {
		ids = append(ids, line.Run)
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// Unknown says that there is no such run, and which there are.
func (d Dir) Unknown(ctx context.Context, id string) error {
	ids, err := d.all(ctx)
	if err != nil || len(ids) == 0 {
		return fmt.Errorf("there is no run %s in %s", id, d.Path)
	}
	return fmt.Errorf("there is no run %s; there are %s", id, strings.Join(ids, ", "))
}

// List gives the ids of the runs that are kept here, as files, the newest last.
func (d Dir) List() ([]string, error) {
	entries, err := os.ReadDir(d.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), Suffix); ok && ValidID.MatchString(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Meta reads what is known of a run, without its weights.
func (d Dir) Meta(id string) (checkpoint.Meta, error) {
	f, err := os.Open(d.File(id))
	if err != nil {
		return checkpoint.Meta{}, err
	}
	defer f.Close()
	return checkpoint.ReadMeta(f)
}

// Delete deletes a run, wherever it is kept, and its checkpoints.
func (d Dir) Delete(ctx context.Context, id string) error {
	if !ValidID.MatchString(id) {
		return fmt.Errorf("%q is no run's id", id)
	}
	u, err := d.Unfinished(id)
	if err == nil {
		err = u.Remove()
	}
	checkpoints := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = os.Remove(d.File(id))
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case checkpoints: // and no weights yet
		return nil
	}
	return d.release(ctx, id)
}
