package store

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// blocks are the files of messages as they were before the embedded server opened them, with a copy of each:
// where it cannot read on it cuts a file off, for good and without a word.
type blocks struct {
	place string           // of the streams
	dir   string           // of the copies
	sizes map[string]int64 // in bytes, by path below place
}

// maxCopies bounds what is copied, in bytes, and with it how much longer a server takes to start.
const maxCopies = 256 << 20

// block is one that was cut off.
type block struct {
	path     string // below blocks.place
	was, now int64  // bytes
}

// streamOf is the stream that a file below the place of all belongs to.
func streamOf(path string) string {
	name, _, _ := strings.Cut(filepath.ToSlash(path), "/")
	return name
}

// copyBlocks copies the blocks into dir, those of objects last, by their names: weights are many, and can be
// had again. A disk without room keeps no server from starting.
func copyBlocks(place, dir string) (*blocks, error) {
	b := &blocks{place: place, dir: filepath.Join(dir, "opening"), sizes: map[string]int64{}}
	if err := os.RemoveAll(b.dir); err != nil { // of one that was killed while it started
		return nil, err
	}
	all, err := filepath.Glob(filepath.Join(place, "*", "msgs", "*.blk"))
	if err != nil {
		return nil, err
	}
	left := int64(maxCopies)
	if free, _, ok := disk(dir); ok {
		left = min(left, free/2)
	}
	for _, path := range all {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(place, path)
		if err != nil {
			return nil, err
		}
		b.sizes[rel] = info.Size()
		if left -= info.Size(); left < 0 {
			continue
		}
		if err := copyFile(filepath.Join(b.dir, rel), path); err != nil {
			slog.Warn("the store is opened without a copy of what might be damaged", "error", err)
			left = 0
		}
	}
	return b, nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// cut gives the blocks that were cut off, and those that are gone from a stream of which something is lost. A
// file that is written anew without what was deleted from it is not what it was, nor the beginning of that.
func (b *blocks) cut(lost func(stream string) bool) (all []block, err error) {
	for path, was := range b.sizes {
		info, err := os.Stat(filepath.Join(b.place, path))
		switch {
		case os.IsNotExist(err):
			if lost(streamOf(path)) {
				all = append(all, block{path, was, 0})
			}
		case err != nil:
			return nil, err
		case info.Size() < was:
			begins, err := b.begins(path)
			if err != nil {
				return nil, err
			}
			if begins {
				all = append(all, block{path, was, info.Size()})
			}
		}
	}
	slices.SortFunc(all, func(a, b block) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

// begins tells whether a block is the beginning of its copy; true where there is none.
func (b *blocks) begins(path string) (bool, error) {
	was, err := os.ReadFile(filepath.Join(b.dir, path))
	if os.IsNotExist(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	is, err := os.ReadFile(filepath.Join(b.place, path))
	return bytes.HasPrefix(was, is), err
}

// setAside moves the copies of blocks to where the operator finds them; "" if there is none.
func (b *blocks) setAside(dir string, all []block) (aside string, err error) {
	for _, block := range all {
		from := filepath.Join(b.dir, block.path)
		if _, err := os.Stat(from); err != nil {
			continue
		}
		if aside == "" {
			if aside, err = setAside(dir); err != nil {
				return "", err
			}
		}
		to := filepath.Join(aside, block.path)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return aside, err
		}
		if err := os.Rename(from, to); err != nil {
			return aside, err
		}
	}
	return aside, nil
}

func (b *blocks) remove() {
	if err := os.RemoveAll(b.dir); err != nil {
		slog.Warn("copies of the store's files were not removed", "error", err)
	}
}
