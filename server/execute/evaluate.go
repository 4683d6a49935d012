package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
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
)

// evaluate judges the test reviews.
func (x execution) evaluate(ctx context.Context) (notebook.Finish, error) {
	c, err := x.corpus(ctx)
	if err != nil {
		return notebook.Finish{}, err
	}
	p, err := x.deps.Models.Get(ctx, x.Run, 0)
	if err != nil {
		return notebook.Finish{}, err
	}
	select {
	case x.deps.evaluations <- struct{}{}:
		defer func() { <-x.deps.evaluations }()
	case <-ctx.Done():
		return notebook.Finish{}, ctx.Err()
	}
	defer p.Slim()
	set := fit.Prepare(c, x.Settings).Test
	e, err := fit.Evaluate(ctx, p, set, counted(x.stage("evaluate")))
	if err != nil {
		return notebook.Finish{}, err
	}
	bag, err := x.deps.Baselines.Accuracy(ctx, c, x.Settings.NumWords, counted(x.stage("baseline")))
	if err != nil {
		return notebook.Finish{}, err
	}
	run := x.trained()
	r := web.EvaluateResult{
		Loss: e.Loss, Accuracy: e.Accuracy, Bag: bag, Epoch: run.Kept(), Epochs: len(run.History),
		Practice: c.Name == practice.Name, Sealed: x.Settings.Validation == "split",
		Seconds: e.Seconds,
	}
	r.Own = c.Name == reviews.Name
	r.Confusion = fit.Confusion(e.Probabilities, set.Label)
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
				Index: set.Review(i), Label: int(label), P: float64(e.Probabilities[i]), Tokens: tokens(c, ids, x.Settings.NumWords),
			}
			m.From, m.To = sequence.Window(len(ids), x.Settings.Maxlen, sequence.Side(x.Settings.Truncating))
			r.Mistakes = append(r.Mistakes, m)
		}
	}
	return notebook.Finish{Result: r, Figures: &notebook.Figures{Loss: e.Loss, Accuracy: e.Accuracy}}, nil
}
