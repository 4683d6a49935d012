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

// Read reads a model back: from .safetensors as Write makes them, from .weights.h5, ours or Keras', or
// from Keras' .keras. It tells them apart by their content. What Keras has saved says nothing of how
// reviews were padded: known is then false, and the settings are the lesson's save for what the file
// decides.
func Read(r io.ReaderAt, size int64) (m checkpoint.Meta, p *nn.Params, known bool, err error) {
	var head [8]byte
	if n, err := r.ReadAt(head[:], 0); err != nil && n < len(head) {
		if errors.Is(err, io.EOF) {
			err = checkpoint.ErrFormat
		}
		return m, nil, false, fmt.Errorf("export: %w", err)
	}
	var weights keras.Model
	switch {
	case bytes.HasPrefix(head[:], []byte("\x89HDF")):
		weights, err = keras.Read(r, size)
	case bytes.HasPrefix(head[:], []byte("PK\x03\x04")):
		weights, err = keras.ReadArchive(r, size)
	default:
		m, p, err = checkpoint.Load(io.NewSectionReader(r, 0, size))
		return m, p, err == nil, err
	}
	if err != nil {
		return m, nil, false, err
	}
	if weights.Meta != nil {
		return *weights.Meta, weights.Params, true, nil
	}
	m.Settings = weights.Settings(training.Defaults())
	return m, weights.Params, false, nil
}
