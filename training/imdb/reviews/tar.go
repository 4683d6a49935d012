package reviews

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"path"
)

// tar reads the files below pos and neg of an archive. They come in any order, and are put in that of their names.
func (r *reader) tar(in io.Reader) error {
	end := &ended{r: in}
	archive := tar.NewReader(end)
	var files []entry
	for n := 0; ; n++ {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return r.wrong(Place{}, "not a whole archive: %w", err)
		}
		f := entry{name: path.Clean(h.Name), flaw: r.tooLarge(h.Size)}
		_, _, review := layout(f.name)
		switch h.Typeflag {
		case tar.TypeSymlink, tar.TypeLink:
			if review = mayHold(f.name); review {
				f.flaw = fmt.Sprintf("a link to %.60q; those of archives are not followed", h.Linkname)
			}
		case tar.TypeReg:
		default:
			review = false
		}
		if !review {
			continue
		}
		if f.flaw == "" {
			text, err := io.ReadAll(archive)
			if err != nil {
				return r.wrong(Place{}, "not a whole archive: %w", err)
			}
			f.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		}
		files = append(files, f)
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
	if len(files) == 0 {
		return r.wrong(Place{}, "%w; this archive has no pos and neg", ErrKind)
	}
	return r.entries(files)
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
