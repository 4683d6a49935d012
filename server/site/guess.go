package site

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
