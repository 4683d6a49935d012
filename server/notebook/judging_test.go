package notebook_test

import (
	"testing"

	"cuaderno/server/notebook"
)

func TestWordsLeftOut(t *testing.T) {
	same(t, "as typed", notebook.Dropped(" 7 3 7 12 "), []int{3, 7, 12})
	same(t, "none", len(notebook.Dropped("")), 0)

	d := newDesk(t).all()
	d.edit("without", "3 1 3")
	same(t, "in order", d.state.Without, "1 3")
	d.run(notebook.Classify)
	same(t, "for the cell", d.open[0].Without, []int{1, 3})
	d.settle()

	t.Run("stay while the review does", func(t *testing.T) {
		d.do(notebook.Edit{Values: map[string]string{"review": d.state.Review, "maxlen": "40"}})
		same(t, "left out", d.state.Without, "1 3")
	})
	t.Run("mean nothing in another review", func(t *testing.T) {
		// Whichever of the two is put in first.
		for range 20 {
			d.do(notebook.Edit{Values: map[string]string{"review": "Dull.", "without": "0"}})
			same(t, "left out", d.state.Without, "")
			d.do(notebook.Edit{Values: map[string]string{"review": "Slow.", "without": "0"}})
			same(t, "left out", d.state.Without, "")
		}
	})
}

func TestMomentEndsWithItsRun(t *testing.T) {
	d := newDesk(t).all()
	d.edit("at_epoch", "2")
	d.run(notebook.Classify)
	same(t, "for the cell", d.open[0].Moment, 2)
	d.settle()
	same(t, "kept", d.state.Moment, 2)
	d.run(notebook.Fit)
	same(t, "while it trains", d.state.Moment, 2)
	d.settle()
	same(t, "after another training", d.state.Moment, 0)
	d.run(notebook.Classify)
	same(t, "for the cell", d.open[0].Moment, 0)
}
