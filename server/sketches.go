package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/web"
)

// guess takes over the curve that the reader expects: a field for every epoch, empty where nothing is
// expected.
func (p pages) guess(c echo.Context) error {
	var all []notebook.Guess
	_, most := bounds("epochs")
	for epoch := 1; epoch <= most && c.FormValue("clear") == ""; epoch++ {
		text := strings.Replace(strings.TrimSpace(c.FormValue(web.GuessField(epoch))), ",", ".", 1)
		if text == "" {
			continue
		}
		loss, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(loss) || loss < 0 || loss > notebook.MaxGuess {
			return failure{code: codeInvalid, detail: "a loss that is expected lies between 0 and 5"}
		}
		all = append(all, notebook.Guess{Epoch: epoch, Loss: loss})
	}
	op := notebook.Expect{Guess: all, Stamp: stampOf(c.Request().PostForm, notebook.GuessEdit, time.Now())}
	return p.write(c, notebook.Fit, op)
}

func bounds(field string) (low, high int) {
	f, _ := training.FieldByName(field)
	return int(f.Min), int(f.Max)
}

// pin takes a sentence from the cell of the training, or the review from its box.
func (p pages) pin(c echo.Context) error {
	id, err := cellOf(c)
	if err != nil {
		return err
	}
	switch id {
	case notebook.Classify:
		return p.submit(c, id, notebook.Pin{Text: lines(c.FormValue("review"))})
	case notebook.Fit:
		return p.do(c, id, notebook.Pin{Text: lines(c.FormValue("sentence"))})
	}
	return failure{code: codeNotFound, detail: "nothing is pinned in " + string(id)}
}

func (p pages) unpin(c echo.Context) error {
	pin, err := strconv.ParseUint(c.FormValue("pin"), 10, 64)
	if err != nil {
		return failure{code: codeInvalid, detail: "no such sentence"}
	}
	return p.do(c, notebook.Fit, notebook.Unpin{ID: pin})
}

// sketches are what the reader put beside the training: what they expect, and what they pinned.
func (v viewer) sketches(view *web.CellView) {
	view.Guess = guesses(v.state.Guess, v.state.Settings.Epochs)
	view.Pins = web.PinsView{Max: notebook.MaxPins, Planned: v.state.Settings.Epochs}
	run, shown := v.state.Shown()
	if shown {
		view.Pins.Planned = run.Epochs
	}
	for _, p := range v.state.Pins {
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
