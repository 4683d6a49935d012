// Package reviews reads somebody's own reviews, and makes a data set of them with a word index of its own.
//
// Read is the one way in: a file (CSV, JSON, or one review a line), a folder or an archive with a text a
// file below pos and neg, as Stanford distributes aclImdb, or a stream; packed or not. What cannot be read is a
// Fault with its place: it ends the reading, or is left out when Options.Skip says so, and nothing else is
// lost with it. What makes the whole doubtful (a cut archive, labels of another scale, two columns for one
// thing) is an error whatever Skip says.
package reviews

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Review is one text, with what its file says of it.
type Review struct {
	Place Place
	Text  string
	Label int  // 1 liked it, 0 did not, -1 is not given
	Part  Part // as its file says
}

// Part is the half of the data that a review belongs to.
type Part int

// Most files do not say; aclImdb does.
const (
	Any Part = iota
	Train
	Test
)

// Place is where something stands.
type Place struct {
	File string `json:"file,omitempty"` // in a folder or an archive
	Line int    `json:"line,omitempty"` // from 1, where it begins
	Row  int    `json:"row,omitempty"`  // of the reviews of a CSV file or a JSON array, from 1, the head left out
}

// String is the place as a sentence begins.
func (p Place) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", p.Line))
	}
	if p.Row > 0 {
		parts = append(parts, fmt.Sprintf("row %d", p.Row))
	}
	return strings.Join(parts, ", ")
}

// Fault is what is wrong with one review.
type Fault struct {
	Place Place
	What  string
}

// Error implements error.
func (f *Fault) Error() string { return f.Place.String() + ": " + f.What }

// Options say what is read and how.
type Options struct {
	Stdin io.Reader // what the path Stdin stands for
	Kind  Kind      // of the file; "" goes by its name, or by its first bytes where it has none

	// The column, or field, of the text and of the label; "" is one of the usual names, and NoColumn none.
	TextColumn, LabelColumn string

	Labelled bool                    // whether every review has to have a label
	Skip     bool                    // leave out what is faulty
	Limit    int                     // bytes of one text; 0 is MaxText
	Fault    func(*Fault)            // hears of what is left out; may be nil
	Progress func(done, total int64) // in bytes; total is 0 where it is not known; may be nil
}

// Stdin is the path of standard input.
const Stdin = "-"

// MaxText is the longest text that is taken without being asked: some 200,000 words.
const MaxText = 1 << 20

// maxFaults is where a file is no file of reviews.
const maxFaults = 10_000

// Errors of a whole file.
var (
	ErrKind = errors.New("reviews are read from .csv, .tsv, .jsonl, .json, .txt, these as .gz or alone in a .zip or .tar.gz, and from a folder, .zip or .tar.gz with pos and neg as in aclImdb; --kind says what a file of another name is")
	ErrNone = errors.New("there is no review in it")

	errNoText  = errors.New("there is no text")
	errNoLabel = errors.New("there is no label")
)

// Read gives the reviews of a file, a folder or, by the path Stdin, of Options.Stdin, one after another. It
// stops at the first error of visit; a *Fault of visit is taken as one of the file's. Not to find a single
// review is an error.
func Read(ctx context.Context, path string, o Options, visit func(Review) error) error {
	if o.Limit <= 0 {
		o.Limit = MaxText
	}
	r := &reader{ctx: ctx, Options: o, visit: visit, name: path}
	if path == Stdin {
		r.name = "standard input"
	}
	if err := r.open(path); err != nil {
		return err
	}
	switch {
	case r.given > 0:
		return nil
	case r.faults > 0:
		return fmt.Errorf("%s: no review is left: %d are faulty, the first: %s", r.name, r.faults, r.first.Error())
	}
	return fmt.Errorf("%s: %w", r.name, ErrNone)
}

// reader is what the kinds of file have in common.
type reader struct {
	Options
	ctx   context.Context
	visit func(Review) error

	name   string   // of the whole
	file   string   // within a folder or an archive
	in     *counter // the file being read, as it lies on the disk
	before int64    // bytes of the files before it
	total  int64
	given  int // reviews
	faults int
	first  *Fault
}

// at tells how far the reading has come.
func (r *reader) at() error {
	if r.Progress != nil {
		done := r.before
		if r.in != nil {
			done += r.in.n
		}
		r.Progress(done, r.total)
	}
	return r.ctx.Err()
}

// fault reports what is wrong with a review, and gives an error if the reading ends with it.
func (r *reader) fault(p Place, what error) error {
	p.File = r.file
	f := &Fault{p, what.Error()}
	if !r.Skip {
		return f
	}
	if r.Fault != nil {
		r.Fault(f)
	}
	if r.first == nil {
		r.first = f
	}
	if r.faults++; r.faults >= maxFaults {
		return fmt.Errorf("%s (and %d faults before: these are hardly reviews)", f.Error(), r.faults-1)
	}
	return nil
}

// wrong is an error that leaving out a review cannot mend.
func (r *reader) wrong(p Place, format string, args ...any) error {
	p.File = r.file
	where := p.String()
	if where == "" {
		where = r.name
	}
	return fmt.Errorf("%s: %w", where, fmt.Errorf(format, args...))
}

// review takes what a row or an object says.
func (r *reader) review(p Place, text, sentiment, half string) error {
	v := Review{Place: p, Text: text}
	var err error
	if v.Label, err = label(sentiment); errors.Is(err, errScale) {
		return r.wrong(p, "%w", err)
	}
	if err == nil {
		v.Part, err = part(half)
	}
	if err != nil {
		return r.fault(p, err)
	}
	return r.take(v)
}

// take checks a review and hands it on.
func (r *reader) take(v Review) error {
	v.Place.File = r.file
	if err := Check(v.Text, r.Limit); err != nil {
		return r.fault(v.Place, err)
	}
	if v.Label < 0 && r.Labelled {
		return r.fault(v.Place, errNoLabel)
	}
	err := r.visit(v)
	if f, ok := err.(*Fault); ok {
		return r.fault(f.Place, errors.New(f.What))
	}
	if err == nil {
		r.given++
	}
	return err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
