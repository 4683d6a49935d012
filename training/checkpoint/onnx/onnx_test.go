package onnx_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/onnx"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func small(layer string) (checkpoint.Meta, *nn.Params) {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer, s.Maxlen = 100, 5, 7, layer, 9
	p := nn.Init(nn.SpecOf(s), 3)
	// Nothing may be zero or alike: a gate in the wrong place must show.
	for _, x := range [][]float32{p.Embedding, p.Bias, p.DenseKernel, p.DenseBias} {
		for i := range x {
			x[i] += float32(math.Sin(float64(3*i + 1)))
		}
	}
	return checkpoint.Meta{Settings: s, Corpus: "practice", Epoch: 2}, p
}

func written(t *testing.T, m checkpoint.Meta, p *nn.Params) model {
	t.Helper()
	var b bytes.Buffer
	if err := onnx.Write(&b, m, p); err != nil {
		t.Fatal(err)
	}
	return load(t, b.Bytes())
}

// The file, executed here by the formulas of ONNX's operator reference in float64, gives the
// probabilities of the notebook's own predictor.
func TestExecuted(t *testing.T) {
	for _, layer := range []string{"lstm", "gru", "simple_rnn"} {
		t.Run(layer, func(t *testing.T) {
			meta, p := small(layer)
			m := written(t, meta, p)
			rows := [][]int32{{0, 0, 1, 14, 22, 16, 43, 2, 99}, {1, 5, 9, 3, 4, 4, 4, 8, 7}, {99, 98, 97, 0, 1, 2, 3, 4, 5}}
			want, err := fit.NewPredictor(nn.SpecOf(meta.Settings), p).Predict(t.Context(), rows)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				if got := m.execute(t, row); math.Abs(got-float64(want[i])) > 1e-6 {
					t.Errorf("row %d: %v, want %v", i, got, want[i])
				}
			}
		})
	}
}

func TestForm(t *testing.T) {
	meta, p := small("lstm")
	m := written(t, meta, p)
	if m.ir != 8 || m.opset != 14 {
		t.Errorf("IR %d, opset %d", m.ir, m.opset)
	}
	var got checkpoint.Meta
	if err := json.Unmarshal([]byte(m.metadata["cuaderno"]), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(meta, got); diff != "" {
		t.Error(diff)
	}
	var kinds []string
	for _, n := range m.nodes {
		kinds = append(kinds, n.kind)
	}
	if diff := cmp.Diff([]string{"Gather", "Transpose", "LSTM", "Squeeze", "MatMul", "Add", "Sigmoid"}, kinds); diff != "" {
		t.Error(diff)
	}
	// tokens [reviews, 9] of int32 (6), probability [reviews, 1] of float (1).
	for _, c := range []struct {
		value fields
		name  string
		elem  uint64
		size  int
	}{{m.input, "tokens", 6, 9}, {m.outs, "probability", 1, 1}} {
		tensor := parse(t, parse(t, c.value.first(2).bytes).first(1).bytes)
		dims := parse(t, tensor.first(2).bytes)[1]
		if c.value.text(1) != c.name || tensor.first(1).number != c.elem || len(dims) != 2 {
			t.Fatalf("%s: %v", c.name, tensor)
		}
		if n, size := parse(t, dims[0].bytes).text(2), parse(t, dims[1].bytes).first(1).number; n != "reviews" || size != uint64(c.size) {
			t.Errorf("%s: [%s, %d]", c.name, n, size)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestErrors(t *testing.T) {
	meta, p := small("gru")
	if err := onnx.Write(full{}, meta, p); err == nil {
		t.Error("a full disk is no error")
	}
	meta.Settings.Units++
	if err := onnx.Write(&bytes.Buffer{}, meta, p); err == nil {
		t.Error("weights of another shape are no error")
	}
}
