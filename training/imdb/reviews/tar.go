package reviews

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"path"
)

// tar reads the files below pos and neg of an archive, which come in any order and are put in that of their
// names, or the one file of reviews that it has.
func (r *reader) tar(in io.Reader) error {
	end := &ended{r: in}
	t := tar.NewReader(end)
	var a archive
	for n := 0; ; n++ {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return r.wrong(Place{}, "not a whole archive: %w", err)
		}
		name := path.Clean(h.Name)
		switch h.Typeflag {
		case tar.TypeSymlink, tar.TypeLink:
			a.link(name, fmt.Sprintf("a link to %.60q; those of archives are not followed", h.Linkname))
		case tar.TypeReg:
			if wanted, review := a.wants(name); wanted {
				e, err := r.unpacked(t, name, h.Size, review)
				if err != nil {
					return err
				}
				a.add(e, review)
			}
		}
		if n%64 == 0 {
			if err := r.at(); err != nil {
				return err
			}
		}
	}
	if end.reached { // the archive has an end of its own, before that of the file
		return r.wrong(Place{}, "not a whole archive: it is cut short")
	}
	if _, err := io.Copy(io.Discard, end); err != nil { // a packed file has its checksum there
		return err
	}
	return r.archive(a)
}

// unpacked keeps a file of an archive that is read once.
func (r *reader) unpacked(in io.Reader, name string, size int64, review bool) (entry, error) {
	e := entry{name: name}
	if review {
		if e.flaw = r.tooLarge(size); e.flaw != "" {
			return e, nil
		}
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return e, r.wrong(Place{}, "not a whole archive: %w", err)
	}
	e.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	return e, nil
}

// ended tells whether the end of a stream was reached.
type ended struct {
	r       io.Reader
	reached bool
}

func (e *ended) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.reached = e.reached || err == io.EOF
	return n, err
}
