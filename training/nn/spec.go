package nn

import "cuaderno/training"

// Spec is the model: Embedding(V, D), one recurrent layer of H units, Dense(1, sigmoid), and how it
// is compiled. SpecOf fills it from settings that have been validated.
type Spec struct {
	NumWords         int     `json:"num_words"`     // V
	Maxlen           int     `json:"maxlen"`        // T
	EmbeddingDim     int     `json:"embedding_dim"` // D
	Layer            string  `json:"layer"`         // lstm | gru | simple_rnn
	Units            int     `json:"units"`         // H
	Dropout          float64 `json:"dropout"`
	RecurrentDropout float64 `json:"recurrent_dropout"`
	BPTTSteps        int     `json:"bptt_steps"` // 0 = all
	Optimizer        string  `json:"optimizer"`
	LearningRate     float64 `json:"learning_rate"`
}

// SpecOf picks from the settings what concerns the model.
func SpecOf(s training.Settings) Spec {
	return Spec{
		NumWords: s.NumWords, Maxlen: s.Maxlen, EmbeddingDim: s.EmbeddingDim, Layer: s.Layer, Units: s.Units,
		Dropout: s.Dropout, RecurrentDropout: s.RecurrentDropout, BPTTSteps: s.BPTTSteps,
		Optimizer: s.Optimizer, LearningRate: s.LearningRate,
	}
}

// Gates is G, the number of H-wide column blocks in the layer's kernels: LSTM i f c o, GRU z r h.
func (s Spec) Gates() int {
	switch s.Layer {
	case "lstm":
		return 4
	case "gru":
		return 3
	case "simple_rnn":
		return 1
	}
	panic("nn: unknown layer " + s.Layer)
}

// biases is the number of bias rows: the GRU of Keras (reset_after) has one for the input and one
// for the state.
func (s Spec) biases() int {
	if s.Layer == "gru" {
		return 2
	}
	return 1
}
