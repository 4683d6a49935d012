package reviews

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"
)

// lines reads a file line by line; empty ones are left out.
func (r *reader) lines(file io.ReadSeeker, take func(Place, []byte) error) error {
	l := newLiner(file, 2*r.Limit+4096) // a text may be written longer than it is
	for n := 0; ; n++ {
		p := Place{Line: l.line}
		text, size, err := l.read()
		if err == io.EOF {
			return r.at(r.total)
		}
		if err != nil {
			return err
		}
		if p.Line == 1 {
			text = bytes.TrimPrefix(text, bom)
		}
		switch {
		case size > l.limit:
			err = r.fault(p, "a line of %d bytes; a text has at most %d", size, r.Limit)
		case !utf8.Valid(text):
			err = r.fault(p, "%s", notUTF8(string(text))) // decoding would hide it
		case len(bytes.TrimSpace(text)) > 0:
			err = take(p, text)
		}
		if err != nil {
			return err
		}
		if n%64 == 0 {
			if err := r.at(l.next); err != nil {
				return err
			}
		}
	}
}

// object reads a review from a JSON object.
func (r *reader) object(p Place, text []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return r.fault(p, "not a JSON object: %.60q", text)
	}
	field := func(names []string) (string, bool, error) {
		for key, raw := range object {
			for _, name := range names {
				if strings.EqualFold(key, name) {
					value, err := plain(raw)
					return value, true, err
				}
			}
		}
		return "", false, nil
	}
	body, found, err := field(textNames)
	if err == nil && !found {
		return r.fault(p, "there is no field review")
	}
	v := Review{Place: p, Text: body, Label: -1}
	var value string
	if err == nil {
		if value, _, err = field(labelNames); err == nil {
			v.Label, err = label(value)
		}
	}
	if err == nil {
		if value, _, err = field(partNames); err == nil {
			v.Part, err = part(value)
		}
	}
	if err != nil {
		return r.fault(p, "%v", err)
	}
	return r.take(v)
}
