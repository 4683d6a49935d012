package checkpoint

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

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
	var m Meta
	if err := json.Unmarshal([]byte(metadata[metaKey]), &m); err != nil {
		return Meta{}, bad("its %q metadata: %v", metaKey, err)
	}
	if err := m.Settings.Validate(); err != nil {
		return Meta{}, fmt.Errorf("checkpoint: settings: %w", err)
	}
	return m, nil
}

// paramsOf picks a model's weights from tensors by name.
func paramsOf(s nn.Spec, tensors []nn.Named) (*nn.Params, error) {
	byName := map[string]nn.Named{}
	for _, t := range tensors {
		byName[t.Name] = t
	}
	p := &nn.Params{}
	into := map[string]*[]float32{
		"embedding/embeddings": &p.Embedding, s.Layer + "/kernel": &p.Kernel, s.Layer + "/recurrent_kernel": &p.Recurrent,
		s.Layer + "/bias": &p.Bias, "dense/kernel": &p.DenseKernel, "dense/bias": &p.DenseBias,
	}
	for name, data := range into {
		t, ok := byName[name]
		if !ok {
			return nil, bad("tensor %q is missing", name)
		}
		*data = t.Data
	}
	if err := p.Check(s); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return p, nil
}
