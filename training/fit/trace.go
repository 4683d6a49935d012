package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"cuaderno/training/op"
)

// Trace is one padded row read word by word: what the dense layer makes of the state after each.
type Trace struct {
	P     []float64 // [T] P(positive) after each id; the last is the verdict
	Units []Unit    // those that moved most, the most restless first
}

// Unit is one number of the state while a row is read.
type Unit struct {
	Unit   int       // from 0
	Weight float64   // the dense layer's: above nought, a high state speaks for positive
	States []float64 // [T] from -1 to 1
}

// Trace reads a row of T ids. Of the units it keeps the `most` whose state moved over the widest
// range, counting from the id at `from` to before that at `to`.
func (p *Predictor) Trace(row []int32, from, to, most int) Trace {
	if len(row) != p.Spec.Maxlen {
		panic(fmt.Sprintf("fit: a row of %d ids, the model reads %d", len(row), p.Spec.Maxlen))
	}
	if from < 0 || from > to || to > len(row) {
		panic(fmt.Sprintf("fit: ids %d to %d of a row of %d", from, to, len(row)))
	}
	units := make([]Unit, p.Spec.Units)
	for u := range units {
		units[u] = Unit{Unit: u, Weight: float64(p.op.Weight(u)), States: make([]float64, len(row))}
	}
	out := Trace{P: make([]float64, len(row))}
	p.op.States(row, func(t int, logit float32, h []float32) {
		out.P[t] = float64(float32(op.Sigmoid(float64(logit)))) // as Predict gives it
		for u, x := range h {
			units[u].States[t] = float64(x)
		}
	})
	slices.SortStableFunc(units, func(a, b Unit) int { return cmp.Compare(b.width(from, to), a.width(from, to)) })
	out.Units = units[:min(most, len(units))]
	return out
}

func (u Unit) width(from, to int) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range u.States[from:to] {
		low, high = min(low, x), max(high, x)
	}
	return high - low
}
