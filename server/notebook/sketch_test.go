package notebook_test

import (
	"fmt"
	"math"
	"testing"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

func TestExpect(t *testing.T) {
	d := newDesk(t)
	expect := func(g ...notebook.Guess) { d.do(notebook.Expect{Guess: g}) }
	one, four := notebook.Guess{Epoch: 1, Loss: .5}, notebook.Guess{Epoch: 4, Loss: .25}
	expect(four, one, notebook.Guess{Epoch: 4, Loss: 1}, notebook.Guess{Epoch: 2, Loss: -1}, notebook.Guess{Epoch: 3, Loss: math.NaN()},
		notebook.Guess{Epoch: 5, Loss: notebook.MaxGuess + 1}, notebook.Guess{Loss: 1})
	same(t, "what may be, in order", d.state.Guess, []notebook.Guess{one, four})

	d.edit("epochs", "3")
	d.do(notebook.RunAll{At: d.now})
	for _, id := range []notebook.ID{notebook.Intro, notebook.Load, notebook.Inspect, notebook.Pad, notebook.Model, notebook.Compile} {
		d.finish(id)
	}
	same(t, "of three epochs", d.training().Guess, []notebook.Guess{one})
	same(t, "kept for more", d.state.Guess, []notebook.Guess{one, four})
	other := notebook.Guess{Epoch: 2, Loss: .75}
	expect(other)
	same(t, "before it has shown anything", d.training().Guess, []notebook.Guess{other})
	d.tell(1, fit.EpochStarted{Epoch: 1, Epochs: 3, Steps: 3})
	d.tell(2, fit.EpochDone{Epoch: 1})
	expect(one)
	same(t, "with hindsight", d.training().Guess, []notebook.Guess{other})
	same(t, "for the next", d.state.Guess, []notebook.Guess{one})
	d.settle()
	same(t, "in the end", d.state.Runs[0].Guess, []notebook.Guess{other})
	expect()
	same(t, "none", len(d.state.Guess), 0)
}

func TestReachOfTheFirstEpochAndTheLatest(t *testing.T) {
	d := interrupted(t)
	d.do(notebook.Resume{At: d.now})
	epochs := func() (all []int) {
		for _, r := range d.training().Reach {
			all = append(all, r.Epoch)
		}
		return all
	}
	d.tell(11, fit.Reach{Epoch: 3, Norms: []float32{1}})
	same(t, "first", epochs(), []int{3})
	d.tell(12, fit.Reach{Epoch: 3, Norms: []float32{1}}) // told anew after a breakdown
	same(t, "first again", epochs(), []int{3})
	d.tell(13, fit.Reach{Epoch: 4, Norms: []float32{2}})
	d.tell(14, fit.Reach{Epoch: 5, Norms: []float32{3}})
	same(t, "first and latest", epochs(), []int{3, 5})
}

func TestPinnedSentences(t *testing.T) {
	d := newDesk(t)
	for i := range notebook.MaxPins + 2 {
		d.do(notebook.Pin{Text: fmt.Sprint(" sentence ", i)})
	}
	d.do(notebook.Pin{Text: "  "})
	same(t, "as many as there may be", len(d.state.Pins), notebook.MaxPins)
	d.do(notebook.Unpin{ID: 2})
	d.do(notebook.Pin{Text: "sentence 0"})
	same(t, "none twice", len(d.state.Pins), notebook.MaxPins-1)
	d.do(notebook.Pin{Text: "another"})
	same(t, "a number of its own", d.state.Pins[notebook.MaxPins-1].ID, uint64(notebook.MaxPins+1))
	for _, id := range []uint64{3, 4, 5, 6, 99} {
		d.do(notebook.Unpin{ID: id})
	}
	same(t, "left", len(d.state.Pins), 1)
}

func TestJudged(t *testing.T) {
	d := interrupted(t) // two epochs of run-1
	ask := func() string {
		u, ok := d.state.Unjudged()
		if !ok {
			return ""
		}
		return fmt.Sprint(u.Run.ID, " ", u.Epoch, " ", len(u.Pins))
	}
	same(t, "without sentences", ask(), "")
	d.do(notebook.Pin{Text: "first"})
	d.do(notebook.Pin{Text: "second"})
	same(t, "both", ask(), "run-1 1 2")
	judge := func(epoch int, p float64, pins ...uint64) {
		of := map[uint64]notebook.Verdict{}
		for _, id := range pins {
			of[id] = notebook.Verdict{P: p, Known: 1, Words: 2}
		}
		d.do(notebook.Judged{Run: "run-1", Epoch: epoch, Of: of})
	}
	judge(1, .75, 1, 2)
	same(t, "the next epoch", ask(), "run-1 2 2")
	once := d.state
	judge(1, .75, 1, 2)
	same(t, "the same news again", d.state, once)
	judge(2, notebook.Gone, 1)
	same(t, "the rest", ask(), "run-1 2 1")
	same(t, "the state before", len(once.Pins[0].Scores), 1)
	judge(2, .5, 2, 77)
	same(t, "nothing", ask(), "")
	same(t, "scores", d.state.Pins[0].Scores, map[int]float64{1: .75, 2: notebook.Gone})
	same(t, "words", d.state.Pins[0].Words, 2)
	d.do(notebook.Pin{Text: "afterwards"})
	same(t, "what comes later", ask(), "run-1 1 1")

	d.do(notebook.Judged{Run: "run-9", Epoch: 1, Of: map[uint64]notebook.Verdict{3: {P: 1}}})
	same(t, "of another run", len(d.state.Pins[2].Scores), 0)

	d.do(notebook.Restart{At: d.now})
	same(t, "after a restart", ask(), "")
	same(t, "sentences after a restart", len(d.state.Pins), 3)
	d.all().all() // the second is run-2
	d.do(notebook.Judged{Run: d.state.Cell(notebook.Fit).Done.Output, Epoch: 1, Of: map[uint64]notebook.Verdict{1: {P: .25}}})
	same(t, "by another run", d.state.Pins[0].Scores, map[int]float64{1: .25})
}
