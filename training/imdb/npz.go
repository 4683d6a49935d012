package imdb

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

const (
	maxFile  = 128 << 20 // of an archive; the official one has 17 MB
	maxEntry = 64 << 20  // of an array inside it, unpacked; the official ones have 14 MB
)

// ReadNPZ reads Keras' imdb.npz: the arrays x_train, y_train, x_test and y_test, of which the x are
// object arrays of lists of ranks and the y are int64. Both halves come in the file's order, not yet
// shuffled; every review has its Start and IndexFrom added. Nothing that the file says is executed.
//
// It reads both halves at once and keeps no more than the ids themselves. The errors wrap
// ErrDamaged, ErrForbidden or ErrTooLarge, or are ctx's.
// Source: numpy.lib.format; keras/src/datasets/imdb.py.
func ReadNPZ(ctx context.Context, r io.ReaderAt, size int64) (train, test *Split, err error) {
	if size > maxFile {
		return nil, nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, nil, damaged("%w", err)
	}
	var trainErr, testErr error
	var halves sync.WaitGroup
	halves.Go(func() { train, trainErr = readSplit(ctx, archive, "train") })
	halves.Go(func() { test, testErr = readSplit(ctx, archive, "test") })
	halves.Wait()
	if err := errors.Join(trainErr, testErr); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

func readSplit(ctx context.Context, archive *zip.Reader, half string) (*Split, error) {
	s := &Split{}
	err := readEntry(ctx, archive, "y_"+half+".npy", func(in *bufio.Reader) error {
		n, err := readHeader(in, "<i8")
		if err != nil {
			return err
		}
		s.labels, err = readLabels(in, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = readEntry(ctx, archive, "x_"+half+".npy", func(in *bufio.Reader) error {
		n, err := readHeader(in, "|O")
		if err != nil {
			return err
		}
		if n != len(s.labels) {
			return damaged("%d reviews with %d labels", n, len(s.labels))
		}
		words, err := readPickle(in, n)
		if err != nil {
			return err
		}
		s.words = *words
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.order = identity(len(s.labels))
	return s, nil
}

// readEntry unpacks one file of the archive through read, which leaves it at its end.
func readEntry(ctx context.Context, archive *zip.Reader, name string, read func(*bufio.Reader) error) error {
	entry, err := find(archive, name)
	if err == nil {
		err = unpack(ctx, entry, read)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func find(archive *zip.Reader, name string) (*zip.File, error) {
	var found *zip.File
	for _, f := range archive.File {
		if f.Name != name {
			continue
		}
		if found != nil {
			return nil, damaged("it is there twice")
		}
		found = f
	}
	if found == nil {
		return nil, damaged("the archive has no such array")
	}
	return found, nil
}

func unpack(ctx context.Context, entry *zip.File, read func(*bufio.Reader) error) error {
	// The zip reader gives no byte more than declared, so this bounds the real size as well.
	if entry.UncompressedSize64 > maxEntry {
		return fmt.Errorf("%w: %d bytes unpacked", ErrTooLarge, entry.UncompressedSize64)
	}
	body, err := entry.Open()
	if err != nil {
		return damaged("%w", err)
	}
	defer body.Close()
	in := bufio.NewReaderSize(&interruptible{ctx, body}, 1<<16)
	if err = read(in); err == nil {
		err = readEnd(in)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// interruptible stops between two reads when its context ends.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i *interruptible) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(b)
}
