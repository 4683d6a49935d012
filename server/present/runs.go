package present

import (
	"cuaderno/server/notebook"
	"cuaderno/training/fit"
	"cuaderno/training/imdb/practice"
	"cuaderno/web"
)

// rows is the table of a notebook's runs, as they are now.
func (v Page) rows() []web.RunRow {
	var out []web.RunRow
	current := v.State.Cell(notebook.Fit)
	for _, r := range v.State.Runs {
		row := web.RunRow{
			ID: r.ID, Number: r.Number, Name: r.Name, Settings: r.Settings, Epochs: epochs(r.History), Best: r.Best(),
			Where: v.elsewhere(r), Practice: r.Corpus == practice.SHA256(), InUse: !v.State.Deletable(r.ID),
			Current: current.Done != nil && current.Done.Output == r.ID,
		}
		if r.Stopped != nil {
			row.State = r.Stopped.Reason
		} else {
			row.State = fit.Failed // it ended without a word
		}
		if r.Test != nil {
			row.Accuracy, row.Loss = r.Test.Accuracy, r.Test.Loss
		}
		out = append(out, row)
	}
	return out
}

// elsewhere is the machine that trains a run, if it is not this one.
func (v Page) elsewhere(r notebook.Run) string {
	if r.Where == v.Here {
		return ""
	}
	return r.Where
}

func epochs(history []fit.EpochDone) (out []web.Epoch) {
	for _, e := range history {
		out = append(out, web.Epoch{
			Epoch: e.Epoch, Loss: e.Loss, Accuracy: e.Accuracy, ValLoss: e.ValLoss, ValAccuracy: e.ValAccuracy,
			Seconds: e.Seconds, MsPerStep: e.MsPerStep,
		})
	}
	return out
}
