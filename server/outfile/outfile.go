// Package outfile writes files whole or not at all, in the place of another only where that is allowed.
package outfile

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file that a command is to write, whole or not at all. It is looked at before the work, so
// that a name that cannot be written costs no work.
type File struct {
	path  string      // with links followed
	there fs.FileInfo // the file that is replaced; nil for a new one
}

// New says whether the file can be written: its directory is there and takes files, and nothing
// stands in its place but a regular file that may be replaced. Links are followed.
func New(name string, replace bool) (File, error) {
	path, err := followed(name)
	if err != nil {
		return File{}, fmt.Errorf("%s cannot be written: %w", name, err)
	}
	o := File{path: path}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return o, fmt.Errorf("%s cannot be written: %w", name, err)
	case info.IsDir():
		return o, fmt.Errorf("%s is a directory; give a name in it", name)
	case !info.Mode().IsRegular():
		return o, fmt.Errorf("%s is no file, but a device, a pipe or a socket, and is not replaced; for standard output write -", name)
	case !replace:
		return o, fmt.Errorf("%s %w", name, ErrOccupied)
	default:
		o.there = info
	}
	f, err := o.scratch()
	if err != nil {
		return o, fmt.Errorf("%s cannot be written: %w", name, err)
	}
	return o, errors.Join(f.Close(), os.Remove(f.Name()))
}

// ErrOccupied says that there is a file, which nobody has allowed to be replaced.
var ErrOccupied = errors.New("is there already; --force replaces it")

// mostLinks is how many links to links are followed, as Linux does.
const mostLinks = 40

// followed is where a path leads, whether or not there is a file at its end.
func followed(path string) (string, error) {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return "", errors.New("a name is missing")
	}
	for range mostLinks {
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("there is no directory %s", filepath.Dir(path))
		}
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, filepath.Base(path))
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return "", errors.New("its links lead in a circle")
}

// scratch makes an empty file beside the one to be, with the rights that a new file has.
func (o File) scratch() (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(o.path), ".cuaderno-"+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	return f, o.named(err)
}

// named puts the directory in place of the scratch file's name, which nobody has given.
func (o File) named(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && strings.HasPrefix(filepath.Base(p.Path), ".cuaderno-") {
		return fmt.Errorf("the directory %s: %w", filepath.Dir(p.Path), p.Err)
	}
	return err
}

// Write writes the file. What was there keeps its mode and, where the system lets us, its owner.
func (o File) Write(content func(io.Writer) error) (err error) {
	f, err := o.scratch()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(o.fill(f, content), f.Close()); err != nil {
		return o.named(err)
	}
	if o.there != nil {
		return os.Rename(f.Name(), o.path)
	}
	if err := o.claim(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), o.path); err != nil {
		return errors.Join(err, os.Remove(o.path)) // which is ours, and empty
	}
	return nil
}

func (o File) fill(f *os.File, content func(io.Writer) error) error {
	if err := content(f); err != nil {
		return err
	}
	if o.there != nil {
		own(f, o.there)
		if err := f.Chmod(o.there.Mode().Perm()); err != nil {
			return err
		}
	}
	return f.Sync()
}

// claim makes sure that a new file replaces none that was made in the meantime.
func (o File) claim() error {
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s %w", o.path, ErrOccupied)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// Replace writes a file of our own, in place of any that is there.
func Replace(path string, content func(io.Writer) error) error {
	o, err := New(path, true)
	if err != nil {
		return err
	}
	return o.Write(content)
}

// Holds tells whether a file is what would be written to it.
func Holds(path string, content func(io.Writer) error) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	there := bufio.NewReader(f)
	if content(comparison{there}) != nil {
		return false
	}
	_, err = there.ReadByte()
	return err == io.EOF
}

// comparison takes no byte but those that it reads.
type comparison struct{ there io.Reader }

var errDiffers = errors.New("it is not what is there")

func (c comparison) Write(p []byte) (int, error) {
	there := make([]byte, len(p))
	if _, err := io.ReadFull(c.there, there); err != nil {
		return 0, err
	}
	if !bytes.Equal(there, p) {
		return 0, errDiffers
	}
	return len(p), nil
}
