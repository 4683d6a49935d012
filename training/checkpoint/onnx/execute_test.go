package onnx_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// execute runs the graph on one row. It knows the seven operations and insists on their wiring.
func (m model) execute(t *testing.T, row []int32) float64 {
	t.Helper()
	wiring := [][2][]string{}
	for _, n := range m.nodes {
		wiring = append(wiring, [2][]string{n.in, n.out})
	}
	if diff := cmp.Diff([][2][]string{
		{{"embeddings", "tokens"}, {"vectors"}}, {{"vectors"}, {"steps"}}, {{"steps", "W", "R", "B"}, {"", "state"}},
		{{"state", "directions"}, {"last"}}, {{"last", "dense_kernel"}, {"product"}}, {{"product", "dense_bias"}, {"logit"}},
		{{"logit"}, {"probability"}},
	}, wiring); diff != "" {
		t.Fatal(diff)
	}
	embeddings := m.constants["embeddings"]
	dim := embeddings.dims[1]
	layer := m.nodes[2]
	units := layer.attributes["hidden_size"][0]
	h, c := make([]float64, units), make([]float64, units)
	for _, id := range row {
		x := embeddings.data[int(id)*dim : (int(id)+1)*dim]
		switch layer.kind {
		case "LSTM":
			h, c = m.lstm(x, h, c)
		case "GRU":
			if layer.attributes["linear_before_reset"][0] != 1 {
				t.Fatal("the reset comes before the product")
			}
			h = m.gru(x, h)
		case "RNN":
			h = m.rnn(x, h)
		}
	}
	logit := m.constants["dense_bias"].data[0]
	for i, v := range m.constants["dense_kernel"].data {
		logit += v * h[i]
	}
	return sigmoid(logit)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// product is row g*H+u of W times x, or of R times h, with its bias: Wb first in B, then Rb.
func (m model) product(matrix string, row int, x []float64) float64 {
	w, b := m.constants[matrix], m.constants["B"]
	sum := b.data[row]
	if matrix == "R" {
		sum = b.data[b.dims[1]/2+row]
	}
	for i, v := range x {
		sum += w.data[row*w.dims[2]+i] * v
	}
	return sum
}

// lstm: gates i, o, f, c.
func (m model) lstm(x, h, c []float64) (nextH, nextC []float64) {
	n := len(h)
	for u := range n {
		gate := func(g int) float64 { return m.product("W", g*n+u, x) + m.product("R", g*n+u, h) }
		cell := sigmoid(gate(2))*c[u] + sigmoid(gate(0))*math.Tanh(gate(3))
		nextC = append(nextC, cell)
		nextH = append(nextH, sigmoid(gate(1))*math.Tanh(cell))
	}
	return nextH, nextC
}

// gru: gates z, r, h, the reset applied to the product with its bias.
func (m model) gru(x, h []float64) (next []float64) {
	n := len(h)
	for u := range n {
		gate := func(g int) float64 { return m.product("W", g*n+u, x) + m.product("R", g*n+u, h) }
		z, r := sigmoid(gate(0)), sigmoid(gate(1))
		candidate := math.Tanh(m.product("W", 2*n+u, x) + r*m.product("R", 2*n+u, h))
		next = append(next, (1-z)*candidate+z*h[u])
	}
	return next
}

func (m model) rnn(x, h []float64) (next []float64) {
	for u := range h {
		next = append(next, math.Tanh(m.product("W", u, x)+m.product("R", u, h)))
	}
	return next
}
