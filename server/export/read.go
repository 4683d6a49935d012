package export

import (
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
// from a whole model of Keras', .h5 or .keras. It tells them apart by their content; what
// it does not know is an error that wraps ErrUnknown and says what the file looks like.
func Read(r io.ReaderAt, size int64) (Imported, error) {
	kind, err := look(r, size)
	if err != nil {
		return Imported{}, err
	}
	var weights keras.Model
	switch kind {
	case asHDF5:
		weights, err = keras.Read(r, size)
	case asArchive:
		weights, err = keras.ReadArchive(r, size)
	case asSafetensors:
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
