package present

import (
	"cuaderno/server/notebook"
	"cuaderno/web"
)

// sketches are what the reader put beside the training: what they expect, and what they pinned.
func (v Page) sketches(view *web.CellView) {
	view.Guess = guesses(v.State.Guess, v.State.Settings.Epochs)
	view.Pins = web.PinsView{Max: notebook.MaxPins, Planned: v.State.Settings.Epochs}
	run, shown := v.State.Shown()
	if shown {
		view.Pins.Planned = run.Epochs
	}
	for _, p := range v.State.Pins {
		pin := web.Pin{ID: p.ID, Text: p.Text}
		if shown && p.Run == run.ID {
			pin.Known, pin.Words, pin.Absent = p.Known, p.Words, p.Absent
			for _, e := range run.History {
				score, known := p.Scores[e.Epoch]
				if !known {
					score = notebook.Gone
				}
				pin.Scores = append(pin.Scores, score)
			}
		}
		view.Pins.Pins = append(view.Pins.Pins, pin)
	}
}

func guesses(all []notebook.Guess, epochs int) (out []web.Guess) {
	for _, g := range all {
		if g.Epoch <= epochs {
			out = append(out, web.Guess{Epoch: g.Epoch, Loss: g.Loss})
		}
	}
	return out
}

func reaches(r notebook.Run) (out []web.Reach) {
	for _, e := range r.Reach {
		out = append(out, web.Reach{Epoch: e.Epoch, Norms: e.Norms})
	}
	return out
}
