package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// Params holds every weight in Keras' layout and gate order (LSTM i f c o, GRU z r h), row-major.
type Params struct {
	Embedding   []float32 // [V, D]
	Kernel      []float32 // [D, G H]
	Recurrent   []float32 // [H, G H]
	Bias        []float32 // [G H]; GRU [2, G H]: for the input, for the state
	DenseKernel []float32 // [H, 1]
	DenseBias   []float32 // [1]
}

// NewParams allocates zeroed parameters of the spec's shapes.
func NewParams(s Spec) *Params {
	gh := s.Gates() * s.Units
	return &Params{
		Embedding: make([]float32, s.NumWords*s.EmbeddingDim),
		Kernel:    make([]float32, s.EmbeddingDim*gh), Recurrent: make([]float32, s.Units*gh),
		Bias: make([]float32, s.biases()*gh), DenseKernel: make([]float32, s.Units), DenseBias: make([]float32, 1),
	}
}

// Named is one tensor of the model.
type Named struct {
	Name  string
	Shape []int
	Data  []float32 // aliases the parameters
}

// All lists the tensors in Keras' order, get_weights().
func (p *Params) All(s Spec) []Named {
	gh := s.Gates() * s.Units
	bias := []int{gh}
	if s.biases() == 2 {
		bias = []int{2, gh}
	}
	return []Named{
		{"embedding/embeddings", []int{s.NumWords, s.EmbeddingDim}, p.Embedding},
		{s.Layer + "/kernel", []int{s.EmbeddingDim, gh}, p.Kernel},
		{s.Layer + "/recurrent_kernel", []int{s.Units, gh}, p.Recurrent},
		{s.Layer + "/bias", bias, p.Bias},
		{"dense/kernel", []int{s.Units, 1}, p.DenseKernel},
		{"dense/bias", []int{1}, p.DenseBias},
	}
}

// Check returns an error if a tensor does not have the spec's size or holds what is no number.
func (p *Params) Check(s Spec) error {
	for _, t := range p.All(s) {
		size := 1
		for _, d := range t.Shape {
			size *= d
		}
		if len(t.Data) != size {
			return fmt.Errorf("nn: %s has %d numbers, %v needs %d", t.Name, len(t.Data), t.Shape, size)
		}
		for _, x := range t.Data {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return fmt.Errorf("nn: %s holds %v", t.Name, x)
			}
		}
	}
	return nil
}

// SHA256 is the hash of all weights, little-endian, in the order of the fields: two runs with the
// same hash ended with the same bits.
func (p *Params) SHA256() string {
	h := sha256.New()
	buf := make([]byte, 0, 1<<14)
	for _, t := range [][]float32{p.Embedding, p.Kernel, p.Recurrent, p.Bias, p.DenseKernel, p.DenseBias} {
		for _, x := range t {
			if buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x)); len(buf) == cap(buf) {
				h.Write(buf)
				buf = buf[:0]
			}
		}
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}
