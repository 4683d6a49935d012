package keras

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
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

// layerConfig is what of a layer's settings decides what it computes.
type layerConfig struct {
	Class  string `json:"class_name"`
	Config struct {
		BatchShape          []*int `json:"batch_shape"`
		MaskZero            bool   `json:"mask_zero"`
		Activation          string `json:"activation"`
		RecurrentActivation string `json:"recurrent_activation"`
		GoBackwards         bool   `json:"go_backwards"`
		Stateful            bool   `json:"stateful"`
	} `json:"config"`
}

// ReadArchive reads a model that model.save has written, a .keras file. Unlike weights alone it tells
// how many words the model reads, and whether it computes what the notebook's model does.
func ReadArchive(r io.ReaderAt, size int64) (Model, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Model{}, fmt.Errorf("keras: not a .keras file: %w", errors.Join(err, ErrModel))
	}
	raw, err := member(z, archiveConfig, maxConfig)
	if err != nil {
		return Model{}, err
	}
	maxlen, err := checkConfig(raw)
	if err != nil {
		return Model{}, err
	}
	weights, err := member(z, archiveWeights, maxArchived)
	if err != nil {
		return Model{}, err
	}
	m, err := Read(bytes.NewReader(weights), int64(len(weights)))
	m.Maxlen = maxlen
	return m, err
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

// checkConfig reads how many words the model reads, 0 if it takes any number, and refuses what would
// compute something else than the notebook's model with the same weights.
func checkConfig(raw []byte) (maxlen int, err error) {
	var c struct {
		Class  string `json:"class_name"`
		Config struct {
			Layers []layerConfig `json:"layers"`
		} `json:"config"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return 0, fmt.Errorf("keras: %w: %s: %w", ErrModel, archiveConfig, err)
	}
	refuse := func(what string) (int, error) { return 0, fmt.Errorf("keras: %w: %s", ErrModel, what) }
	if c.Class != "Sequential" {
		return refuse("a model of the kind " + c.Class + ", not Sequential")
	}
	for _, l := range c.Config.Layers {
		s := l.Config
		switch l.Class {
		case "InputLayer":
			if len(s.BatchShape) == 2 && s.BatchShape[1] != nil {
				maxlen = *s.BatchShape[1]
			}
		case "Embedding":
			if s.MaskZero {
				return refuse("its embedding masks zeros")
			}
		case "LSTM", "GRU", "SimpleRNN":
			switch {
			case s.Activation != "tanh":
				return refuse("its recurrent layer has the activation " + s.Activation)
			case l.Class != "SimpleRNN" && s.RecurrentActivation != "sigmoid":
				return refuse("its recurrent layer has the recurrent activation " + s.RecurrentActivation)
			case s.GoBackwards, s.Stateful:
				return refuse("its recurrent layer reads backwards or keeps its state")
			}
		case "Dense":
			if s.Activation != "sigmoid" {
				return refuse("its dense layer has the activation " + s.Activation)
			}
		case "Dropout", "SpatialDropout1D": // of no effect once trained
		default:
			return refuse("it has a layer of the kind " + l.Class)
		}
	}
	return maxlen, nil
}
