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
	var a archive
	for _, f := range z.File {
		name, size := path.Clean(strings.ReplaceAll(f.Name, `\`, "/")), int64(f.UncompressedSize64)
		wanted, review := a.wants(name)
		switch {
		case f.Mode()&fs.ModeSymlink != 0:
			a.link(name, "a link; those of archives are not followed")
		case wanted && !f.Mode().IsDir():
			e := entry{name: name, size: size, open: func() (io.ReadCloser, error) { return unpack(f) }}
			if review {
				e.flaw = r.tooLarge(size)
			}
			a.add(e, review)
		}
	}
	for _, e := range a.below {
		r.total += e.size
	}
	return r.archive(a)
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
