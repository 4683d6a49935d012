package notebook_test

import (
	"fmt"
	"strings"
	"testing"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

// two is a notebook with two runs, the second with 40 units; evaluate and classify used the second.
func two(t *testing.T) *desk {
	d := newDesk(t).all()
	d.edit("units", "40")
	d.do(notebook.RunAll{At: d.now})
	d.settle()
	same(t, "runs", len(d.state.Runs), 2)
	return d
}

func TestRename(t *testing.T) {
	d := two(t)
	name := func(run, text string) string {
		d.do(notebook.Rename{Run: run, Name: text})
		return d.state.Runs[0].Name
	}
	same(t, "name", name("run-1", "  the   first\tone "), "the first one")
	same(t, "a name that is too long", name("run-1", strings.Repeat("ñ", notebook.MaxName+1)), "the first one")
	same(t, "the longest", name("run-1", strings.Repeat("ñ", notebook.MaxName)), strings.Repeat("ñ", notebook.MaxName))
	same(t, "no such run", name("", "x"), strings.Repeat("ñ", notebook.MaxName))
	same(t, "none", name("run-1", ""), "")
	same(t, "evaluated", d.having(notebook.Evaluated), notebook.Order)

	t.Run("while it goes on", func(t *testing.T) {
		d := interrupted(t)
		d.do(notebook.Resume{At: d.now})
		d.tell(7, fit.EpochStarted{Epoch: 3, Epochs: 6, Steps: 3})
		d.do(notebook.Rename{Run: "run-1", Name: "mine"})
		d.leave(notebook.Fit, "run-1")
		same(t, "name", d.state.Runs[0].Name, "mine")
	})
}

func TestAdopt(t *testing.T) {
	d := two(t)
	d.edit("review", "Other words.")
	before := len(d.started)
	d.do(notebook.Adopt{Run: "run-1"})
	same(t, "units", d.state.Settings.Units, 128)
	same(t, "review", d.state.Review, "Other words.")
	same(t, "executions", len(d.started)-before, 0)
	same(t, "stale", d.having(notebook.Stale), []notebook.ID{notebook.Model, notebook.Fit, notebook.Evaluate, notebook.Classify})
	same(t, "why", d.state.Cell(notebook.Model).Why, []notebook.Change{{Input: "units", From: "40", To: "128"}})
	d.do(notebook.Adopt{Run: "no such run"})
	same(t, "units", d.state.Settings.Units, 128)
}

func TestDelete(t *testing.T) {
	t.Run("an old one", func(t *testing.T) {
		d := two(t)
		d.do(notebook.Delete{Run: "run-1"})
		same(t, "actions", d.last, []notebook.Action{notebook.Release{Run: "run-1"}})
		same(t, "runs", len(d.state.Runs), 1)
		same(t, "its number stays", d.state.Runs[0].Number, 2)
		same(t, "evaluated", d.having(notebook.Evaluated), notebook.Order)
	})
	t.Run("the one that fit holds", func(t *testing.T) {
		d := two(t)
		d.do(notebook.Delete{Run: "run-2"})
		same(t, "actions", d.last, []notebook.Action{notebook.Release{Run: "run-2"}})
		same(t, "fresh", d.having(notebook.Fresh), []notebook.ID{notebook.Fit, notebook.Evaluate, notebook.Classify})
		d.started = nil
		d.run(notebook.Classify)
		d.settle()
		same(t, "executions", d.started, []notebook.ID{notebook.Fit, notebook.Classify})
	})
	t.Run("not while it is used", func(t *testing.T) {
		for _, id := range []notebook.ID{notebook.Fit, notebook.Evaluate, notebook.Classify} {
			d := two(t)
			d.run(id)
			same(t, "deletable", d.state.Deletable("run-2"), false)
			d.do(notebook.Delete{Run: "run-2"})
			same(t, "runs", len(d.state.Runs), 2)
			same(t, "actions", len(d.last), 0)
			same(t, "another", d.state.Deletable("run-1"), true)
		}
		d := interrupted(t)
		d.do(notebook.Resume{At: d.now})
		d.do(notebook.Delete{Run: "run-1"})
		same(t, "runs", len(d.state.Runs), 1)
	})
}

func TestTheListOfRunsIsBounded(t *testing.T) {
	d := newDesk(t).all()
	d.runs = 100
	var released []notebook.Action
	for i := range 55 {
		d.run(notebook.Fit)
		id := fmt.Sprint("again-", i)
		d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: d.open[0].Ticket, Begun: id})
		d.tell(1, fit.EpochStarted{Epoch: 1, Epochs: 1, Steps: 1})
		d.end2(notebook.Finish{Cell: notebook.Fit, Interrupted: true})
		for _, a := range d.last {
			released = append(released, a)
		}
	}
	same(t, "runs", len(d.state.Runs), 50)
	same(t, "the one that fit holds stays", d.state.Runs[0].ID, "run-1")
	same(t, "given up", len(released), 6)
	same(t, "the oldest", released[0], notebook.Action(notebook.Release{Run: "again-0"}))
}

func TestRunStale(t *testing.T) {
	d := newDesk(t)
	d.run(notebook.Evaluate)
	d.settle()
	d.edit("maxlen", "120")
	same(t, "plan", d.state.Plan(notebook.RunStale{}), []notebook.ID{notebook.Pad, notebook.Model, notebook.Fit, notebook.Evaluate})
	same(t, "plan of all", d.state.Plan(notebook.RunAll{}), []notebook.ID{
		notebook.Intro, notebook.Inspect, notebook.Pad, notebook.Model, notebook.Fit, notebook.Evaluate, notebook.Classify, notebook.Compare,
	})
	same(t, "plan of classify", d.state.Plan(notebook.RunCell{Cell: notebook.Classify}), []notebook.ID{
		notebook.Pad, notebook.Model, notebook.Fit, notebook.Classify,
	})
	before := d.state
	d.started = nil
	d.do(notebook.RunStale{At: d.now})
	same(t, "a plan changes nothing", before.Busy(), false)
	d.settle()
	same(t, "executions", d.started, []notebook.ID{notebook.Pad, notebook.Model, notebook.Fit, notebook.Evaluate})
	same(t, "never run, still not", d.having(notebook.Fresh), []notebook.ID{notebook.Intro, notebook.Inspect, notebook.Classify, notebook.Compare})
	d.do(notebook.RunStale{At: d.now})
	same(t, "with nothing stale", len(d.last), 0)
}
