package fetch

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// part is a file on its way, kept between calls. Beside it stands what the server said to know the
// same file by; without that, nothing is resumed.
type part struct {
	*os.File
	size      int64 // bytes that stand in the file
	got       int64 // bytes that came in this call
	validator string
}

func openPart(path string) (*part, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	p := &part{File: f}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	if said, err := os.ReadFile(p.beside()); err == nil {
		p.size, p.validator = info.Size(), strings.TrimSpace(string(said))
	}
	return p, nil
}

func (p *part) beside() string { return p.Name() + ".tag" }

// restart forgets what has come. The new validator is written before any byte of the new file.
func (p *part) restart(validator string) error {
	p.size, p.validator = 0, validator
	if err := p.Truncate(0); err != nil {
		return err
	}
	if validator == "" {
		return ignoreMissing(os.Remove(p.beside()))
	}
	return os.WriteFile(p.beside(), []byte(validator+"\n"), 0o644)
}

func (p *part) append(b []byte) error {
	n, err := p.WriteAt(b, p.size)
	p.size += int64(n)
	p.got += int64(n)
	return err
}

// discard removes the part: it is not what was wanted.
func (p *part) discard() error {
	return errors.Join(ignoreMissing(os.Remove(p.Name())), ignoreMissing(os.Remove(p.beside())))
}

// commit gives the finished, closed file its name, in one step.
func (p *part) commit(path string) error {
	if err := os.Rename(p.Name(), path); err != nil {
		return err
	}
	return ignoreMissing(os.Remove(p.beside()))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
