package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// compare has nothing to do: the page shows the list of runs as it is.
func (x execution) compare(context.Context) (notebook.Finish, error) {
	return done(web.CompareResult{})
}
