package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// compile has nothing to do: what is chosen takes effect in fit.
func (x execution) compile(context.Context) (notebook.Finish, error) {
	return done(web.CompileResult{})
}
