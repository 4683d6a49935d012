package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"cuaderno/server/runfiles"
	"cuaderno/server/runs"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// task is a training that is about to begin in the terminal, or to go on.
type task struct {
	job    runs.Job
	corpus *imdb.Corpus
	from   *checkpoint.Cut // where it stood; nil at the beginning
	best   *nn.Params
	of     string // the run that it goes on with, if it goes on
	mixed  bool   // with another arithmetic
	kept   *runfiles.Unfinished
}

// begin is a new run.
func (c *trainCmd) begin(ctx context.Context, in io.Reader, to runfiles.Dir, common shared, bar *bar) (t task, err error) {
	t.job = runs.Job{ID: runs.NewID(time.Now())}
	if t.job.Settings, err = c.knobs.settings(); err != nil {
		return t, err
	}
	options, err := c.options(ctx, in, common, bar)
	if err != nil {
		return t, err
	}
	if t.corpus, err = openCorpus(ctx, options, bar); err != nil {
		return t, err
	}
	t.job.Corpus, t.job.Reviews = t.corpus.SHA256, t.corpus.Name
	if t.kept, err = to.Begin(t.job); err != nil {
		err = fmt.Errorf("the run cannot be kept: %w", err)
	}
	return t, err
}

// resume is a run of the terminal that goes on, or a new one from where a page's run stands: that one stays the page's.
func (c *trainCmd) resume(ctx context.Context, parsed *kong.Context, from runfiles.Dir, common shared, bar *bar) (t task, err error) {
	if flags := c.overridden(parsed); len(flags) > 0 {
		return t, usageError{fmt.Errorf("--resume goes on as the run began: leave out %s", strings.Join(flags, ", "))}
	}
	t.of = c.Resume
	t.kept, err = from.Unfinished(c.Resume)
	switch {
	case err == nil:
		t.job = t.kept.Job
		t.from, t.best = t.kept.Stands()
	case errors.Is(err, fs.ErrNotExist):
		err = t.fromPage(ctx, from)
	}
	if err != nil {
		return t, err
	}
	if t.from != nil {
		t.mixed = t.from.Mixed || t.from.Arithmetic != "" && t.from.Arithmetic != kernel.Arithmetic()
	}
	meta := checkpoint.Meta{Settings: t.job.Settings, Corpus: t.job.Reviews, CorpusSHA256: t.job.Corpus}
	if t.corpus, err = corpusFor(ctx, meta, common.corpusOf(meta), bar); err != nil {
		return t, errors.Join(fmt.Errorf("the reviews of run %s: %w", c.Resume, err), t.close())
	}
	if t.kept == nil {
		if t.kept, err = from.Begin(t.job); err != nil {
			err = fmt.Errorf("the run cannot be kept: %w", err)
		}
	}
	return t, err
}

func (t *task) fromPage(ctx context.Context, from runfiles.Dir) error {
	if _, err := from.Meta(t.of); err == nil {
		return fmt.Errorf("run %s has come to its end: there is nothing to go on with", t.of)
	}
	found := false
	err := from.Pages(ctx, func(r runfiles.Pages) (err error) {
		t.job, t.from, t.best, err = r.Standing(ctx, t.of)
		found = err == nil
		return err
	})
	switch {
	case errors.Is(err, runs.ErrUnknown), err == nil && !found:
		return from.Unknown(ctx, t.of)
	case err != nil:
		return fmt.Errorf("run %s: %w", t.of, err)
	}
	t.job.ID, t.job.Notebook = runs.NewID(time.Now()), ""
	return nil
}

// overridden names the flags on the command line that would change the run. Variables are for runs that begin.
func (c *trainCmd) overridden(parsed *kong.Context) (flags []string) {
	own := map[string]bool{"reviews": true, "test-share": true, "skip-faulty": true}
	for _, name := range c.knobs.names() {
		own[name] = true
	}
	for _, p := range parsed.Path {
		if p.Flag != nil && !p.Resolved && own[p.Flag.Name] {
			flags = append(flags, "--"+p.Flag.Name)
		}
	}
	return flags
}

// train sees the run through, and keeps on the way where it stands.
func (t task) train(ctx context.Context, tell fit.Observer) (*nn.Params, error) {
	keeping := runfiles.NewCheckpointer(t.kept, t.mixed)
	defer keeping.Close()
	here := func(context.Context, string) (*imdb.Corpus, error) { return t.corpus, nil }
	return runs.Local(here)(ctx, runs.Session{
		Job: t.job, From: t.from, Best: t.best, Tell: tell, Epoch: keeping.Epoch, Midway: keeping.Midway, Cut: keeping.Cut,
	})
}

// history are the epochs that were there before.
func (t task) history() []fit.EpochDone {
	if t.from == nil {
		return nil
	}
	return t.from.History
}

// told names the run, and where it goes on.
func (t task) told() string {
	text := "Run " + t.job.ID
	if t.of == "" {
		return text
	}
	if t.of != t.job.ID {
		text += ", from run " + t.of
	}
	switch {
	case t.from == nil:
		text += ", anew: no checkpoint is kept of it"
	case t.from.Within != nil:
		text += fmt.Sprintf(", on from batch %d of epoch %d", t.from.Within.Batches, t.from.Within.Epoch)
	default:
		text += fmt.Sprintf(", on from epoch %d", len(t.from.History))
	}
	if t.mixed {
		text += ", on a machine that rounds otherwise: not bit for bit as undisturbed"
	}
	return text
}

// settle lets go of the checkpoints of a run that is whole, or came to nothing.
func (t task) settle(done bool) {
	if !done {
		return
	}
	if err := t.kept.Remove(); err != nil {
		slog.Warn("checkpoints of a run that is over are still there", "run", t.job.ID, "error", err)
	}
}

func (t task) close() error {
	if t.kept == nil {
		return nil
	}
	return t.kept.Close()
}
