package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
)

// classifyCmd judges reviews with the weights of a run.
type classifyCmd struct {
	Run_ string `name:"run" env:"-" placeholder:"ID" help:"Run whose weights are used. Without it: the newest."`
	JSON bool   `env:"-" help:"One JSON object a line."`
	Text string `arg:"" optional:"" help:"The review, or - to read one review a line from standard input."`

	In  string `placeholder:"FILE" help:"Judge all reviews of a file: .csv with a column review, .jsonl, .txt with one a line, a folder or archive with pos and neg as in aclImdb, or - for standard input (see --kind)."`
	Out string `short:"o" placeholder:"FILE.csv" help:"With --in: where to write them with their probabilities. Without it: standard output."`
	BOM bool   `name:"bom" help:"With --in: begin with a byte order mark, by which spreadsheets know UTF-8."`
	fileReviews
	Force bool `short:"f" env:"-" help:"Replace a file that is there."`
}

// Run implements kong's command.
func (c classifyCmd) Run(ctx context.Context, s streams, common shared) error {
	if (c.Text == "") == (c.In == "") {
		return usageError{errors.New("give either a review or --in with a file of them")}
	}
	if c.Out != "" && c.In == "" {
		return usageError{errors.New("--out goes with --in; the verdict on one review is written to standard output")}
	}
	if c.Out != "" && c.Out != "-" && !strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		return usageError{fmt.Errorf("the reviews are written as CSV: the name must end in .csv, which %s does not", c.Out)}
	}
	id, meta, params, err := runOf(ctx, common, c.Run_)
	if err != nil {
		return err
	}
	words, err := wordsFor(ctx, meta, common.corpusOf(meta))
	if err != nil {
		return stopped(ctx, fmt.Errorf("the word index of run %s: %w", id, err))
	}
	j := judge{settings: meta.Settings, words: words, predictor: fit.NewPredictor(nn.SpecOf(meta.Settings), params)}
	if c.In != "" {
		return stopped(ctx, c.bulk(ctx, s, j))
	}
	if c.Text != reviews.Stdin {
		if err := reviews.Check(c.Text, reviews.MaxText); err != nil {
			return fmt.Errorf("the review cannot be judged: %w", err)
		}
		return j.judge(ctx, s.Out, c.Text, c.JSON)
	}
	return stopped(ctx, c.lines(ctx, s, j))
}

// lines judges the reviews of standard input, one a line unless --kind says otherwise, each as it comes.
func (c classifyCmd) lines(ctx context.Context, s streams, j judge) error {
	o, told := c.reading(s.In, &bar{}, "")
	if o.Kind == "" {
		o.Kind = reviews.Text
	}
	err := reviews.Read(ctx, reviews.Stdin, o, func(v reviews.Review) error {
		err := j.judge(ctx, s.Out, v.Text, c.JSON)
		if errors.Is(err, errTooLong) {
			return &reviews.Fault{Place: v.Place, What: err.Error()}
		}
		return err
	})
	told.end()
	return faulty(err)
}

// wordsFor finds the word index that a run was trained with. The file alone is enough, and much
// quicker than the whole data set.
func wordsFor(ctx context.Context, m checkpoint.Meta, o imdb.Options) (*imdb.WordIndex, error) {
	if m.Corpus == practice.Name {
		return practice.New().Words, nil
	}
	if _, dir, ok := imdb.Locate(o); ok {
		if f, err := os.Open(filepath.Join(dir, imdb.WordsFile)); err == nil {
			defer f.Close()
			return imdb.ReadWords(f)
		}
	}
	o.Practice = nil
	c, err := imdb.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return c.Words, nil
}

// judge reads reviews with one model.
type judge struct {
	settings  training.Settings
	words     *imdb.WordIndex
	predictor *fit.Predictor
}

type verdictLine struct {
	Probability float64 `json:"probability"`
	Label       int     `json:"label"` // as in the data set: 1 liked it, 0 did not

	LeftOut []string          `json:"left_out,omitempty"` // words that the data set's list lacks
	ReadAs  map[string]string `json:"read_as,omitempty"`  // words that it lacks as typed: how they were read
}

func (j judge) judge(ctx context.Context, w io.Writer, text string, asJSON bool) error {
	if utf8.RuneCountInString(text) > training.MaxReview {
		return errTooLong
	}
	row := make([]int32, j.settings.Maxlen)
	own := j.words.Encode(text, j.settings.NumWords)
	sequence.Pad(row, own.IDs, sequence.Side(j.settings.Padding), sequence.Side(j.settings.Truncating))
	p, err := j.predictor.Predict(ctx, [][]int32{row})
	if err != nil {
		return err
	}
	line := verdictLine{Probability: float64(p[0])}
	if fit.Positive(p[0]) {
		line.Label = 1
	}
	line.LeftOut = own.LeftOut()
	for _, r := range own.Reread {
		if line.ReadAs == nil {
			line.ReadAs = map[string]string{}
		}
		line.ReadAs[r.Typed] = strings.Join(r.As, " ")
	}
	if asJSON {
		return json.NewEncoder(w).Encode(line)
	}
	_, err = fmt.Fprintf(w, "%s  P(positive) = %.4f  (%d of %d words known%s)\n", verdicts[line.Label], line.Probability, own.Known, len(own.Tokens), line.told())
	return err
}

// told names what was not read as it was typed. It comes from the reader, and goes to a terminal.
func (l verdictLine) told() string {
	var b strings.Builder
	if len(l.LeftOut) > 0 {
		b.WriteString("; left out, for the data set's list lacks them: " + quoted(l.LeftOut))
	}
	if read := slices.Sorted(maps.Keys(l.ReadAs)); len(read) > 0 {
		b.WriteString("; read with plain signs: " + quoted(read))
	}
	return b.String()
}

// quoted are the first few words on one line.
func quoted(words []string) string {
	const most = 10
	var all []string
	for _, w := range words[:min(len(words), most)] {
		all = append(all, strconv.Quote(w))
	}
	if more := len(words) - most; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

var verdicts = [2]string{"- negative", "+ positive"}

var errTooLong = fmt.Errorf("a review has at most %d characters", training.MaxReview)
