package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// model counts the layers' parameters.
func (x execution) model(context.Context) (notebook.Finish, error) {
	s := nn.SpecOf(x.Settings).Summary()
	r := web.ModelResult{Total: s.Total}
	for _, row := range s.Rows {
		r.Layers = append(r.Layers, web.Layer{Name: row.Name, Type: row.Type, Output: row.Output, Params: row.Params})
	}
	return done(r)
}
