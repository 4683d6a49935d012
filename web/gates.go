package web

import (
	"fmt"
	"strings"
)

// gate is one line of a recurrent unit: what it computes, and with which weights if it has any.
type gate struct {
	Key    string // lstm-i
	Symbol string
	Squash string  // sigmoid | tanh; "" where the formula is of other gates
	W, U   float64 // weights of x and of the state before
	B      float64
	How    string // the formula, where it is not squash(W x + U h + B)
}

// cellGates are the units that the opening takes apart. The formulas are those of Keras and of the
// kernels; the weights are chosen so that every gate opens and closes within the sliders' reach. The
// forget gate has the bias that Keras starts it with.
var cellGates = map[string][]gate{
	"lstm": {
		{Key: "lstm-f", Symbol: "f", Squash: "sigmoid", W: -1.5, U: 1, B: 1},
		{Key: "lstm-i", Symbol: "i", Squash: "sigmoid", W: 3, U: 0.5},
		{Key: "lstm-g", Symbol: "c̃", Squash: "tanh", W: 2, U: 0.5},
		{Key: "lstm-o", Symbol: "o", Squash: "sigmoid", W: 1, U: 2},
		{Key: "lstm-c", Symbol: "c", How: "f c′ + i c̃"},
		{Key: "lstm-h", Symbol: "h", How: "o tanh(c)"},
	},
	"gru": {
		{Key: "gru-z", Symbol: "z", Squash: "sigmoid", W: -1.5, U: 1},
		{Key: "gru-r", Symbol: "r", Squash: "sigmoid", W: 1, U: 2},
		{Key: "gru-n", Symbol: "h̃", Squash: "tanh", W: 2, U: 0.5, How: "tanh(%sx + r · %sh′)"},
		{Key: "gru-h", Symbol: "h", How: "z h′ + (1 − z) h̃"},
	},
}

// cellNames are the units in the order in which they are offered.
var cellNames = []string{"lstm", "gru"}

// formula writes a gate as one reads it.
func (g gate) formula(l Lang) string {
	if g.Squash == "" {
		return g.How
	}
	if g.How != "" {
		return fmt.Sprintf(g.How, times(l, g.W), times(l, g.U))
	}
	name := "σ"
	if g.Squash == "tanh" {
		name = "tanh"
	}
	text := name + "(" + times(l, g.W) + "x + " + times(l, g.U) + "h′"
	if g.B != 0 {
		text += " + " + l.G(g.B)
	}
	return text + ")"
}

// times writes a factor; one is left out.
func times(l Lang, w float64) string {
	if w == 1 {
		return ""
	}
	return strings.Replace(l.G(w), "-", "−", 1) + " "
}

// input is something that the reader moves.
type input struct {
	Name      string
	Low, High string
	Value     string
}

var gateInputs = []input{{"x", "-1", "1", "0.6"}, {"h", "-1", "1", "-0.2"}, {"c", "-2", "2", "1"}}

// chosenCell is the unit that is shown at first: the one of the reader's model, where it has gates.
func chosenCell(layer string) string {
	if layer == "gru" {
		return "gru"
	}
	return "lstm"
}
