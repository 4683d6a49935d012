package reviews

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

var zipStart = []byte("PK\x03\x04")

func isZip(start []byte) bool { return bytes.Equal(start, zipStart) }

// zip reads the files below pos and neg of an archive, or the one file of reviews that it has.
func (r *reader) zip(file io.ReaderAt, size int64) error {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return r.wrong(Place{}, "not a whole archive: %w", err)
	}
	var below, single []entry
	for _, f := range z.File {
		name := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
		e := entry{name: name, size: int64(f.UncompressedSize64), flaw: r.tooLarge(int64(f.UncompressedSize64)), open: func() (io.ReadCloser, error) { return unpack(f) }}
		_, _, review := layout(name)
		_, known := kinds[strings.ToLower(path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")))]
		switch {
		case f.Mode()&fs.ModeSymlink != 0:
			if mayHold(name) {
				e.flaw = "a link; those of archives are not followed"
				below = append(below, e)
			}
		case f.Mode().IsDir() || added(name):
		case review:
			below = append(below, e)
		case known:
			single = append(single, e)
		}
	}
	switch {
	case len(below) > 0:
		for _, e := range below {
			r.total += e.size
		}
		return r.entries(below)
	case len(single) == 1:
		in, err := single[0].open()
		if err != nil {
			return r.wrong(Place{}, "%s: %w", single[0].name, err)
		}
		defer in.Close()
		r.total = single[0].size
		return r.stream(path.Base(single[0].name), in)
	case len(single) > 1:
		return r.wrong(Place{}, "there are several files in it, among them %s and %s; unpack the one that is meant", single[0].name, single[1].name)
	}
	return r.wrong(Place{}, "%w; this archive has neither", ErrKind)
}

// unpack opens a file of an archive.
func unpack(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("it is locked with a password")
	}
	in, err := f.Open()
	return zipped{in}, err
}

// zipError is the trouble of a file in an archive.
type zipError struct{ error }

func (e zipError) Unwrap() error { return e.error }

type zipped struct{ io.ReadCloser }

func (z zipped) Read(p []byte) (int, error) {
	n, err := z.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = zipError{fmt.Errorf("the archive is damaged: %w", err)}
	}
	return n, err
}
