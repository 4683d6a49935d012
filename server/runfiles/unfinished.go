package runfiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"cuaderno/server/outfile"
	"cuaderno/server/runs"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Unfinished is a training in the terminal that has not come to its end, with what another process needs to
// go on to the same bits: a directory beside the weights of the runs, which is gone once the run is whole.
type Unfinished struct {
	Job  runs.Job
	dir  string
	lock *flock.Flock // held by the process that trains
}

const (
	JobFile = "job.json"
	cutFile = "cut" + Suffix
)

var errTrains = errors.New("another process trains it")

// Begin makes a place for a run's checkpoints, which is this process's until it is closed.
func (d Dir) Begin(job runs.Job) (*Unfinished, error) {
	u := &Unfinished{Job: job, dir: filepath.Join(d.Path, job.ID)}
	if err := os.Mkdir(u.dir, 0o755); err != nil {
		return nil, err
	}
	if err := u.take(); err != nil {
		return nil, err
	}
	err := outfile.Replace(filepath.Join(u.dir, JobFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(job) })
	if err != nil {
		return nil, errors.Join(err, u.Close())
	}
	return u, nil
}

// Unfinished takes over one that is there; fs.ErrNotExist says that there is none.
func (d Dir) Unfinished(id string) (*Unfinished, error) {
	if !ValidID.MatchString(id) {
		return nil, fmt.Errorf("%q is no run's id", id)
	}
	job, err := d.JobOf(id)
	if err != nil {
		return nil, err
	}
	u := &Unfinished{Job: job, dir: filepath.Join(d.Path, id)}
	return u, u.take()
}

// JobOf tells what an unfinished run is to be.
func (d Dir) JobOf(id string) (job runs.Job, err error) {
	text, err := os.ReadFile(filepath.Join(d.Path, id, JobFile))
	if err != nil {
		return job, err
	}
	if err := json.Unmarshal(text, &job); err != nil {
		return job, fmt.Errorf("run %s: %s: %w", id, JobFile, err)
	}
	return job, nil
}

func (u *Unfinished) take() error {
	u.lock = flock.New(filepath.Join(u.dir, "lock"))
	got, err := u.lock.TryLock()
	if err == nil && !got {
		err = errTrains
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", filepath.Base(u.dir), err)
	}
	return nil
}

// Close leaves it to other processes.
func (u *Unfinished) Close() error { return u.lock.Close() }

// Remove is for a run that is whole, or given up.
func (u *Unfinished) Remove() error {
	return errors.Join(os.Remove(filepath.Join(u.dir, JobFile)), u.Close(), os.RemoveAll(u.dir)) // open files are not removed everywhere
}

// UnfinishedIDs are those of all of them, whether or not they are being trained.
func (d Dir) UnfinishedIDs() (ids []string) {
	found, _ := filepath.Glob(filepath.Join(d.Path, "*", JobFile)) // the pattern is fine
	for _, f := range found {
		ids = append(ids, filepath.Base(filepath.Dir(f)))
	}
	return ids
}

// Broken tells which of them nobody trains, and have no weights: their process died.
func (d Dir) Broken() (ids []string) {
	for _, id := range d.UnfinishedIDs() {
		if _, err := os.Stat(d.File(id)); err == nil {
			continue
		}
		if u, err := d.Unfinished(id); err == nil {
			ids = append(ids, id)
			_ = u.Close() // it was only looked at
		}
	}
	return ids
}

func (u *Unfinished) bestFile(epoch int) string {
	return filepath.Join(u.dir, fmt.Sprintf("best-%d%s", epoch, Suffix))
}

// Stands reads the latest checkpoint, and the best weights where the settings ask for them in the end. What
// cannot be read is not needed: from the beginning a run comes to the same end.
func (u *Unfinished) Stands() (*checkpoint.Cut, *nn.Params) {
	c, err := readFile(filepath.Join(u.dir, cutFile), checkpoint.LoadCut)
	if err == nil && c.Settings != u.Job.Settings {
		err = errors.New("it is of other settings")
	}
	epoch := fit.ConfigOf(u.Job.Settings).BestEpoch(c.History)
	var best *nn.Params
	if err == nil && u.Job.Settings.RestoreBest && epoch > 0 {
		best, err = readFile(u.bestFile(epoch), func(r io.Reader) (*nn.Params, error) {
			_, p, err := checkpoint.Load(r)
			return p, err
		})
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			slog.Warn("a checkpoint cannot be read, the run begins anew", "run", u.Job.ID, "error", err)
		}
		return nil, nil
	}
	return &c, best
}

func readFile[T any](path string, read func(io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer f.Close()
	if out, err = read(f); err != nil {
		return out, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

// put replaces the checkpoint. Best weights of before are of no use then.
func (u *Unfinished) put(c checkpoint.Cut) error {
	if err := outfile.Replace(filepath.Join(u.dir, cutFile), func(w io.Writer) error { return checkpoint.SaveCut(w, c) }); err != nil {
		return err
	}
	keep := filepath.Base(u.bestFile(fit.ConfigOf(u.Job.Settings).BestEpoch(c.History)))
	entries, err := os.ReadDir(u.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "best-") && name != keep {
			errs = append(errs, os.Remove(filepath.Join(u.dir, name)))
		}
	}
	return errors.Join(errs...)
}

func (u *Unfinished) putBest(epoch int, m checkpoint.Meta, p *nn.Params) error {
	return outfile.Replace(u.bestFile(epoch), func(w io.Writer) error { return checkpoint.Save(w, m, p) })
}
