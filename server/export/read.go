package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/keras"
	"cuaderno/training/nn"
)

// Imported is a model that was read, and what its file told of it. What it did not tell is the lesson's.
type Imported struct {
	checkpoint.Meta
	Params *nn.Params

	Prepared bool // how reviews were prepared, as our own files tell
	Computed bool // how the model computes, as whole models of Keras' and our own files tell
	Maxlen   bool // how many words it reads
}

// Read reads a model back: from .safetensors as Write makes them, from .weights.h5, ours or Keras', or
// from a whole model of Keras', .h5 or .keras. It tells them apart by their content.
func Read(r io.ReaderAt, size int64) (Imported, error) {
	var head [8]byte
	if n, err := r.ReadAt(head[:], 0); err != nil && n < len(head) {
		if errors.Is(err, io.EOF) {
			err = checkpoint.ErrFormat
		}
		return Imported{}, fmt.Errorf("export: %w", err)
	}
	var weights keras.Model
	var err error
	switch {
	case bytes.HasPrefix(head[:], []byte("\x89HDF")):
		weights, err = keras.Read(r, size)
	case bytes.HasPrefix(head[:], []byte("PK\x03\x04")):
		weights, err = keras.ReadArchive(r, size)
	default:
		m, p, err := checkpoint.Load(io.NewSectionReader(r, 0, size))
		if err != nil {
			return Imported{}, err
		}
		return Imported{m, p, true, true, true}, nil
	}
	if err != nil {
		return Imported{}, err
	}
	if weights.Meta != nil {
		return Imported{*weights.Meta, weights.Params, true, true, true}, nil
	}
	return Imported{
		Meta: checkpoint.Meta{Settings: weights.Settings(training.Defaults())}, Params: weights.Params,
		Computed: weights.Whole, Maxlen: weights.Maxlen > 0,
	}, nil
}
