package reviews

import (
	"bytes"
	"fmt"
	"io"
)

// texts reads one review a line. Such a file has no labels.
func (r *reader) texts(in io.Reader) error {
	if r.Labelled {
		return r.wrong(Place{}, "one review a line has no labels; they need a CSV with the columns review and sentiment, or JSON")
	}
	return r.lines(in, func(p Place, text []byte) error {
		return r.take(Review{Place: p, Text: string(text), Label: -1})
	})
}

// lines reads a stream line by line; empty ones are left out.
func (r *reader) lines(in io.Reader, take func(Place, []byte) error) error {
	l := newLiner(in, 2*r.Limit+4096) // a text may be written longer than it is
	for n := 0; ; n++ {
		p := Place{Line: l.line}
		text, size, err := l.read()
		if err == io.EOF {
			return r.at()
		}
		if err != nil {
			return err
		}
		switch {
		case size > l.limit:
			err = r.fault(p, fmt.Errorf("a line of %d bytes; a text has at most %d", size, r.Limit))
		case len(bytes.TrimSpace(text)) > 0:
			err = take(p, text)
		}
		if err != nil {
			return err
		}
		if n%64 == 0 {
			if err := r.at(); err != nil {
				return err
			}
		}
	}
}
