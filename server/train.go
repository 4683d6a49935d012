package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"

	"cuaderno/server/execute"
	"cuaderno/server/export"
	"cuaderno/server/outfile"
	"cuaderno/server/runfiles"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/nn"
)

// trainCmd runs the lesson in the terminal.
type trainCmd struct {
	JSON   bool   `env:"-" help:"One JSON object a line on standard output: start, epoch, evaluate, end; errors as JSON too."`
	Resume string `env:"-" placeholder:"RUN" help:"Go on with a run that was stopped, or whose process died, with the settings and reviews that it began with."`
	Save   string `placeholder:"FILE" help:"Write the weights to this file too: .safetensors, .weights.h5 or .onnx."`
	Force  bool   `short:"f" env:"-" help:"With --save: replace a file that is there."`
	ownReviews

	kong.Plugins
	knobs knobs
}

func newTrainCmd() trainCmd {
	k := newKnobs()
	return trainCmd{Plugins: k.plugin(), knobs: k}
}

// Run implements kong's command.
func (c *trainCmd) Run(ctx context.Context, parsed *kong.Context, s streams, common shared) error {
	began := time.Now()
	// Before the work, so that it is not lost for want of a place.
	save, err := c.saveTo()
	if err != nil {
		return err
	}
	shelf, err := runfiles.Make(common.State)
	if err != nil {
		return err
	}
	bar := newBar(s.Err)
	defer bar.clear()
	var t task
	if c.Resume == "" {
		t, err = c.begin(ctx, s.In, shelf, common, bar)
	} else {
		t, err = c.resume(ctx, parsed, shelf, common, bar)
	}
	if err != nil {
		return stopped(ctx, err)
	}
	defer t.close()
	var report reporter = newKerasLines(s.Out, t.job.Settings)
	if c.JSON {
		report = newJSONLines(s.Out, t.job.Settings)
	}
	fmt.Fprintf(s.Err, "%s\n%s\n", describe(t.corpus), t.told())
	report.started(t)

	r := record{history: t.history()}
	weights, trainErr := t.train(ctx, func(e fit.Event) {
		r.add(e)
		bar.event(e)
		report.event(e)
	})
	bar.clear()
	debug.FreeOSMemory() // what the training needed
	end := ended{job: t.job, record: r, weights: weights, err: trainErr}
	var unkept error
	if weights != nil {
		unkept = c.keep(s, shelf, save, t, r, weights)
	}
	t.settle(unkept == nil && trainErr == nil || weights == nil)
	if trainErr == nil {
		trainErr = c.evaluate(ctx, t.job.Settings, t.corpus, weights, bar, report)
	}
	end.seconds = time.Since(began).Seconds()
	report.ended(end)
	if trainErr != nil {
		trainErr = stopped(ctx, trainErr)
	}
	return together(unkept, trainErr)
}

// saveTo is the file of --save, which the training is not begun without.
func (c *trainCmd) saveTo() (outfile.File, error) {
	if c.Save == "" {
		return outfile.File{}, nil
	}
	format := export.FormatOf(c.Save)
	if !export.Weights(format) {
		return outfile.File{}, usageError{fmt.Errorf("--save writes weights, to a name that ends in .safetensors, .weights.h5 or .onnx, which %s does not; export has the other formats", c.Save)}
	}
	if err := export.CheckName(format, c.Save); err != nil {
		return outfile.File{}, usageError{fmt.Errorf("--save: %w", err)}
	}
	return outfile.New(c.Save, c.Force)
}

func (c *trainCmd) evaluate(ctx context.Context, s training.Settings, corpus *imdb.Corpus, p *nn.Params, bar *bar, report reporter) error {
	set := fit.Prepare(corpus, s).Test
	e, err := fit.Evaluate(ctx, fit.NewPredictor(nn.SpecOf(s), p), set, func(done, of int) { bar.at("Evaluate", int64(done), int64(of)) })
	bar.clear()
	if err != nil {
		return stopped(ctx, err)
	}
	report.evaluated(e, (set.Len()+s.BatchSize-1)/s.BatchSize, p.SHA256())
	return nil
}

// keep puts the weights where classify finds them, and to the file asked for. Neither waits for the other to succeed.
func (c *trainCmd) keep(s streams, to runfiles.Dir, save outfile.File, t task, r record, p *nn.Params) error {
	job := t.job
	meta := checkpoint.Meta{
		Settings: job.Settings, Corpus: t.corpus.Name, CorpusSHA256: t.corpus.SHA256,
		Epoch: r.kept(job.Settings), History: r.history, Created: time.Now().UTC().Truncate(time.Second), Mixed: t.mixed,
	}
	kept := to.Put(job.ID, meta, p)
	if kept == nil {
		fmt.Fprintf(s.Err, "Weights kept as run %s\n", job.ID)
	} else {
		kept = fmt.Errorf("the weights could not be kept: %w", kept)
	}
	if c.Save == "" {
		return kept
	}
	err := save.Write(func(w io.Writer) error {
		return export.Write(w, export.FormatOf(c.Save), export.Model{Meta: meta, Params: p})
	})
	if err != nil {
		return errors.Join(kept, fmt.Errorf("the weights could not be saved: %w", err))
	}
	fmt.Fprintf(s.Err, "Weights saved to %s\n", c.Save)
	return kept
}

// stopped is errInterrupted when the reader asked for it, else the error.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

func openCorpus(ctx context.Context, o imdb.Options, bar *bar) (*imdb.Corpus, error) {
	o.Progress = func(done, total int64) { bar.bytes("Download", done, total) }
	c, err := imdb.Open(ctx, o)
	bar.clear()
	return c, err
}

func describe(c *imdb.Corpus) string {
	text := fmt.Sprintf("Reviews: %s, %d to train, %d to test", c.Name, c.Train.Len(), c.Test.Len())
	switch {
	case c.Name == practice.Name:
		text = fmt.Sprintf("Reviews: the built-in practice corpus, %d to train, %d to test; they are generated, not IMDB's", c.Train.Len(), c.Test.Len())
	case c.Name == reviews.Name:
		text = fmt.Sprintf("Reviews: your own, %d to train, %d to test", c.Train.Len(), c.Test.Len())
		if c.Dir != "" {
			text += ", from " + c.Dir
		}
	case c.Dir != "":
		text += ", from " + c.Dir
	}
	if c.Note != "" {
		text += "\n  (" + c.Note + ")"
	}
	for _, half := range []struct {
		name string
		set  *imdb.Split
	}{{"training", c.Train}, {"test", c.Test}} {
		if n := execute.Positive(half.set); n == 0 || n == half.set.Len() {
			text += fmt.Sprintf("\n  Careful: all %d %s reviews are %s; figures of one kind of review alone say little", half.set.Len(), half.name, labelNames[min(n, 1)])
		}
	}
	return text
}
