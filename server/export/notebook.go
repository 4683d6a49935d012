package export

import (
	"cuaderno/server/ipynb"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// NotebookOf is the notebook of a run without its page: with the model's summary, the history of its
// training and the default review. weights names the file that may lie beside it.
func NotebookOf(lang web.Lang, m checkpoint.Meta, weights string) *ipynb.Notebook {
	n := &ipynb.Notebook{Lang: lang, Reviews: m.Corpus, Weights: weights}
	for _, id := range web.Cells {
		c := web.CellView{Lang: lang, ID: id, Validity: web.Evaluated, Settings: m.Settings, Ran: m.Settings, Review: web.DefaultReview}
		switch id {
		case "model":
			c.Count, c.Result = 1, summary(m)
		case "fit":
			c.Count, c.Result = 1, trained(m)
		}
		n.Cells = append(n.Cells, c)
	}
	return n
}

func summary(m checkpoint.Meta) web.ModelResult {
	s := nn.SpecOf(m.Settings).Summary()
	r := web.ModelResult{Total: s.Total}
	for _, row := range s.Rows {
		r.Layers = append(r.Layers, web.Layer{Name: row.Name, Type: row.Type, Output: row.Output, Params: row.Params})
	}
	return r
}

func trained(m checkpoint.Meta) *web.FitResult {
	r := &web.FitResult{State: "finished", Planned: m.Settings.Epochs, Kept: m.Epoch}
	for _, e := range m.History {
		r.Epochs = append(r.Epochs, web.Epoch{
			Epoch: e.Epoch, Loss: e.Loss, Accuracy: e.Accuracy, ValLoss: e.ValLoss, ValAccuracy: e.ValAccuracy,
			Seconds: e.Seconds, MsPerStep: e.MsPerStep,
		})
		if e.Best {
			r.Best = e.Epoch
		}
	}
	return r
}
