package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"cuaderno/server/outfile"
	"cuaderno/training/fit"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/sequence"
)

// bulkLine is what is said of a whole file.
type bulkLine struct {
	Reviews  int      `json:"reviews"`
	Labelled int      `json:"labelled"`
	Accuracy *float64 `json:"accuracy,omitempty"` // over those with a label
	Skipped  int      `json:"skipped"`
	File     string   `json:"file,omitempty"`
}

// bulk judges a file of reviews.
func (c classifyCmd) bulk(ctx context.Context, s streams, j judge) error {
	toFile := c.Out != "" && c.Out != "-"
	if c.JSON && !toFile {
		return usageError{errors.New("--json and the reviews both want standard output; choose a file with --out")}
	}
	write := func(content func(io.Writer) error) error { return content(s.Out) }
	if toFile {
		file, err := outfile.New(c.Out, c.Force)
		if err != nil {
			return err
		}
		write = file.Write
	}
	var line bulkLine
	err := write(func(w io.Writer) (err error) { line, err = c.judgeAll(ctx, s, w, j); return err })
	if err != nil {
		return err
	}
	if c.JSON {
		line.File = c.Out
		return json.NewEncoder(s.Out).Encode(line)
	}
	text := fmt.Sprintf("%d reviews judged", line.Reviews)
	if line.Accuracy != nil {
		text += fmt.Sprintf("; accuracy %.4f on the %d with a label", *line.Accuracy, line.Labelled)
	}
	if line.Skipped > 0 {
		text += fmt.Sprintf("; %d left out", line.Skipped)
	}
	_, err = fmt.Fprintln(s.Err, text)
	return err
}

// Reviews are judged so many, or so many bytes, at a time: each time the network prepares anew.
const (
	batch      = 8192
	batchBytes = 32 << 20
)

var labelNames = [2]string{"negative", "positive"}

func (c classifyCmd) judgeAll(ctx context.Context, s streams, w io.Writer, j judge) (bulkLine, error) {
	var line bulkLine
	bar := newBar(s.Err)
	defer bar.clear()
	right := 0
	if c.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return line, err
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(reviews.Judged); err != nil {
		return line, err
	}
	var waiting []reviews.Review
	held := 0 // bytes
	flush := func() error {
		rows := make([][]int32, len(waiting))
		for i, v := range waiting {
			rows[i] = j.row(v.Text)
		}
		probabilities, err := j.predictor.Predict(ctx, rows)
		if err != nil {
			return err
		}
		for i, v := range waiting {
			verdict, given := 0, ""
			if fit.Positive(probabilities[i]) {
				verdict = 1
			}
			if v.Label >= 0 {
				given = labelNames[v.Label]
				line.Labelled++
				if v.Label == verdict {
					right++
				}
			}
			p := strconv.FormatFloat(float64(probabilities[i]), 'g', -1, 32)
			if err := out.Write([]string{reviews.Guard(v.Text), given, p, labelNames[verdict]}); err != nil {
				return err
			}
		}
		line.Reviews += len(waiting)
		waiting, held = waiting[:0], 0
		out.Flush()
		return out.Error()
	}
	o, told := c.reading(s.In, bar, "Classify")
	err := reviews.Read(ctx, c.In, o, func(v reviews.Review) error {
		waiting, held = append(waiting, v), held+len(v.Text)
		if len(waiting) < batch && held < batchBytes {
			return nil
		}
		return flush()
	})
	bar.clear()
	told.end()
	if err == nil {
		err = flush()
	}
	if err != nil {
		return line, faulty(err)
	}
	if line.Skipped = told.count; line.Labelled > 0 {
		accuracy := float64(right) / float64(line.Labelled)
		line.Accuracy = &accuracy
	}
	return line, nil
}

// row is a review as the network reads it.
func (j judge) row(text string) []int32 {
	row := make([]int32, j.settings.Maxlen)
	sequence.Pad(row, j.words.IDs(nil, text, j.settings.NumWords), sequence.Side(j.settings.Padding), sequence.Side(j.settings.Truncating))
	return row
}
