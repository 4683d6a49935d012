package nn

import "fmt"

// Summary is what Keras' model.summary() tells.
type Summary struct {
	Rows  []Row
	Total int // parameters
}

// Row is one layer of a summary.
type Row struct {
	Name   string // as Keras names the first layer of its kind
	Type   string
	Output string // shape, None for the batch
	Params int
}

// Summary counts the parameters, layer by layer.
func (s Spec) Summary() Summary {
	class := map[string]string{"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}[s.Layer]
	rows := []Row{
		{"embedding", "Embedding", fmt.Sprintf("(None, %d, %d)", s.Maxlen, s.EmbeddingDim), s.NumWords * s.EmbeddingDim},
		{s.Layer, class, fmt.Sprintf("(None, %d)", s.Units), s.Gates() * s.Units * (s.EmbeddingDim + s.Units + s.biases())},
		{"dense", "Dense", "(None, 1)", s.Units + 1},
	}
	sum := Summary{Rows: rows}
	for _, r := range rows {
		sum.Total += r.Params
	}
	return sum
}
