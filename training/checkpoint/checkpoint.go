package checkpoint

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// Meta tells where weights come from and what they need to be used.
type Meta struct {
	Settings     training.Settings `json:"settings"`
	Corpus       string            `json:"corpus"` // imdb | practice
	CorpusSHA256 string            `json:"corpus_sha256"`
	Epoch        int               `json:"epoch"` // after which these weights were
	History      []fit.EpochDone   `json:"history"`
	Created      time.Time         `json:"created"`
	Mixed        bool              `json:"mixed_arithmetic,omitempty"` // trained on machines that round differently
}

const metaKey = "cuaderno"

// Save writes weights and what is known of them.
func Save(w io.Writer, m Meta, p *nn.Params) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("checkpoint: metadata: %w", err)
	}
	return WriteTensors(w, p.All(nn.SpecOf(m.Settings)), map[string]string{metaKey: string(text)})
}

// Load reads what Save wrote. The weights fit the settings, or there is an error.
func Load(r io.Reader) (Meta, *nn.Params, error) {
	tensors, metadata, err := ReadTensors(r)
	if err != nil {
		return Meta{}, nil, err
	}
	m, err := metaOf(metadata)
	if err != nil {
		return Meta{}, nil, err
	}
	p, err := paramsOf(nn.SpecOf(m.Settings), tensors)
	return m, p, err
}

// ReadMeta reads what is known of the weights, without them.
func ReadMeta(r io.Reader) (Meta, error) {
	_, metadata, err := readHeader(r)
	if err != nil {
		return Meta{}, err
	}
	return metaOf(metadata)
}

func metaOf(metadata map[string]string) (Meta, error) {
	text, ok := metadata[metaKey]
	if !ok {
		return Meta{}, bad("it has no %q in its metadata: it is not one of Cuaderno's", metaKey)
	}
	return ParseMeta([]byte(text))
}

// ParseMeta reads what a file says of its weights. The file may come from anybody: the settings are
// checked, and what is shown of the rest is cleaned of what a terminal would obey.
func ParseMeta(text []byte) (Meta, error) {
	var m Meta
	if err := json.Unmarshal(text, &m); err != nil {
		return Meta{}, bad("its %q metadata: %v", metaKey, err)
	}
	if err := m.Settings.Validate(); err != nil {
		return Meta{}, fmt.Errorf("checkpoint: settings: %w", err)
	}
	m.Corpus, m.CorpusSHA256 = plain(m.Corpus), plain(m.CorpusSHA256)
	return m, nil
}

// maxName is how much of a name is kept, in characters.
const maxName = 80

// plain is a name without unprintable characters, those included that turn the direction of writing, and
// not too long.
func plain(name string) string {
	out := make([]rune, 0, min(len(name), maxName))
	for _, r := range name {
		if len(out) == maxName {
			break
		}
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			out = append(out, r)
		}
	}
	return string(out)
}

// paramsOf picks a model's weights from tensors by name.
func paramsOf(s nn.Spec, tensors []nn.Named) (*nn.Params, error) {
	byName := map[string]nn.Named{}
	for _, t := range tensors {
		byName[t.Name] = t
	}
	p := &nn.Params{}
	into := []*[]float32{&p.Embedding, &p.Kernel, &p.Recurrent, &p.Bias, &p.DenseKernel, &p.DenseBias} // as All lists them
	for i, want := range p.All(s) {
		t, ok := byName[want.Name]
		if !ok {
			return nil, bad("tensor %q is missing", want.Name)
		}
		if !slices.Equal(t.Shape, want.Shape) {
			return nil, bad("tensor %q has %d dimensions, %v, not the shape %v", want.Name, len(t.Shape), t.Shape[:min(len(t.Shape), 8)], want.Shape)
		}
		*into[i] = t.Data
	}
	if err := p.Check(s); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return p, nil
}
