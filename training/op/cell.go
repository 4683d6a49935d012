package op

import "cuaderno/training/kernel"

const (
	lanes = kernel.Lanes
	tile  = kernel.Tile
)

// cell says how a kind of layer lies in memory. Every block of 16 units has `slots` tiles of
// pre-activations; the input feeds `gates` neighbouring ones of them from slot `in` on, the state as
// many from slot `rec` on.
type cell struct {
	gates, slots, in, rec int
	wOrder, uOrder        []int // Keras' gate for each of ours, in W and in U
	twoBiases             bool
	hasC                  bool // a cell state beside the hidden state
}

func cellOf(layer string) cell {
	switch layer {
	case "lstm":
		return cell{gates: 4, slots: 4, wOrder: []int{0, 1, 2, 3}, uOrder: []int{0, 1, 2, 3}, hasC: true}
	case "gru":
		// n z r u: the candidate's two parts are kept apart, for the reset gate stands between them.
		return cell{gates: 3, slots: 4, rec: 1, wOrder: []int{2, 0, 1}, uOrder: []int{0, 1, 2}, twoBiases: true}
	case "simple_rnn":
		return cell{gates: 1, slots: 1, wOrder: []int{0}, uOrder: []int{0}}
	}
	panic("op: unknown layer " + layer)
}

// biasRows is how many bias vectors a block of units has: one a gate, for the GRU one a gate twice.
func (c cell) biasRows() int {
	if c.twoBiases {
		return 2 * c.gates
	}
	return c.gates
}

// forward computes one time step of one block of units from its pre-activations z.
func (c cell) forward(layer string, z, hPrev, h, cPrev, cNext, tc []float32) {
	switch layer {
	case "lstm":
		kernel.LSTMForward(z, cPrev, cNext, tc, h)
	case "gru":
		kernel.GRUForward(z, hPrev, h)
	default:
		kernel.RNNForward(z, h)
	}
}

// backward replaces z by the gradients of the pre-activations; dh becomes what reaches the previous
// state without passing the recurrent kernel.
func (c cell) backward(layer string, z, hPrev, cPrev, tc, dc, dh []float32) {
	switch layer {
	case "lstm":
		kernel.LSTMBackward(z, cPrev, tc, dc, dh)
	case "gru":
		kernel.GRUBackward(z, hPrev, dh)
	default:
		kernel.RNNBackward(z, dh)
	}
}
