package keras

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/nn"
)

// Model is what a file tells: the weights, the settings that their shapes imply, and more if it is whole.
type Model struct {
	NumWords, EmbeddingDim, Units int
	Layer                         string
	Maxlen                        int // 0 if the file does not say it
	Params                        *nn.Params

	// Whole says that the file told how the model computes. Weights alone do not: then it is assumed.
	Whole bool

	// Meta is what Write knew; nil in a file that Keras wrote, which says nothing of padding.
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

// configAttribute is where a whole model in HDF5 says what it is.
const configAttribute = "model_config"

// Read reads a whole model or weights alone from an HDF5 file of size bytes. The errors wrap
// hdf5.ErrFormat, ErrModel, or are those of a training.FieldError when the model is larger or smaller
// than the notebook allows.
func Read(r io.ReaderAt, size int64) (Model, error) {
	f, err := hdf5.Open(r, size)
	if err != nil {
		return Model{}, err
	}
	config, whole, err := f.Text(configAttribute)
	if err != nil {
		return Model{}, err
	}
	var a *architecture
	if whole {
		if a, err = architectureOf([]byte(config)); err != nil {
			return Model{}, err
		}
	}
	return modelOf(f, a)
}

// modelOf reads the weights, of a model whose architecture is known or, if it is nil, assumed.
func modelOf(f *hdf5.File, a *architecture) (Model, error) {
	var arrays []hdf5.Array
	var groups []string
	enter := func(group string) bool {
		groups = append(groups, group)
		return entered(group)
	}
	if err := f.Walk(enter, func(a hdf5.Array) error { arrays = append(arrays, a); return nil }); err != nil {
		return Model{}, err
	}
	if a == nil {
		if err := telling(groups); err != nil {
			return Model{}, err
		}
	}
	found, err := sort(arrays)
	if err != nil {
		return Model{}, err
	}
	m, err := found.model(a != nil)
	if err != nil {
		return Model{}, err
	}
	if m.Whole = a != nil; m.Whole {
		m.Maxlen = a.maxlen
	}
	// Before a number is read: what is too large for the notebook is not worth the memory.
	if err := m.Settings(training.Defaults()).Validate(); err != nil {
		return Model{}, fmt.Errorf("keras: %w", err)
	}
	s := nn.SpecOf(m.Settings(training.Defaults()))
	p := nn.NewParams(s)
	for part, into := range map[string]*[]float32{
		embedding: &p.Embedding, kernel: &p.Kernel, recurrent: &p.Recurrent, bias: &p.Bias,
		denseKernel: &p.DenseKernel, denseBias: &p.DenseBias,
	} {
		array, ok := found[part]
		if !ok {
			continue // a bias that is not used: zeros
		}
		if *into, err = array.Read(); err != nil {
			return Model{}, err
		}
	}
	if err := p.Check(s); err != nil {
		return Model{}, fmt.Errorf("keras: %w", err)
	}
	m.Params = p
	m.Meta, err = meta(f, m)
	return m, err
}

// telling looks at the names that weights alone give their layers, which are those of the layers' kinds unless
// somebody chose others: of layers without weights it may be all that there is to see.
func telling(groups []string) error {
	for _, g := range groups {
		if kind := numbered.ReplaceAllString(path.Base(g), ""); slices.Contains(deciding, kind) {
			return fmt.Errorf("keras: %w: it has a layer named %.60q", ErrModel, path.Base(g))
		}
	}
	return nil
}

var numbered = regexp.MustCompile(`_[0-9]+$`)

// deciding are kinds of layers that have no weights and yet decide what a model computes.
var deciding = []string{
	"masking", "bidirectional", "time_distributed", "flatten", "softmax",
	"global_max_pooling1d", "global_average_pooling1d", "max_pooling1d", "average_pooling1d",
}

// meta reads what Write wrote. What does not fit the weights is not believed.
func meta(f *hdf5.File, m Model) (*checkpoint.Meta, error) {
	text, ok, err := f.Text(metaKey)
	if err != nil || !ok {
		return nil, err
	}
	known, err := checkpoint.ParseMeta([]byte(text))
	if err != nil || m.Settings(known.Settings) != known.Settings {
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

// entered leaves the optimizer out, generators of random numbers, and the metrics that Keras 2 stored.
func entered(group string) bool {
	name := path.Base(group)
	return group != "metrics" && !strings.HasPrefix(name, "optimizer") && !strings.HasPrefix(name, "seed_generator")
}

// parts are a model's datasets by the part that each is.
type parts map[string]hdf5.Array

// sort tells the parts by where they stand: in Keras 3 a layer's variables are numbered under vars,
// a recurrent layer's under cell/vars; in Keras 2 they bear their names.
func sort(arrays []hdf5.Array) (parts, error) {
	cells := map[string]bool{} // directories that hold a recurrent kernel
	alone := map[string]bool{} // directories that hold one variable
	for _, a := range arrays {
		dir, name := split(a.Path)
		_, more := alone[dir]
		alone[dir] = !more
		if name == "recurrent_kernel" || strings.HasSuffix(dir, "cell/vars") {
			cells[dir] = true
		}
	}
	strange := ""
	if i := slices.IndexFunc(arrays, func(a hdf5.Array) bool { return !a.Floats }); i >= 0 {
		strange = fmt.Sprintf("; %.200q holds no floating-point numbers (quantised weights and bfloat16 are not read)", arrays[i].Path)
	}
	found := parts{}
	for _, a := range arrays {
		if !a.Floats {
			continue
		}
		dir, name := split(a.Path)
		part := ""
		switch {
		case cells[dir]:
			part = map[string]string{
				"0": kernel, "1": recurrent, "2": bias,
				"kernel": kernel, "recurrent_kernel": recurrent, "bias": bias,
			}[name]
		case name == "embeddings", name == "0" && alone[dir] && !denseVars.MatchString(dir):
			part = embedding
		case name == "kernel" || name == "0":
			part = denseKernel
		case name == "bias" || name == "1":
			part = denseBias
		}
		if part == "" {
			return nil, fmt.Errorf("keras: %w: it has %.200q, which is no part of one%s", ErrModel, a.Path, strange)
		}
		if first, twice := found[part]; twice {
			return nil, fmt.Errorf("keras: %w: it has two of the kind %s, %.200q and %.200q", ErrModel, part, first.Path, a.Path)
		}
		found[part] = a
	}
	for _, part := range []string{embedding, kernel, recurrent, denseKernel} {
		if _, ok := found[part]; !ok {
			return nil, fmt.Errorf("keras: %w: there is no %s%s", ErrModel, part, strange)
		}
	}
	return found, nil
}

// denseVars is where Keras 3 keeps the variables of a dense layer, which without a bias are one, as an
// embedding's are.
var denseVars = regexp.MustCompile(`(^|/)dense(_[0-9]+)?/vars$`)

func split(p string) (dir, name string) {
	return path.Dir(p), strings.TrimSuffix(path.Base(p), ":0")
}

// model reads the shapes.
func (f parts) model(whole bool) (Model, error) {
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
	_, biased := f[bias]
	switch {
	case m.Layer != "gru":
	case biased && len(shape(bias)) == 1:
		return m, fmt.Errorf("keras: %w: a GRU with reset_after=false, whose bias has one row", ErrModel)
	case !biased && !whole:
		return m, fmt.Errorf("keras: %w: a GRU without a bias, which would tell its reset_after; save the whole model", ErrModel)
	}
	s := nn.SpecOf(m.Settings(training.Defaults()))
	names := []string{embedding, kernel, recurrent, bias, denseKernel, denseBias}
	for i, want := range (&nn.Params{}).All(s) {
		if _, ok := f[names[i]]; !ok {
			continue
		}
		if got := shape(names[i]); !slices.Equal(got, want.Shape) {
			return m, fmt.Errorf("keras: %w: %s is of shape %v, not %v", ErrModel, names[i], got, want.Shape)
		}
	}
	return m, nil
}
