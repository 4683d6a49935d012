// Package reviews makes a data set of somebody's own reviews, with a word index of its own.
//
// It reads a CSV file with the columns review and sentiment, JSON Lines with the same names, a text
// file of one review a line, and the folder that Stanford distributes as aclImdb (train and test, in each pos and neg, a text a file), or
// a .tar.gz of it. What cannot be read of a file is a Fault with its place: it ends the work, or is
// left out when Options.Skip says so. Nothing else is lost with it.
package reviews

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
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
	Row  int    `json:"row,omitempty"`  // of the reviews of a CSV file, from 1, the head left out
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

// Fault is what is wrong at a place.
type Fault struct {
	Place Place
	What  string
}

// Error implements error.
func (f *Fault) Error() string { return f.Place.String() + ": " + f.What }

// Options say what is read and how.
type Options struct {
	Skip     bool                    // leave out what is faulty
	Limit    int                     // bytes of one text; 0 is MaxText
	Fault    func(*Fault)            // hears of what is left out; may be nil
	Progress func(done, total int64) // in bytes; may be nil
}

// MaxText is the longest text that is taken without being asked: some 200,000 words.
const MaxText = 1 << 20

// maxFaults is where a file is no file of reviews.
const maxFaults = 10_000

// ErrKind says that a file is of no kind that is read.
var ErrKind = errors.New("reviews are read from .csv, .tsv, .jsonl, .txt, an aclImdb folder, or a .tar.gz of it")

// Read gives the reviews of a file or folder, one after another. It stops at the first error of visit.
func Read(ctx context.Context, path string, o Options, visit func(Review) error) error {
	if o.Limit <= 0 {
		o.Limit = MaxText
	}
	r := &reader{ctx: ctx, Options: o, visit: visit}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	name := strings.ToLower(filepath.Base(path))
	has := func(suffixes ...string) bool {
		for _, s := range suffixes {
			if strings.HasSuffix(name, s) {
				return true
			}
		}
		return false
	}
	if info.IsDir() {
		return r.folder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r.total = info.Size()
	switch {
	case has(".csv", ".tsv"):
		return r.csv(f)
	case has(".jsonl", ".ndjson", ".json"):
		return r.lines(f, r.object)
	case has(".txt"):
		return r.lines(f, func(p Place, text []byte) error {
			return r.take(Review{Place: p, Text: string(text), Label: -1})
		})
	case has(".tar.gz", ".tgz", ".tar"):
		return r.archive(f, !has(".tar"))
	}
	return fmt.Errorf("%s: %w", path, ErrKind)
}

// reader is what the kinds of file have in common.
type reader struct {
	Options
	ctx         context.Context
	visit       func(Review) error
	done, total int64
	faults      int
}

// at tells how far the reading has come.
func (r *reader) at(done int64) error {
	r.done = done
	if r.Progress != nil {
		r.Progress(done, r.total)
	}
	return r.ctx.Err()
}

// fault reports what is wrong, and gives an error if the reading ends with it.
func (r *reader) fault(p Place, format string, args ...any) error {
	f := &Fault{p, fmt.Sprintf(format, args...)}
	if !r.Skip {
		return f
	}
	if r.Fault != nil {
		r.Fault(f)
	}
	if r.faults++; r.faults >= maxFaults {
		return fmt.Errorf("%w (and %d faults before: these are hardly reviews)", f, r.faults-1)
	}
	return nil
}

// take checks a review and hands it on.
func (r *reader) take(v Review) error {
	switch {
	case len(v.Text) > r.Limit:
		return r.fault(v.Place, "a text of %d bytes; at most %d are allowed", len(v.Text), r.Limit)
	case !utf8.ValidString(v.Text):
		return r.fault(v.Place, "%s", notUTF8(v.Text))
	case strings.TrimSpace(v.Text) == "":
		return r.fault(v.Place, "there is no text")
	}
	return r.visit(v)
}

// notUTF8 says where a text is something else.
func notUTF8(text string) string {
	for i, c := range text {
		if c == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return fmt.Sprintf("not UTF-8: byte %d is %#x; save the file again as UTF-8", i+1, text[i])
			}
		}
	}
	return ""
}
