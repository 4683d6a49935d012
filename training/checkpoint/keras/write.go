package keras

import (
	"encoding/json"
	"fmt"
	"io"

	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/nn"
)

// metaKey is an attribute of the file's root, which Keras does not look at.
const metaKey = "cuaderno"

// Write writes the weights, and beside them what is known of them.
func Write(w io.Writer, m checkpoint.Meta, p *nn.Params) error {
	s := nn.SpecOf(m.Settings)
	if err := p.Check(s); err != nil {
		return fmt.Errorf("keras: %w", err)
	}
	text, err := json.Marshal(m)
	if err == nil && len(text) > hdf5.MaxText {
		m.History = nil
		text, err = json.Marshal(m)
	}
	if err != nil {
		return fmt.Errorf("keras: metadata: %w", err)
	}
	all := p.All(s)
	return hdf5.Write(w, hdf5.Group{
		Attrs: []hdf5.Attr{{Name: metaKey, Text: string(text)}},
		Groups: []hdf5.Group{
			{Name: "layers", Groups: []hdf5.Group{
				{Name: "embedding", Groups: []hdf5.Group{vars("embedding", all[0])}},
				{Name: s.Layer, Groups: []hdf5.Group{
					{Name: "cell", Groups: []hdf5.Group{vars(s.Layer+"_cell", all[1:4]...)}},
					vars(s.Layer),
				}},
				{Name: "dense", Groups: []hdf5.Group{vars("dense", all[4:]...)}},
			}},
			vars("sequential"),
		},
	})
}

// vars is the group of a layer's own variables, named by their place.
func vars(layer string, tensors ...nn.Named) hdf5.Group {
	g := hdf5.Group{Name: "vars", Attrs: []hdf5.Attr{{Name: "name", Text: layer}}}
	for i, t := range tensors {
		g.Datasets = append(g.Datasets, hdf5.Dataset{Name: fmt.Sprint(i), Shape: t.Shape, Data: t.Data})
	}
	return g
}
