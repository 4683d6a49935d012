package keras

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"

	"cuaderno/training/checkpoint/hdf5"
)

// The files of a .keras archive, and how large they may be.
const (
	archiveConfig  = "config.json"
	archiveWeights = "model.weights.h5"
	maxConfig      = 1 << 20
	maxArchived    = 4*hdf5.MaxNumbers*3 + 1<<20 // numbers, and twice as many of the optimizer's
)

// ReadArchive reads a model that model.save has written as a .keras file. The errors are those of Read.
func ReadArchive(r io.ReaderAt, size int64) (Model, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Model{}, fmt.Errorf("keras: %w: a .keras file that is cut off or damaged: %w", ErrModel, err)
	}
	raw, err := member(z, archiveConfig, maxConfig)
	if err != nil {
		return Model{}, err
	}
	a, err := architectureOf(raw)
	if err != nil {
		return Model{}, err
	}
	weights, err := member(z, archiveWeights, maxArchived)
	if err != nil {
		return Model{}, err
	}
	f, err := hdf5.Open(bytes.NewReader(weights), int64(len(weights)))
	if err != nil {
		return Model{}, err
	}
	return modelOf(f, a)
}

// member reads one file of an archive. What it allocates is bounded by what unpacks.
func member(z *zip.Reader, name string, limit int64) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, fmt.Errorf("keras: %w: %w", ErrModel, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	if err != nil {
		return nil, fmt.Errorf("keras: %w: %s: %w", ErrModel, name, err)
	}
	return b, nil
}
