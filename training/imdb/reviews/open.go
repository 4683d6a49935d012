package reviews

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Kind is how a file holds reviews.
type Kind string

// The kinds. A table may be separated by commas, semicolons or tabs; JSON is one object a line, or an array of
// objects.
const (
	CSV     Kind = "csv"
	JSON    Kind = "jsonl"
	Text    Kind = "txt"
	Tar     Kind = "tar"
	unknown Kind = ""
)

var kinds = map[string]Kind{
	".csv": CSV, ".tsv": CSV, ".jsonl": JSON, ".ndjson": JSON, ".json": JSON, ".txt": Text, ".tar": Tar, ".tgz": Tar,
}

// named is what a file's name says of it; ok is false where it says something else.
func named(name string) (k Kind, ok bool) {
	ext := strings.ToLower(path.Ext(name))
	if ext == ".gz" {
		ext = strings.ToLower(path.Ext(name[:len(name)-len(ext)]))
	}
	k = kinds[ext]
	return k, k != unknown || ext == "" || ext == ".zip"
}

func (r *reader) open(name string) error {
	if name == Stdin {
		return r.stream("", r.Stdin)
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return r.folder(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if !info.Mode().IsRegular() { // a pipe or a device; its name means nothing
		return r.stream("", f)
	}
	start := make([]byte, len(zipStart))
	if _, err := f.ReadAt(start, 0); err == nil && isZip(start) {
		return r.zip(f, info.Size())
	}
	r.total = info.Size()
	return r.stream(filepath.Base(name), f)
}

// stream reads one file from its beginning.
func (r *reader) stream(name string, in io.Reader) error {
	kind, ok := named(name)
	if r.Kind != unknown {
		kind, ok = r.Kind, true
	}
	if !ok {
		return fmt.Errorf("%s: %w", name, ErrKind)
	}
	r.in = &counter{r: in}
	b := bufio.NewReaderSize(r.in, peeked)
	start, err := begin(b)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(start, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return r.wrong(Place{}, "%w", gzipError{err})
		}
		b = bufio.NewReaderSize(unzipped{z}, peeked)
		if start, err = begin(b); err != nil {
			return r.wrong(Place{}, "%w", err)
		}
	} else if strings.HasSuffix(strings.ToLower(name), "gz") {
		return r.wrong(Place{}, "not a gzip file")
	}
	if isZip(start) {
		return r.wrong(Place{}, "a .zip is read from a file of its own: its table of contents stands at its end")
	}
	if wide := utf16(start); wide != "" {
		return r.wrong(Place{}, "%s", wide)
	}
	if bytes.Equal(start, bom) {
		_, _ = b.Discard(len(bom)) // which are there
	}
	guessed := kind == unknown
	if guessed {
		kind = guess(b)
	}
	switch kind {
	case JSON:
		err = r.json(b)
	case Text:
		err = r.texts(b)
	case Tar:
		err = r.tar(b)
	default:
		err = r.csv(b)
	}
	switch {
	case errors.As(err, new(gzipError)):
		return r.wrong(Place{}, "%w", err)
	case guessed && errors.Is(err, errHead):
		return fmt.Errorf("%w; --kind txt reads one review a line", err)
	}
	return err
}

// begin looks at the first two bytes, and only if they may be the beginning of a mark at more: somebody may be
// typing.
func begin(b *bufio.Reader) ([]byte, error) {
	start, err := b.Peek(2)
	switch {
	case err != nil:
	case bytes.HasPrefix(bom, start):
		start, err = b.Peek(len(bom))
	case bytes.HasPrefix(zipStart, start):
		start, err = b.Peek(len(zipStart))
	}
	if err == io.EOF {
		err = nil
	}
	return start, err
}

// peeked is how much of a file is looked at to know what it is.
const peeked = 1 << 16

// guess knows what a file without a name is by how it begins. Nothing tells lines of text from a table: that has
// to be said.
func guess(b *bufio.Reader) Kind {
	start, _ := b.Peek(512) // an error comes again
	if len(start) > 262 && string(start[257:262]) == "ustar" {
		return Tar
	}
	start = bytes.TrimSpace(start)
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return JSON
	}
	return CSV
}

// gzipError is the trouble of a packed file.
type gzipError struct{ err error }

func (e gzipError) Error() string {
	switch {
	case errors.Is(e.err, io.ErrUnexpectedEOF):
		return "the gzip file is cut short"
	case errors.Is(e.err, gzip.ErrChecksum):
		return "the gzip file is damaged: its checksum is another"
	}
	return "not a whole gzip file: " + e.err.Error()
}

// unzipped names the trouble of a packed file; its checksum is compared at its end.
type unzipped struct{ z *gzip.Reader }

func (u unzipped) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if err != nil && err != io.EOF {
		err = gzipError{err}
	}
	return n, err
}
