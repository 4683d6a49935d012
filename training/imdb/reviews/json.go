package reviews

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// json reads an object a line, or an array of objects.
func (r *reader) json(in *bufio.Reader) error {
	for n := 1; n <= peeked; n++ {
		start, err := in.Peek(n) // no more than is needed: somebody may be typing
		if err != nil {
			break // it comes again
		}
		if isBlank(start[n-1]) {
			continue
		}
		if start[n-1] == '[' {
			return r.array(in)
		}
		break
	}
	return r.lines(in, r.object)
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// array reads a JSON array of objects.
func (r *reader) array(in io.Reader) error {
	bounded := &bounded{r: in, most: 4*r.Limit + 1<<16}
	d := json.NewDecoder(bounded)
	if _, err := d.Token(); err != nil {
		return r.broken(0, err)
	}
	row := 1
	for ; d.More(); row++ {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return r.broken(row, err)
		}
		bounded.read = 0
		if err := r.object(Place{Row: row}, raw); err != nil {
			return err
		}
		if row%64 == 0 {
			if err := r.at(); err != nil {
				return err
			}
		}
	}
	if _, err := d.Token(); err != nil {
		return r.broken(row, err)
	}
	if _, err := d.Token(); err != io.EOF { // to the very end: a packed file has its checksum there
		if errors.As(err, new(gzipError)) {
			return err
		}
		return r.wrong(Place{}, "something stands behind the JSON array")
	}
	return r.at()
}

// broken says where an array cannot be read; what follows cannot be found then.
func (r *reader) broken(row int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, new(gzipError)) {
		return r.wrong(Place{Row: row}, "the JSON array is cut short")
	}
	return r.wrong(Place{Row: row}, "%w", err)
}

// bounded ends a stream of which too much is read for one value.
type bounded struct {
	r          io.Reader
	read, most int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.read > b.most {
		return 0, fmt.Errorf("an object of more than %d bytes", b.most)
	}
	n, err := b.r.Read(p)
	b.read += n
	return n, err
}

// object reads a review from a JSON object.
func (r *reader) object(p Place, text []byte) error {
	if !utf8.Valid(text) {
		return r.fault(p, notUTF8(string(text))) // decoding would hide it
	}
	names, values, ok := fields(text)
	if !ok {
		return r.fault(p, fmt.Errorf("not a JSON object: %.60q", text))
	}
	c, err := r.find(names)
	switch {
	case errors.Is(err, errText):
		return r.fault(p, fmt.Errorf("there is no field review; the names here are %s", listed(names)))
	case errors.Is(err, errTwo):
		return r.wrong(p, "%w", err)
	case err != nil:
		return r.fault(p, err)
	}
	get := func(i int) string {
		if i < 0 || err != nil {
			return ""
		}
		var value string
		value, err = plain(values[i])
		return value
	}
	body, sentiment, half := get(c.text), get(c.label), get(c.part)
	if err != nil {
		return r.fault(p, err)
	}
	return r.review(p, body, sentiment, half)
}

// fields are the names and values of an object, as they stand.
func fields(text []byte) (names []string, values []json.RawMessage, ok bool) {
	if !json.Valid(text) {
		return nil, nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, _ := d.Token(); open != json.Delim('{') {
		return nil, nil, false
	}
	for d.More() {
		name, _ := d.Token() // of valid JSON
		var raw json.RawMessage
		_ = d.Decode(&raw)
		names, values = append(names, name.(string)), append(values, raw)
	}
	return names, values, true
}

// plain writes a JSON value as a CSV file would have it.
func plain(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case '{', '[':
		return "", fmt.Errorf("%.40s is neither a text nor a number", raw)
	case 'n':
		return "", nil
	}
	return string(raw), nil
}
