// Package export writes a trained model, or the notebook that trained it, in the formats that other
// programs read. It does no more than write: the command line and the page's buttons share it.
package export

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"cuaderno/server/ipynb"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/keras"
	"cuaderno/training/checkpoint/onnx"
	"cuaderno/training/checkpoint/vocabulary"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// The formats.
const (
	H5          = "h5"          // weights for Keras' load_weights
	Safetensors = "safetensors" // weights by name, and all that is known of them
	ONNX        = "onnx"        // the model: tokens in, probability out
	IPYNB       = "ipynb"       // the notebook for Jupyter
	JSON        = "json"        // the vocabulary and the rules of the encoding
)

// Formats are all of them, in the order in which they are offered.
var Formats = []string{H5, Safetensors, ONNX, IPYNB, JSON}

// Weights tells whether a format holds the model's weights: such a file is of use only with the
// vocabulary beside it.
func Weights(format string) bool { return format == H5 || format == Safetensors || format == ONNX }

// Model is what can be exported. Each format takes what it needs and leaves the rest.
type Model struct {
	Meta     checkpoint.Meta
	Params   *nn.Params      // of the three formats with weights
	Words    *imdb.WordIndex // of JSON
	Notebook *ipynb.Notebook // of IPYNB
}

var kinds = map[string]struct{ content, suffix string }{
	H5:          {"application/x-hdf5", ".weights.h5"}, // Keras takes no other ending
	Safetensors: {"application/octet-stream", ".safetensors"},
	ONNX:        {"application/octet-stream", ".onnx"},
	IPYNB:       {"application/x-ipynb+json", ".ipynb"},
	JSON:        {"application/json", ".vocabulary.json"},
}

// ContentType is what a server says of a file of a format.
func ContentType(format string) string { return kinds[format].content }

// FileName is what a run's file is called. The name of the weights stands in the notebook's code.
func FileName(format, run string) string { return "cuaderno-" + run + kinds[format].suffix }

// FormatOf is the format that a file's name stands for; "" if it stands for none.
func FormatOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".h5", ".hdf5", ".keras":
		return H5
	case ".safetensors":
		return Safetensors
	case ".onnx":
		return ONNX
	case ".ipynb":
		return IPYNB
	case ".json":
		return JSON
	}
	return ""
}

// CheckName says what is wrong with a name for a file of a format.
func CheckName(format, name string) error {
	switch of := FormatOf(name); {
	case of != "" && of != format:
		return fmt.Errorf("the name %s stands for %s, not for %s", name, of, format)
	case format == H5 && !strings.HasSuffix(name, kinds[H5].suffix):
		return fmt.Errorf("Keras reads weights only from a file that ends in %s, which %s does not", kinds[H5].suffix, name)
	}
	return nil
}

// ErrFormat says that there is no such format.
var ErrFormat = errors.New("no such format")

// Write writes one file.
func Write(w io.Writer, format string, m Model) error {
	lacks := func(what string) error { return fmt.Errorf("export: %s needs %s", format, what) }
	switch {
	case !slices.Contains(Formats, format):
		return fmt.Errorf("export: %w: %q", ErrFormat, format)
	case Weights(format) && m.Params == nil:
		return lacks("weights")
	case format == JSON && m.Words == nil:
		return lacks("the word index")
	case format == IPYNB && m.Notebook == nil:
		return lacks("the notebook")
	}
	switch format {
	case H5:
		return keras.Write(w, m.Meta, m.Params)
	case Safetensors:
		return checkpoint.Save(w, m.Meta, m.Params)
	case ONNX:
		return onnx.Write(w, m.Meta, m.Params)
	case IPYNB:
		return ipynb.Write(w, *m.Notebook)
	default:
		return vocabulary.Write(w, vocabulary.Of(m.Meta.Settings, m.Words))
	}
}
