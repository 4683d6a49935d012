package reviews

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// To find where a row with a lost quote ends, bytes are read twice: so many for one row, and for all.
const (
	maxAhead  = 32 << 20
	maxRescan = 256 << 20
)

// table reads rows of separated values. A row whose quotes are wrong is reported by itself: reading
// goes on with the line after its first.
type table struct {
	*liner
	comma  byte
	start  int // the line where the row begins
	rescan int
	built  []byte // the field being read
}

// errRow is what is wrong with a row.
type errRow struct{ what string }

func (e errRow) Error() string { return e.what }

// row reads the next one. An errRow concerns it alone.
func (t *table) row() (fields []string, err error) {
	quoted, total := false, 0 // inside quotes, which may go on for lines; bytes so far
	t.start, t.built = 0, t.built[:0]
	defer t.unmark()
	for {
		line := t.line
		text, size, err := t.read()
		if quoted && (err == io.EOF || err == nil && t.since() > maxAhead) {
			return nil, t.lost("its quotes do not end")
		}
		if err != nil {
			return nil, err
		}
		if t.start == 0 {
			if len(text) == 0 {
				continue // an empty line
			}
			t.start = line
			t.mark()
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
				return nil, t.lost(fmt.Sprintf("behind a closing quote stands %.10q; a quote within a text is written twice", rest))
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
func (t *table) lost(what string) error {
	if t.rescan += t.since(); t.rescan > maxRescan {
		return fmt.Errorf("%s, here and in too many rows before", what)
	}
	t.back()
	return errRow{what}
}

func (r *reader) csv(in io.Reader) error {
	t := &table{liner: newLiner(in, r.Limit+4096), comma: ','}
	names, c, err := r.head(t)
	if err != nil {
		return err
	}
	ours := slices.Equal(names, Judged)
	for row := 1; ; row++ {
		fields, err := t.row()
		p := Place{Line: t.start, Row: row}
		var wrong errRow
		switch {
		case err == io.EOF:
			return r.at()
		case errors.As(err, &wrong):
			err = r.fault(p, wrong)
		case err != nil:
		case len(fields) != len(names):
			err = r.fault(p, fmt.Errorf("%d fields, not %d as the first line has; a text with commas in it stands in quotes", len(fields), len(names)))
		default:
			get := func(i int) string {
				if i < 0 {
					return ""
				}
				return fields[i]
			}
			text := get(c.text)
			if ours {
				text = Unguard(text)
			}
			err = r.review(p, text, get(c.label), get(c.part))
		}
		if err != nil {
			return err
		}
		if row%64 == 0 {
			if err := r.at(); err != nil {
				return err
			}
		}
	}
}

// errHead says that the first line names no column of texts.
var errHead = errors.New("the first line must name the columns, among them review and sentiment")

// head reads the names of the columns, and by them finds what separates them.
func (r *reader) head(t *table) ([]string, columns, error) {
	t.mark()
	defer t.unmark()
	line := t.line
	first, _, err := t.read()
	if err != nil && err != io.EOF {
		return nil, columns{}, err
	}
	commas := []byte{',', ';', '\t'}
	// Spreadsheets say in a line of its own what they split at.
	if said := strings.ToLower(strings.Trim(string(first), `"`)); len(said) == 5 && strings.HasPrefix(said, "sep=") {
		commas = []byte{said[4]}
		t.mark()
		line = t.line
		if first, _, err = t.read(); err != nil && err != io.EOF {
			return nil, columns{}, err
		}
	}
	p := Place{Line: line}
	after := *t.liner
	for _, t.comma = range commas {
		names := splitHead(string(first), t.comma)
		c, err := r.find(names)
		if len(names) == 1 && t.comma != '\t' && len(commas) > 1 {
			continue // of a single column, which is not split: tabs are rarest in texts
		}
		switch {
		case err == nil && c.label < 0 && r.Labelled:
			return nil, c, r.wrong(p, "no column is known to hold the labels; --label-column says which: %s", listed(names))
		case err == nil:
			*t.liner = after
			return names, c, nil
		case r.TextColumn == "" && errors.Is(err, errText):
		case len(names) > 1:
			return nil, c, r.wrong(p, "%w", err)
		}
	}
	if r.TextColumn != "" {
		return nil, columns{}, r.wrong(p, "--text-column is %q, but the first line is %.60q", r.TextColumn, first)
	}
	return nil, columns{}, r.wrong(p, "%w; it is %.60q (--text-column gives the texts' column by another name)", errHead, first)
}

// splitHead are the names in a first line.
func splitHead(line string, comma byte) []string {
	t := &table{liner: newLiner(strings.NewReader(line), len(line)), comma: comma}
	names, err := t.row()
	if err != nil {
		names = strings.Split(line, string(comma))
	}
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	return names
}
