package present

import (
	"cuaderno/server/notebook"
	"cuaderno/training/fit"
	"cuaderno/web"
)

// Say is the sentence for those who hear the page: of ends, not of every step.
func (v Page) Say(op notebook.Op) string {
	switch op := op.(type) {
	case notebook.Finish:
		return web.Say(v.Cell(op.Cell))
	case notebook.Advance:
		if _, ok := op.Event.(fit.EpochDone); ok {
			return web.Say(v.Cell(op.Cell))
		}
	case notebook.Adopt:
		return v.Lang.T("say.settings")
	case notebook.Delete:
		return v.Lang.T("say.deleted")
	}
	return ""
}
