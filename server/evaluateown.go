package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/nn"
)

// ownLine is how a model does on somebody's reviews.
type ownLine struct {
	evaluateLine
	Run       string        `json:"run"`
	Reviews   int           `json:"reviews"`
	Skipped   int           `json:"skipped"`
	Confusion confusionLine `json:"confusion"`
	AUC       *float64      `json:"auc"` // null where all are of one kind
}

type confusionLine struct {
	TrueNegative  int `json:"true_negative"`
	FalsePositive int `json:"false_positive"`
	FalseNegative int `json:"false_negative"`
	TruePositive  int `json:"true_positive"`
}

// own evaluates on reviews with labels, encoded as classify encodes them.
func (c evaluateCmd) own(ctx context.Context, s streams, common shared, id string, meta checkpoint.Meta, p *nn.Params, bar *bar) error {
	words, err := wordsFor(ctx, meta, common.corpusOf(meta))
	if err != nil {
		return fmt.Errorf("the word index of run %s: %w", id, err)
	}
	set, told, err := c.set(ctx, s, words, meta.Settings, bar)
	if err != nil {
		return err
	}
	e, err := fit.Evaluate(ctx, fit.NewPredictor(nn.SpecOf(meta.Settings), p), set, func(done, of int) { bar.at("Evaluate", int64(done), int64(of)) })
	bar.clear()
	if err != nil {
		return err
	}
	line := ownLine{evaluateLine{"evaluate", e.Loss, e.Accuracy, e.Seconds, p.SHA256()}, id, set.Len(), told.count, confusion(e, set), nil}
	if curve, area := fit.ROC(e.Probabilities, set.Label); curve != nil {
		line.AUC = &area
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(line)
	}
	newKerasLines(s.Out, meta.Settings).evaluated(e, (set.Len()+meta.Settings.BatchSize-1)/meta.Settings.BatchSize, "")
	n := line.Confusion
	fmt.Fprintf(s.Out, "%d reviews, said to be   negative  positive\n  negative %18d %9d\n  positive %18d %9d\n",
		line.Reviews, n.TrueNegative, n.FalsePositive, n.FalseNegative, n.TruePositive)
	if line.AUC == nil {
		_, err = fmt.Fprintln(s.Out, "No area under the ROC curve: all reviews have the same label")
	} else {
		_, err = fmt.Fprintf(s.Out, "Area under the ROC curve: %.4f\n", *line.AUC)
	}
	return err
}

// set reads the reviews.
func (c evaluateCmd) set(ctx context.Context, s streams, words *imdb.WordIndex, to training.Settings, bar *bar) (*fit.Set, *faults, error) {
	o, told := c.reading(s.In, bar, "Read")
	o.Labelled = true
	var rows [][]int32
	var labels []int
	err := reviews.Read(ctx, c.Reviews, o, func(v reviews.Review) error {
		ids := words.IDs(nil, v.Text, to.NumWords)
		if len(ids) > imdb.MaxWords {
			return &reviews.Fault{Place: v.Place, What: fmt.Sprintf("a text of more than %d words", imdb.MaxWords-1)}
		}
		rows, labels = append(rows, slices.Clip(ids)), append(labels, v.Label)
		return nil
	})
	bar.clear()
	told.end()
	if err != nil {
		return nil, told, faulty(err)
	}
	return fit.NewSet(imdb.NewSplit(rows, labels), 0, len(rows), to), told, nil
}

// confusion counts the verdicts by label.
func confusion(e fit.Evaluation, set *fit.Set) confusionLine {
	n := fit.Confusion(e.Probabilities, set.Label)
	return confusionLine{TrueNegative: n[0][0], FalsePositive: n[0][1], FalseNegative: n[1][0], TruePositive: n[1][1]}
}
