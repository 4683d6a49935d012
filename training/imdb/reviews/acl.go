package reviews

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// split reads from a path of Stanford's layout which review a file is: .../train/pos/0_9.txt.
func split(name string) (p Part, label int, ok bool) {
	dirs := strings.Split(path.Dir(name), "/")
	if path.Ext(name) != ".txt" || len(dirs) < 2 {
		return Any, -1, false
	}
	p, known := parts[dirs[len(dirs)-2]]
	switch dirs[len(dirs)-1] {
	case "pos":
		label = 1
	case "neg":
	default: // unsup has no labels
		return Any, -1, false
	}
	return p, label, known && p != Any
}

// folder reads the files of a folder in the order of their names.
func (r *reader) folder(dir string) error {
	type file struct {
		name string
		size int64
	}
	var files []file
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		if err != nil || r.ctx.Err() != nil {
			return errors.Join(err, r.ctx.Err())
		}
		name, err := filepath.Rel(dir, full)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if _, _, ok := split(name); !ok || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files = append(files, file{name, info.Size()})
		r.total += info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: %w; this folder has no train/pos, train/neg, test/pos, test/neg", dir, ErrKind)
	}
	done := int64(0)
	for i, f := range files {
		open, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.name)))
		if err != nil {
			if err := r.fault(Place{File: f.name}, "%v", err); err != nil {
				return err
			}
			continue
		}
		err = r.file(f.name, f.size, open)
		open.Close()
		if err != nil {
			return err
		}
		done += f.size
		if i%64 == 0 {
			if err := r.at(done); err != nil {
				return err
			}
		}
	}
	return r.at(r.total)
}

// file takes one file of Stanford's layout.
func (r *reader) file(name string, size int64, in io.Reader) error {
	p := Place{File: name}
	if size > int64(r.Limit) {
		return r.fault(p, "a text of %d bytes; at most %d are allowed", size, r.Limit)
	}
	text, err := io.ReadAll(io.LimitReader(in, int64(r.Limit)+1))
	if err != nil {
		return r.fault(p, "%v", err)
	}
	part, label, _ := split(name)
	return r.take(Review{Place: p, Text: string(text), Label: label, Part: part})
}

// archive reads a tar file. Its files come in any order, so they are put in that of their names.
func (r *reader) archive(file io.Reader, packed bool) error {
	counted := &counter{r: file}
	in := io.Reader(counted)
	if packed {
		z, err := gzip.NewReader(counted)
		if err != nil {
			return fmt.Errorf("not a gzip file: %w", err)
		}
		in = z
	}
	var found []Review
	visit := r.visit
	r.visit = func(v Review) error { found = append(found, v); return nil }
	defer func() { r.visit = visit }()
	entries := tar.NewReader(in)
	for n := 0; ; n++ {
		h, err := entries.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("not a whole archive: %w", err)
		}
		name := path.Clean(h.Name)
		if _, _, ok := split(name); !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		if err := r.file(name, h.Size, entries); err != nil {
			return err
		}
		if n%64 == 0 {
			if err := r.at(counted.n); err != nil {
				return err
			}
		}
	}
	if len(found) == 0 && r.faults == 0 {
		return fmt.Errorf("%w; this archive has no train/pos, train/neg, test/pos, test/neg", ErrKind)
	}
	slices.SortFunc(found, func(a, b Review) int { return strings.Compare(a.Place.File, b.Place.File) })
	for _, v := range found {
		if err := visit(v); err != nil {
			return err
		}
	}
	return r.at(r.total)
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
