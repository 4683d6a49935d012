package main

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

const (
	// curvePoints is how many points of the ROC curve the page draws.
	curvePoints = 60
	// shownMistakes is how many are shown of either kind.
	shownMistakes = 3
	// exams is how many evaluations are at work at once; they use all processors anyway.
	exams = 2
)

// evaluate judges the test reviews.
func (w work) evaluate(ctx context.Context, c *imdb.Corpus) (notebook.Finish, error) {
	p, err := w.house.models.Get(ctx, w.Run, 0)
	if err != nil {
		return notebook.Finish{}, err
	}
	select {
	case w.house.exams <- struct{}{}:
		defer func() { <-w.house.exams }()
	case <-ctx.Done():
		return notebook.Finish{}, ctx.Err()
	}
	defer p.Slim()
	set := fit.Prepare(c, w.Settings).Test
	e, err := fit.Evaluate(ctx, p, set, counted(w.stage("evaluate")))
	if err != nil {
		return notebook.Finish{}, err
	}
	bag, err := w.house.baselines.Accuracy(ctx, c, w.Settings.NumWords, counted(w.stage("baseline")))
	if err != nil {
		return notebook.Finish{}, err
	}
	run := w.trained()
	r := web.EvaluateResult{
		Loss: e.Loss, Accuracy: e.Accuracy, Bag: bag, Epoch: run.Kept(), Epochs: len(run.History),
		Practice: c.Name == practice.Name, Sealed: w.Settings.Validation == "split",
		Seconds: e.Seconds,
	}
	r.Own = c.Name == reviews.Name
	for i, p := range e.Probabilities {
		verdict := 0
		if fit.Positive(p) {
			verdict = 1
		}
		r.Confusion[int(set.Label(i))][verdict]++
	}
	curve, area := fit.ROC(e.Probabilities, set.Label)
	r.Area = area
	for _, p := range fit.Thin(curve, curvePoints) {
		r.ROC = append(r.ROC, web.ROCPoint{False: p.False, True: p.True})
	}
	bins := fit.Reliability(e.Probabilities, set.Label)
	r.Gap = fit.Gap(bins)
	for _, b := range bins {
		r.Bins = append(r.Bins, web.Bin{Count: b.Count, Positive: b.Positive, Mean: b.Mean})
	}
	for _, label := range []float32{0, 1} {
		for _, i := range fit.Mistakes(e.Probabilities, set.Label, label, shownMistakes) {
			ids := c.Test.Review(set.Review(i))
			m := web.Mistake{
				Index: set.Review(i), Label: int(label), P: float64(e.Probabilities[i]), Tokens: tokens(c, ids, w.Settings.NumWords),
			}
			m.From, m.To = sequence.Window(len(ids), w.Settings.Maxlen, sequence.Side(w.Settings.Truncating))
			r.Mistakes = append(r.Mistakes, m)
		}
	}
	return notebook.Finish{Result: r, Figures: &notebook.Figures{Loss: e.Loss, Accuracy: e.Accuracy}}, nil
}
