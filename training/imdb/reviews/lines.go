package reviews

import (
	"bytes"
	"io"
)

// liner reads a stream line by line, bounding what one line may cost. Lines end with LF, CRLF or CR. It waits
// for no more than the end of a line, and can go back to the last mark.
type liner struct {
	in    io.Reader
	limit int // bytes of a line that are kept
	line  int // number of the next line

	buf    []byte // what was read of the stream and may be needed
	at     int    // place of the next line in it
	half   bool   // the last line ended with CR: a LF that follows belongs to it
	marked struct {
		at   int // -1 is nowhere
		line int
		half bool
	}
}

func newLiner(in io.Reader, limit int) *liner {
	l := &liner{in: in, limit: limit, line: 1}
	l.marked.at = -1
	return l
}

// read gives the next line without its end, and how long it is: more than the limit, if it was cut.
func (l *liner) read() (text []byte, size int, err error) {
	for {
		if l.half && l.at < len(l.buf) {
			if l.half = false; l.buf[l.at] == '\n' {
				l.at++
			}
		}
		rest := l.buf[l.at:]
		n := bytes.IndexByte(rest, '\n')
		if n >= 0 {
			rest = rest[:n]
		}
		if cr := bytes.IndexByte(rest, '\r'); cr >= 0 {
			n, rest = cr, rest[:cr]
		}
		size += len(rest)
		text = append(text, rest[:min(len(rest), l.limit-len(text))]...)
		l.at += len(rest)
		if n >= 0 {
			l.half = l.buf[l.at] == '\r'
			l.at++
			l.line++
			return text, size, nil
		}
		if err := l.fill(); err != nil {
			if err == io.EOF && size > 0 {
				l.line++
				return text, size, nil
			}
			return nil, 0, err
		}
	}
}

// fill reads on, and forgets what was read before the mark.
func (l *liner) fill() error {
	from := l.at
	if l.marked.at >= 0 {
		from = l.marked.at
		l.marked.at = 0
	}
	if from > 0 {
		l.at -= from
		l.buf = append(l.buf[:0], l.buf[from:]...)
	}
	if cap(l.buf)-len(l.buf) < 1<<15 {
		l.buf = append(l.buf, make([]byte, 1<<16)...)[:len(l.buf)]
	}
	n, err := l.in.Read(l.buf[len(l.buf):cap(l.buf)])
	l.buf = l.buf[:len(l.buf)+n]
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// mark keeps what follows, so that back can return to here.
func (l *liner) mark() { l.marked.at, l.marked.line, l.marked.half = l.at, l.line, l.half }

// unmark keeps nothing more.
func (l *liner) unmark() { l.marked.at = -1 }

// since is how many bytes were read since the mark.
func (l *liner) since() int { return l.at - l.marked.at }

// back goes to the mark.
func (l *liner) back() { l.at, l.line, l.half = l.marked.at, l.marked.line, l.marked.half }
