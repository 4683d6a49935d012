package reviews

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// folder reads the files below pos and neg. Links are followed, one that leads back is refused.
func (r *reader) folder(dir string) error {
	w := walk{reader: r}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if err := w.into(dir, "", []fs.FileInfo{info}); err != nil {
		return err
	}
	if len(w.files) == 0 {
		return fmt.Errorf("%s: %w; this folder has no pos and neg", dir, ErrKind)
	}
	for _, f := range w.files {
		r.total += f.size
	}
	return r.entries(w.files)
}

type walk struct {
	*reader
	files []entry
}

// into collects the files of a directory; above are those that it stands in, itself too.
func (w *walk) into(dir, name string, above []fs.FileInfo) error {
	if w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, d := range inside {
		full, name := filepath.Join(dir, d.Name()), path.Join(name, d.Name())
		_, _, review := layout(name)
		link := d.Type()&fs.ModeSymlink != 0
		if !review && !link && !d.IsDir() || added(name) {
			continue
		}
		info, err := os.Stat(full)
		switch {
		case err != nil && mayHold(name):
			w.files = append(w.files, entry{name: name, flaw: err.Error()})
		case err != nil: // a link that leads nowhere, and a review stands elsewhere
		case info.IsDir():
			for _, a := range above {
				if os.SameFile(a, info) {
					return fmt.Errorf("%s: this link leads back to a folder that it stands in", full)
				}
			}
			if err := w.into(full, name, append(above[:len(above):len(above)], info)); err != nil {
				return err
			}
		case !review:
		case !info.Mode().IsRegular():
			w.files = append(w.files, entry{name: name, flaw: "no file, but a device, a pipe or a socket"})
		default:
			w.files = append(w.files, entry{
				name: name, size: info.Size(), flaw: w.tooLarge(info.Size()),
				open: func() (io.ReadCloser, error) { return os.Open(full) },
			})
		}
	}
	return nil
}
