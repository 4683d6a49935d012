package store

import (
	"errors"
	"fmt"
	"os"
)

// try finds out whether so many files of so many bytes can be written in a directory, all open at once:
// that needs room, inodes and descriptors.
func try(dir string, files, bytes int) (err error) {
	data := make([]byte, bytes)
	var open []*os.File
	defer func() {
		for _, f := range open {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	for range files {
		f, err := os.CreateTemp(dir, ".try-*")
		if err != nil {
			return fmt.Errorf("a file cannot be made: %w", err)
		}
		open = append(open, f)
		if _, err := f.Write(data); err != nil {
			return fmt.Errorf("a file cannot be written: %w", err)
		}
	}
	return nil
}
