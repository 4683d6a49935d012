package reviews

import (
	"bufio"
	"bytes"
	"io"
)

// liner reads a file line by line, bounding what one line may cost.
type liner struct {
	file  io.ReadSeeker
	in    *bufio.Reader
	limit int   // bytes of a line that are kept
	next  int64 // where the next line begins
	line  int   // its number
}

func newLiner(file io.ReadSeeker, limit int) *liner {
	return &liner{file: file, in: bufio.NewReaderSize(file, 1<<16), limit: limit, line: 1}
}

// read gives the next line without its end, and how long it is: more than the limit, if it was cut.
func (l *liner) read() (text []byte, size int, err error) {
	for {
		part, err := l.in.ReadSlice('\n')
		l.next += int64(len(part))
		size += len(part)
		text = append(text, part[:min(len(part), max(l.limit+2-len(text), 0))]...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && size > 0 {
			err = nil
		}
		if err != nil {
			return nil, 0, err
		}
		l.line++
		if size == len(text) {
			text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
			size = len(text)
		}
		return text, size, nil
	}
}

// back goes to a line that was read before.
func (l *liner) back(line int, offset int64) error {
	if _, err := l.file.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	l.in.Reset(l.file)
	l.line, l.next = line, offset
	return nil
}

// bom is what some programs put before the first line.
var bom = []byte("\xef\xbb\xbf")
