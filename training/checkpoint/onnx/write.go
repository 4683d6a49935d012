package onnx

import (
	"encoding/json"
	"fmt"
	"io"

	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// The names of what goes in and what comes out.
const (
	Input  = "tokens"
	Output = "probability"
)

const (
	irVersion = 8
	opset     = 14
)

// Write writes the model. The metadata, "cuaderno", is the JSON of m.
func Write(w io.Writer, m checkpoint.Meta, p *nn.Params) error {
	s := nn.SpecOf(m.Settings)
	if err := p.Check(s); err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("onnx: metadata: %w", err)
	}
	var opsets, entry, model proto
	opsets.number(opsetVersion, opset)
	entry.text(entryKey, "cuaderno")
	entry.text(entryValue, string(text))
	model.number(modelIRVersion, irVersion)
	model.text(modelProducer, "cuaderno")
	model.text(modelDoc, "Probability that the writer of a film review liked the film.")
	model.bytes(modelOpset, opsets)
	model.bytes(modelMetadata, entry)
	model.bytes(modelGraph, graph(s, p))
	if err := model.write(w); err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

func graph(s nn.Spec, p *nn.Params) proto {
	r := recurrentOf(s, p)
	d, h, gh := s.EmbeddingDim, s.Units, s.Gates()*s.Units
	attributes := append([]attribute{{name: "hidden_size", ints: []int{h}}}, r.attributes...)
	var g proto
	for _, n := range []proto{
		node("Gather", "embedding", []string{"embeddings", Input}, []string{"vectors"}),
		node("Transpose", "time_first", []string{"vectors"}, []string{"steps"}, attribute{name: "perm", ints: []int{1, 0, 2}, list: true}),
		node(r.op, s.Layer, []string{"steps", "W", "R", "B"}, []string{"", "state"}, attributes...),
		node("Squeeze", "last_state", []string{"state", "directions"}, []string{"last"}),
		node("MatMul", "dense", []string{"last", "dense_kernel"}, []string{"product"}),
		node("Add", "dense_bias_added", []string{"product", "dense_bias"}, []string{"logit"}),
		node("Sigmoid", "sigmoid", []string{"logit"}, []string{Output}),
	} {
		g.bytes(graphNode, n)
	}
	g.text(graphName, "cuaderno")
	for _, t := range []proto{
		tensor("embeddings", elemFloat, floats(p.Embedding), s.NumWords, d),
		tensor("W", elemFloat, floats(r.w), 1, gh, d),
		tensor("R", elemFloat, floats(r.r), 1, gh, h),
		tensor("B", elemFloat, floats(r.b), 1, 2*gh),
		tensor("directions", elemInt64, zero(), 1),
		tensor("dense_kernel", elemFloat, floats(p.DenseKernel), h, 1),
		tensor("dense_bias", elemFloat, floats(p.DenseBias), 1),
	} {
		g.bytes(graphInitializer, t)
	}
	g.bytes(graphInput, value(Input, elemInt32, dimension{name: "reviews"}, dimension{size: s.Maxlen}))
	g.bytes(graphOutput, value(Output, elemFloat, dimension{name: "reviews"}, dimension{size: 1}))
	return g
}

// recurrent is a layer as ONNX wants it.
type recurrent struct {
	op         string
	attributes []attribute
	w, r       []float32 // [G H, D], [G H, H]
	b          []float32 // [2 G H]: for the input, for the state
}

func recurrentOf(s nn.Spec, p *nn.Params) recurrent {
	order, op := []int{0}, "RNN"
	var attributes []attribute
	switch s.Layer {
	case "lstm":
		order, op = []int{0, 3, 1, 2}, "LSTM" // i f c o becomes i o f c
	case "gru":
		order, op = []int{0, 1, 2}, "GRU"
		attributes = []attribute{{name: "linear_before_reset", ints: []int{1}}}
	}
	gh := s.Gates() * s.Units
	biases := make([]float32, 2*gh)
	copy(biases, p.Bias) // what Keras has not stays zero
	return recurrent{
		op: op, attributes: attributes,
		w: turned(p.Kernel, s.EmbeddingDim, s.Units, order), r: turned(p.Recurrent, s.Units, s.Units, order),
		b: append(turned(biases[:gh], 1, s.Units, order), turned(biases[gh:], 1, s.Units, order)...),
	}
}

// turned transposes a kernel [rows, G H] to [G H, rows], its gates in another order.
func turned(x []float32, rows, units int, order []int) []float32 {
	width := len(order) * units
	out := make([]float32, 0, len(x))
	for _, gate := range order {
		for u := range units {
			for row := range rows {
				out = append(out, x[row*width+gate*units+u])
			}
		}
	}
	return out
}
