package main

import (
	"context"
	"fmt"
	"os"

	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
)

// evaluateCmd measures a run's model on the test reviews.
type evaluateCmd struct {
	Run_ string `name:"run" env:"-" placeholder:"ID" help:"Run to evaluate. Without it: the newest."`
	JSON bool   `env:"-" help:"One JSON object on standard output."`

	Reviews string `env:"-" placeholder:"FILE" help:"Reviews with labels to evaluate on, in place of the test reviews: a file as train takes, or - for standard input."`
	fileReviews
}

// Help are examples.
func (evaluateCmd) Help() string {
	return `Examples:
  evaluate                      the newest run on the test reviews
  evaluate --run ID --json
  evaluate --reviews mine.csv   on reviews of your own that have labels`
}

// Run implements kong's command.
func (c evaluateCmd) Run(ctx context.Context, s streams, common shared) error {
	id, meta, params, err := runOf(ctx, common, c.Run_)
	if err != nil {
		return err
	}
	bar := newBar(s.Err)
	defer bar.clear()
	if c.Reviews != "" {
		return stopped(ctx, c.own(ctx, s, common, id, meta, params, bar))
	}
	corpus, err := corpusFor(ctx, meta, common.corpusOf(meta), bar)
	if err != nil {
		return stopped(ctx, fmt.Errorf("the reviews of run %s: %w", id, err))
	}
	fmt.Fprintln(s.Err, describe(corpus))
	set := fit.Prepare(corpus, meta.Settings).Test
	e, err := fit.Evaluate(ctx, fit.NewPredictor(nn.SpecOf(meta.Settings), params), set, func(done, of int) { bar.at("Evaluate", int64(done), int64(of)) })
	bar.clear()
	if err != nil {
		return stopped(ctx, err)
	}
	var report reporter = newKerasLines(s.Out, meta.Settings)
	if c.JSON {
		report = newJSONLines(s.Out, meta.Settings)
	}
	report.evaluated(e, (set.Len()+meta.Settings.BatchSize-1)/meta.Settings.BatchSize, params.SHA256())
	return nil
}

// corpusFor opens the reviews that a run learnt from: with any others its figures would mean nothing.
func corpusFor(ctx context.Context, m checkpoint.Meta, o imdb.Options, bar *bar) (*imdb.Corpus, error) {
	if m.Corpus == practice.Name {
		o = imdb.Options{Home: os.DevNull, Cache: os.DevNull, Practice: practice.New} // nothing but that
	} else {
		o.Practice = nil
	}
	c, err := openCorpus(ctx, o, bar)
	if err != nil {
		return nil, err
	}
	if m.CorpusSHA256 != "" && m.CorpusSHA256 != c.SHA256 {
		return nil, fmt.Errorf("it learnt from other reviews than those that are here (SHA-256 %.12s…, not %.12s…)", m.CorpusSHA256, c.SHA256)
	}
	return c, nil
}
