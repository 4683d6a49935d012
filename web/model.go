package web

import (
	"math"
	"strings"

	"cuaderno/training"
	"cuaderno/training/nn"
)

// layout is the model that settings stand for, layer by layer, as it is drawn.
type layout struct {
	Lang     Lang
	Settings training.Settings
	Spec     nn.Spec
	Layers   []Layer
	Total    int
}

func layoutOf(l Lang, s training.Settings) layout {
	m := layout{Lang: l, Settings: s, Spec: nn.SpecOf(s)}
	summary := m.Spec.Summary()
	m.Total = summary.Total
	for _, row := range summary.Rows {
		m.Layers = append(m.Layers, Layer{Name: row.Name, Type: row.Type, Output: row.Output, Params: row.Params})
	}
	return m
}

// kind is what a layer does, whatever its cell: embed, recur or decide.
func (y Layer) kind() string {
	switch y.Type {
	case "Embedding":
		return "embed"
	case "Dense":
		return "decide"
	}
	return "recur"
}

// role is what a layer is, in a word or two.
func (m layout) role(y Layer) string {
	switch y.kind() {
	case "embed":
		return m.Lang.T("model.rows")
	case "decide":
		return m.Lang.T("model.one")
	}
	return m.Lang.T("model.units", m.Lang.N(m.Settings.Units))
}

// count is how a layer's parameters come about.
func (m layout) count(y Layer) string {
	n, s := m.Lang.N, m.Settings
	switch y.kind() {
	case "embed":
		return n(s.NumWords) + " × " + n(s.EmbeddingDim)
	case "decide":
		return n(s.Units) + " + 1"
	}
	gates := m.Spec.Gates()
	biases := y.Params/(gates*s.Units) - s.EmbeddingDim - s.Units
	text := n(s.Units) + " × (" + n(s.EmbeddingDim) + " + " + n(s.Units) + " + " + n(biases) + ")"
	if gates > 1 {
		text = n(gates) + " × " + text
	}
	return text
}

// after is the shape of what leaves a layer, for one review.
func (m layout) after(y Layer) string {
	switch y.kind() {
	case "embed":
		return m.Lang.N(m.Settings.Maxlen) + " × " + m.Lang.N(m.Settings.EmbeddingDim)
	case "decide":
		return m.Lang.T("model.probability")
	}
	return m.Lang.N(m.Settings.Units)
}

// widest is the side of the largest layer's square, in pixels.
const widest = 132

// side is that of a square whose area is to the largest layer's as their parameters are.
func (m layout) side(y Layer) string {
	most := 1
	for _, other := range m.Layers {
		most = max(most, other.Params)
	}
	return figure(math.Round(100*widest*math.Sqrt(ratio(y.Params, most))) / 100)
}

// embeddingShare is the part of the parameters that are in the embedding.
func (m layout) embeddingShare() float64 {
	for _, y := range m.Layers {
		if y.kind() == "embed" {
			return ratio(y.Params, m.Total)
		}
	}
	return 0
}

// optimizerName is the class that Keras has for it.
func optimizerName(optimizer string) string {
	o := optimizers[optimizer]
	return o.class + strings.ReplaceAll(o.args, "=True", "")
}
