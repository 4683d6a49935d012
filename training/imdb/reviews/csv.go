package reviews

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxRescan bounds the bytes that are read twice to find where a row with a lost quote ends.
const maxRescan = 256 << 20

// table reads rows of separated values. A row whose quotes are wrong is reported by itself: reading
// goes on with the line after its first.
type table struct {
	*liner
	comma  byte
	start  int // the line where the row begins
	rescan int64
	built  []byte // the field being read
}

// errRow is what is wrong with a row.
type errRow struct{ what string }

func (e errRow) Error() string { return e.what }

// row reads the next one. An errRow concerns it alone.
func (t *table) row() (fields []string, err error) {
	quoted, total := false, 0 // inside quotes, which may go on for lines; bytes so far
	t.start, t.built = 0, t.built[:0]
	var next int64 // where the line after the first begins
	for {
		line := t.line
		text, size, err := t.read()
		if err == io.EOF && quoted {
			return nil, t.lost(next, "its quotes do not end")
		}
		if err != nil {
			return nil, err
		}
		if t.start == 0 {
			if len(text) == 0 {
				continue // an empty line
			}
			t.start, next = line, t.next
		}
		total += size
		if size > len(text) { // it was cut, and what its quotes were is not known
			return nil, t.tooLong(total)
		}
		if quoted {
			t.add("\n")
		}
		for rest := text; ; {
			if !quoted {
				if len(rest) == 0 || rest[0] != '"' {
					field, after, more := bytes.Cut(rest, []byte{t.comma})
					if fields = append(fields, string(field)); more {
						rest = after
						continue
					}
					return t.whole(fields, total)
				}
				quoted, rest = true, rest[1:]
			}
			end := bytes.IndexByte(rest, '"')
			if end < 0 {
				t.add(string(rest))
				break // the field goes on in the next line
			}
			t.add(string(rest[:end]))
			if rest = rest[end+1:]; len(rest) > 0 && rest[0] == '"' {
				t.add(`"`)
				rest = rest[1:]
				continue
			}
			quoted = false
			fields, t.built = append(fields, string(t.built)), t.built[:0]
			if len(rest) == 0 {
				return t.whole(fields, total)
			}
			if rest[0] != t.comma {
				return nil, t.lost(next, fmt.Sprintf("behind a closing quote stands %.10q; a quote within a text is written twice", rest))
			}
			rest = rest[1:]
		}
	}
}

// add appends to the field, as long as it may grow: a row too long is read to its end all the same,
// so that what follows is read as what it is.
func (t *table) add(text string) {
	if len(t.built) <= t.limit {
		t.built = append(t.built, text...)
	}
}

func (t *table) whole(fields []string, total int) ([]string, error) {
	if total > t.limit {
		return nil, t.tooLong(total)
	}
	return fields, nil
}

func (t *table) tooLong(total int) error {
	return errRow{fmt.Sprintf("a row of %d bytes; at most %d are allowed", total, t.limit)}
}

// lost goes back to the line after a row's first.
func (t *table) lost(next int64, what string) error {
	if t.rescan += t.next - next; t.rescan > maxRescan {
		return fmt.Errorf("%s, here and in too many rows before", what)
	}
	if err := t.back(t.start+1, next); err != nil {
		return err
	}
	return errRow{what}
}

func (r *reader) csv(file io.ReadSeeker) error {
	t := &table{liner: newLiner(file, r.Limit+4096), comma: ','}
	head, err := t.head()
	if err != nil {
		return err
	}
	for row := 1; ; row++ {
		fields, err := t.row()
		p := Place{Line: t.start, Row: row}
		var wrong errRow
		switch {
		case err == io.EOF:
			return r.at(r.total)
		case errors.As(err, &wrong):
			err = r.fault(p, "%s", wrong.what)
		case err == nil:
			err = r.fields(p, head, fields)
		default:
			err = &Fault{p, err.Error()}
		}
		if err != nil {
			return err
		}
		if row%64 == 0 {
			if err := r.at(t.next); err != nil {
				return err
			}
		}
	}
}

// columns tell where the text, the label and the part stand; -1 is nowhere.
type columns struct{ text, label, part, count int }

// head reads the names of the columns, and by them finds what separates them.
func (t *table) head() (columns, error) {
	first, _, err := t.read()
	if err != nil && err != io.EOF {
		return columns{}, err
	}
	first = bytes.TrimPrefix(first, bom)
	for _, comma := range []byte{',', ';', '\t'} {
		names := strings.Split(string(first), string(comma))
		for i, n := range names {
			names[i] = strings.ToLower(strings.Trim(strings.TrimSpace(n), `"`))
		}
		find := func(known []string) int {
			return slices.IndexFunc(names, func(n string) bool { return slices.Contains(known, n) })
		}
		c := columns{find(textNames), find(labelNames), find(partNames), len(names)}
		if c.text >= 0 && (len(names) > 1 || comma == '\t') {
			t.comma = comma
			return c, nil
		}
	}
	return columns{}, &Fault{Place{Line: 1}, fmt.Sprintf("the first line must name the columns, among them review and sentiment; it is %.60q", first)}
}

func (r *reader) fields(p Place, c columns, fields []string) error {
	if len(fields) != c.count {
		return r.fault(p, "%d fields, not %d as the first line has; a text with commas in it stands in quotes", len(fields), c.count)
	}
	v := Review{Place: p, Text: fields[c.text], Label: -1}
	var err error
	if c.label >= 0 {
		if v.Label, err = label(fields[c.label]); err != nil {
			return r.fault(p, "%v", err)
		}
	}
	if c.part >= 0 {
		if v.Part, err = part(fields[c.part]); err != nil {
			return r.fault(p, "%v", err)
		}
	}
	return r.take(v)
}
