package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"cuaderno/training/imdb/reviews"
)

// fileReviews are the flags of every command that reads a file of reviews.
type fileReviews struct {
	Kind        reviews.Kind `enum:"csv,jsonl,txt,tar," default:"" placeholder:"csv|jsonl|txt|tar" help:"What the file of reviews is, where its name does not tell, as on standard input."`
	TextColumn  string       `placeholder:"NAME" help:"Column or field of the texts. Without it: review, text, reseña or texto."`
	LabelColumn string       `placeholder:"NAME" help:"Column or field of the labels, or - for none. Without it: sentiment, label, sentimiento or etiqueta."`
	SkipFaulty  bool         `help:"Leave out the reviews of a file that cannot be read, and name them."`
}

// reading is how a file is read, with the words for it on the bar. The faults have to be ended.
func (f fileReviews) reading(in io.Reader, bar *bar, word string) (reviews.Options, *faults) {
	told := &faults{}
	return reviews.Options{
		Stdin: in, Kind: f.Kind, TextColumn: f.TextColumn, LabelColumn: f.LabelColumn, Skip: f.SkipFaulty,
		Fault:    func(v *reviews.Fault) { bar.clear(); told.add(v) },
		Progress: func(done, total int64) { bar.bytes(word, done, total) },
	}, told
}

// faulty tells of the flag that goes on in spite of a fault.
func faulty(err error) error {
	var f *reviews.Fault
	if errors.As(err, &f) {
		return fmt.Errorf("%w (--skip-faulty leaves such reviews out)", err)
	}
	return err
}

// faults names the first few reviews that are left out, and counts the rest.
type faults struct{ count int }

const namedFaults = 20

func (f *faults) add(v *reviews.Fault) {
	if f.count++; f.count <= namedFaults {
		slog.Warn("review left out", "place", v.Place.String(), "reason", v.What)
	}
}

func (f *faults) end() {
	if f.count > namedFaults {
		slog.Warn("more reviews left out", "count", f.count-namedFaults)
	}
}
