package keras

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/nn"
)

// Model is what a file of weights tells: the weights and the settings that their shapes imply.
type Model struct {
	NumWords, EmbeddingDim, Units int
	Layer                         string
	Maxlen                        int // 0 if the file does not say it
	Params                        *nn.Params

	// Meta is what Write knew; nil in a file that Keras wrote, which says nothing of maxlen or padding.
	Meta *checkpoint.Meta
}

// Settings are the given ones with what the weights decide in place.
func (m Model) Settings(s training.Settings) training.Settings {
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer = m.NumWords, m.EmbeddingDim, m.Units, m.Layer
	if m.Maxlen > 0 {
		s.Maxlen = m.Maxlen
	}
	return s
}

// Read reads the weights from a file of size bytes. The errors wrap hdf5.ErrFormat, ErrModel, or are
// those of a training.FieldError when the model is larger or smaller than the notebook allows.
func Read(r io.ReaderAt, size int64) (Model, error) {
	f, err := hdf5.Open(r, size)
	if err != nil {
		return Model{}, err
	}
	var arrays []hdf5.Array
	if err := f.Walk(entered, func(a hdf5.Array) error { arrays = append(arrays, a); return nil }); err != nil {
		return Model{}, err
	}
	found, err := sort(arrays)
	if err != nil {
		return Model{}, err
	}
	m, err := found.model()
	if err != nil {
		return Model{}, err
	}
	// Before a number is read: what is too large for the notebook is not worth the memory.
	if err := m.Settings(training.Defaults()).Validate(); err != nil {
		return Model{}, fmt.Errorf("keras: %w", err)
	}
	p := &nn.Params{}
	for part, into := range map[string]*[]float32{
		embedding: &p.Embedding, kernel: &p.Kernel, recurrent: &p.Recurrent, bias: &p.Bias,
		denseKernel: &p.DenseKernel, denseBias: &p.DenseBias,
	} {
		if *into, err = found[part].Read(); err != nil {
			return Model{}, err
		}
	}
	s := nn.SpecOf(m.Settings(training.Defaults()))
	if err := p.Check(s); err != nil {
		return Model{}, fmt.Errorf("keras: %w", err)
	}
	m.Params = p
	m.Meta, err = meta(f, m)
	return m, err
}

// meta reads what Write wrote. What does not fit the weights is not believed.
func meta(f *hdf5.File, m Model) (*checkpoint.Meta, error) {
	text, ok, err := f.Text(metaKey)
	if err != nil || !ok {
		return nil, err
	}
	var known checkpoint.Meta
	if json.Unmarshal([]byte(text), &known) != nil || known.Settings.Validate() != nil || m.Settings(known.Settings) != known.Settings {
		return nil, nil
	}
	return &known, nil
}

// The parts of the model.
const (
	embedding   = "embedding"
	kernel      = "kernel"
	recurrent   = "recurrent kernel"
	bias        = "bias"
	denseKernel = "dense kernel"
	denseBias   = "dense bias"
)

// entered leaves the optimizer out, and generators of random numbers.
func entered(group string) bool {
	name := path.Base(group)
	return !strings.HasPrefix(name, "optimizer") && !strings.HasPrefix(name, "seed_generator")
}

// parts are a model's datasets by the part that each is.
type parts map[string]hdf5.Array

// sort tells the parts by where they stand: in Keras 3 a layer's variables are numbered under vars,
// a recurrent layer's under cell/vars; in Keras 2 they bear their names.
func sort(arrays []hdf5.Array) (parts, error) {
	cells := map[string]bool{} // directories that hold a recurrent kernel
	for _, a := range arrays {
		dir, name := split(a.Path)
		if name == "recurrent_kernel" || strings.HasSuffix(dir, "cell/vars") {
			cells[dir] = true
		}
	}
	found := parts{}
	for _, a := range arrays {
		dir, name := split(a.Path)
		part := ""
		switch {
		case cells[dir]:
			part = map[string]string{
				"0": kernel, "1": recurrent, "2": bias,
				"kernel": kernel, "recurrent_kernel": recurrent, "bias": bias,
			}[name]
		case name == "embeddings", name == "0" && !slices.ContainsFunc(arrays, func(b hdf5.Array) bool { return b.Path == path.Join(dir, "1") }):
			part = embedding
		case name == "kernel" || name == "0":
			part = denseKernel
		case name == "bias" || name == "1":
			part = denseBias
		}
		if part == "" {
			return nil, fmt.Errorf("keras: %w: what is %s?", ErrModel, a.Path)
		}
		if first, twice := found[part]; twice {
			return nil, fmt.Errorf("keras: %w: it has two of the kind %s, %s and %s", ErrModel, part, first.Path, a.Path)
		}
		found[part] = a
	}
	for _, part := range []string{embedding, kernel, recurrent, bias, denseKernel, denseBias} {
		if _, ok := found[part]; !ok {
			return nil, fmt.Errorf("keras: %w: there is no %s", ErrModel, part)
		}
	}
	return found, nil
}

func split(p string) (dir, name string) {
	return path.Dir(p), strings.TrimSuffix(path.Base(p), ":0")
}

// model reads the shapes.
func (f parts) model() (Model, error) {
	var m Model
	shape := func(part string) []int { return f[part].Shape }
	if len(shape(embedding)) != 2 || len(shape(recurrent)) != 2 {
		return m, fmt.Errorf("keras: %w: embedding %v, recurrent kernel %v", ErrModel, shape(embedding), shape(recurrent))
	}
	m.NumWords, m.EmbeddingDim = shape(embedding)[0], shape(embedding)[1]
	m.Units = shape(recurrent)[0]
	layers := map[int]string{4: "lstm", 3: "gru", 1: "simple_rnn"}
	for gates, layer := range layers {
		if shape(recurrent)[1] == gates*m.Units {
			m.Layer = layer
		}
	}
	if m.Layer == "" {
		return m, fmt.Errorf("keras: %w: a recurrent kernel of shape %v", ErrModel, shape(recurrent))
	}
	if m.Layer == "gru" && len(shape(bias)) == 1 {
		return m, fmt.Errorf("keras: %w: a GRU with reset_after=False, whose bias has one row", ErrModel)
	}
	s := nn.SpecOf(m.Settings(training.Defaults()))
	names := []string{embedding, kernel, recurrent, bias, denseKernel, denseBias}
	for i, want := range (&nn.Params{}).All(s) {
		if got := shape(names[i]); !slices.Equal(got, want.Shape) {
			return m, fmt.Errorf("keras: %w: %s is of shape %v, not %v", ErrModel, names[i], got, want.Shape)
		}
	}
	return m, nil
}
