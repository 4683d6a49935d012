package web

import "strings"

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

// layerText is the second line of a layer's box.
func layerText(c CellView, i int) string {
	r, l := c.Result.(ModelResult), c.Lang
	switch r.Layers[i].kind() {
	case "embed":
		return l.N(c.Ran.NumWords) + " × " + l.N(c.Ran.EmbeddingDim)
	case "decide":
		return l.T("model.one")
	}
	return l.T("model.units", l.N(c.Ran.Units))
}

// flowAfter is what leaves a layer.
func flowAfter(c CellView, i int) string {
	r, l := c.Result.(ModelResult), c.Lang
	switch r.Layers[i].kind() {
	case "embed":
		return l.N(c.Ran.Maxlen) + " × " + l.N(c.Ran.EmbeddingDim)
	case "decide":
		return l.T("model.probability")
	}
	return l.N(c.Ran.Units)
}

// embeddingShare is the part of the parameters that are in the embedding.
func (r ModelResult) embeddingShare() float64 {
	for _, y := range r.Layers {
		if y.kind() == "embed" {
			return ratio(y.Params, r.Total)
		}
	}
	return 0
}

// optimizerName is the class that Keras has for it.
func optimizerName(optimizer string) string {
	o := optimizers[optimizer]
	return o.class + strings.ReplaceAll(o.args, "=True", "")
}
