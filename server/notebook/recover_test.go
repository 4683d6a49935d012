package notebook_test

import (
	"bytes"
	"encoding/gob"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

// tell gives news of the training that is under way.
func (d *desk) tell(seq uint64, e fit.Event) {
	now := d.state.Cell(notebook.Fit).Now
	d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: now.Ticket, Seq: seq, Event: e})
}

func (d *desk) training() notebook.Run { return *d.state.Cell(notebook.Fit).Now.Run }

// interrupted is a notebook whose training was stopped in its third epoch of six.
func interrupted(t *testing.T) *desk {
	d := newDesk(t)
	d.edit("epochs", "6")
	d.do(notebook.RunAll{At: d.now})
	for _, id := range []notebook.ID{notebook.Intro, notebook.Load, notebook.Inspect, notebook.Pad, notebook.Model, notebook.Compile} {
		d.finish(id)
	}
	d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: d.open[0].Ticket, Begun: "run-1", Where: "north"})
	d.tell(1, fit.EpochStarted{Epoch: 1, Epochs: 6, Steps: 3})
	d.tell(2, fit.EpochDone{Epoch: 1, ValLoss: 0.5})
	d.tell(3, fit.EpochStarted{Epoch: 2, Epochs: 6, Steps: 3})
	d.tell(4, fit.EpochDone{Epoch: 2, ValLoss: 0.4})
	d.tell(5, fit.EpochStarted{Epoch: 3, Epochs: 6, Steps: 3})
	d.do(notebook.Interrupt{At: d.now, Cell: notebook.Fit})
	d.tell(6, fit.Stopped{Reason: fit.Interrupted, Epochs: 2, Best: 2})
	d.leave(notebook.Fit, "run-1")
	return d
}

// leave ends an execution as its owner does, without news made up on the way.
func (d *desk) leave(id notebook.ID, output string) {
	d.t.Helper()
	start := d.open[0]
	if start.Cell != id {
		d.t.Fatalf("%s is at work, not %s", start.Cell, id)
	}
	d.open = d.open[1:]
	d.now = d.now.Add(time.Minute)
	d.do(notebook.Finish{At: d.now, Cell: id, Ticket: start.Ticket, Result: "weights", Output: output, Interrupted: true})
}

func TestNewsTwice(t *testing.T) {
	d := newDesk(t).all()
	d.run(notebook.Fit)
	ticket := d.open[0].Ticket
	news := []notebook.Advance{
		{Begun: "run-2"}, {Seq: 1, Place: 1}, {Seq: 2, Where: "south", Event: fit.EpochStarted{Epoch: 1, Epochs: 2, Steps: 3}},
		{Seq: 3, Event: fit.BatchDone{Epoch: 1, Batch: 2}}, {Seq: 5, Event: fit.EpochDone{Epoch: 1}},
	}
	for _, n := range news {
		n.At, n.Cell, n.Ticket = d.now, notebook.Fit, ticket
		d.do(n)
	}
	run := d.training()
	same(t, "last entry", run.Seq, uint64(5))
	same(t, "machine", run.Where, "south")
	same(t, "epochs", len(run.History), 1)
	before := d.state
	for _, n := range news {
		n.At, n.Cell, n.Ticket = d.now.Add(time.Hour), notebook.Fit, ticket
		d.do(n)
		same(t, "the state after old news", d.state, before)
	}
	t.Run("an epoch trained a second time", func(t *testing.T) {
		d.tell(6, fit.EpochDone{Epoch: 1})
		same(t, "epochs", len(d.training().History), 1)
	})
	t.Run("back in the queue after a breakdown", func(t *testing.T) {
		began := d.state.Cell(notebook.Fit).Now.Started
		d.now = d.now.Add(time.Hour)
		d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: ticket, Seq: 7, Place: 2})
		same(t, "activity", d.state.Cell(notebook.Fit).Activity, notebook.Queued)
		d.tell(8, fit.EpochStarted{Epoch: 2, Epochs: 2, Steps: 3})
		same(t, "activity", d.state.Cell(notebook.Fit).Activity, notebook.Running)
		same(t, "began", d.state.Cell(notebook.Fit).Now.Started, began)
	})
	t.Run("an end told twice", func(t *testing.T) {
		end := notebook.Finish{At: d.now, Cell: notebook.Fit, Ticket: ticket, Result: "weights", Output: "run-2"}
		d.do(end)
		before := d.state
		d.do(end)
		same(t, "state", d.state, before)
		same(t, "actions", len(d.last), 0)
	})
}

func TestRecover(t *testing.T) {
	t.Run("a training is followed", func(t *testing.T) {
		d := newDesk(t).all()
		d.edit("epochs", "3")
		d.run(notebook.Fit)
		first := d.open[0]
		same(t, "a new run", first.Run, "")
		d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: first.Ticket, Begun: "run-2"})
		d.tell(1, fit.EpochStarted{Epoch: 1, Epochs: 3, Steps: 3})
		d.edit("epochs", "5") // not what the training was started with
		d.run(notebook.Evaluate)
		before := d.state
		d.do(notebook.Recover{At: d.now})
		want := first
		want.Run, want.After = "run-2", 1
		same(t, "actions", d.last, []notebook.Action{want})
		same(t, "state", d.state, before)
	})
	t.Run("a reader's wish to stop is not forgotten", func(t *testing.T) {
		d := newDesk(t)
		d.run(notebook.Load)
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Load})
		d.do(notebook.Recover{At: d.now})
		same(t, "actions", len(d.last), 2)
		same(t, "the second", d.last[1], notebook.Action(notebook.Cancel{Cell: notebook.Load, Ticket: 1}))
	})
	for _, id := range notebook.Order {
		t.Run(string(id)+" works with what it had", func(t *testing.T) {
			d := newDesk(t).all()
			d.run(id)
			first := d.open[len(d.open)-1]
			for _, f := range notebook.Fields {
				d.edit(f.Name, map[bool]string{true: "post", false: "7"}[f.Name == "padding" || f.Name == "truncating"])
			}
			d.do(notebook.Recover{At: d.now})
			again := d.last[0].(notebook.Start)
			for _, input := range notebook.Reads(id) {
				switch input {
				case "index":
					same(t, input, again.Index, first.Index)
				case "review":
					same(t, input, again.Review, first.Review)
				case notebook.CorpusInput:
					same(t, input, again.Corpus, first.Corpus)
				case notebook.RunInput:
					same(t, input, again.Run, first.Run)
				}
			}
			same(t, "ticket", again.Ticket, first.Ticket)
			same(t, "settings that it reads", d.state.SettingsOf(d.state.Cell(id).Now.Used), again.Settings)
		})
	}
	t.Run("nothing at work", func(t *testing.T) {
		d := newDesk(t).all()
		d.do(notebook.Recover{At: d.now})
		same(t, "actions", len(d.last), 0)
	})
}

func TestResume(t *testing.T) {
	t.Run("what was learnt can be used", func(t *testing.T) {
		d := interrupted(t)
		same(t, "resumable", d.state.Runs[0].Resumable(), true)
		d.started = nil
		d.run(notebook.Evaluate)
		same(t, "weights to evaluate", d.open[0].Run, "run-1")
		d.settle()
		d.run(notebook.Classify)
		d.settle()
		same(t, "executions", d.started, []notebook.ID{notebook.Evaluate, notebook.Classify})
	})
	t.Run("goes on to the last epoch", func(t *testing.T) {
		d := interrupted(t)
		d.run(notebook.Evaluate)
		d.end(notebook.Evaluate, func(f *notebook.Finish) { f.Figures = &notebook.Figures{Accuracy: 0.7} })
		d.run(notebook.Classify)
		d.settle()
		d.edit("epochs", "9") // the run keeps its own
		d.do(notebook.Resume{At: d.now})
		start := d.open[0]
		same(t, "resume", start.Resume, true)
		same(t, "run", start.Run, "run-1")
		same(t, "after", start.After, uint64(6))
		same(t, "epochs", start.Settings.Epochs, 6)
		same(t, "corpus", start.Corpus, "corpus-a")
		same(t, "activity", d.state.Cell(notebook.Fit).Activity, notebook.Queued)
		same(t, "history", len(d.training().History), 2)
		d.do(notebook.Resume{At: d.now})
		same(t, "actions of a second", len(d.last), 0)
		d.tell(7, fit.EpochStarted{Epoch: 3, Epochs: 6, Steps: 3})
		same(t, "stopped", d.training().Stopped, (*fit.Stopped)(nil))
		d.do(notebook.Recover{At: d.now})
		same(t, "after a crash it is only followed", d.last[0].(notebook.Start).Resume, false)
		for epoch := 3; epoch <= 6; epoch++ {
			d.tell(uint64(5+epoch), fit.EpochDone{Epoch: epoch, ValLoss: 0.3})
		}
		d.tell(20, fit.Stopped{Reason: fit.Finished, Epochs: 6, Best: 3})
		d.leave(notebook.Fit, "run-1")
		same(t, "nothing is given up", len(d.last), 0)
		same(t, "runs", len(d.state.Runs), 1)
		same(t, "epochs of it", len(d.state.Runs[0].History), 6)
		same(t, "its old score", d.state.Runs[0].Test, (*notebook.Figures)(nil))
		same(t, "stale", d.having(notebook.Stale), []notebook.ID{notebook.Fit, notebook.Evaluate, notebook.Classify})
		d.edit("epochs", "6")
		same(t, "stale with its own settings", d.having(notebook.Stale), []notebook.ID{notebook.Evaluate, notebook.Classify})
		same(t, "why", d.state.Cell(notebook.Classify).Why[0].Input, notebook.RunInput)
		d.do(notebook.Resume{At: d.now})
		same(t, "actions once it is whole", len(d.last), 0)
	})
	t.Run("time adds up", func(t *testing.T) {
		d := interrupted(t)
		first := d.state.Cell(notebook.Fit).Done.Elapsed
		d.now = d.now.Add(time.Hour)
		d.do(notebook.Resume{At: d.now})
		d.tell(7, fit.EpochStarted{Epoch: 3, Epochs: 6, Steps: 3})
		d.leave(notebook.Fit, "run-1")
		same(t, "elapsed", d.state.Cell(notebook.Fit).Done.Elapsed, first+time.Minute)
	})
	t.Run("what could not go on can try again", func(t *testing.T) {
		d := interrupted(t)
		d.do(notebook.Resume{At: d.now})
		d.end2(notebook.Finish{Cell: notebook.Fit, Failure: &notebook.Failure{Code: "busy"}})
		same(t, "activity", d.state.Cell(notebook.Fit).Activity, notebook.Failed)
		same(t, "weights", d.state.Cell(notebook.Fit).Done.Output, "run-1")
		d.do(notebook.Resume{At: d.now})
		same(t, "actions", len(d.last), 1)
	})
	t.Run("nothing to go on with", func(t *testing.T) {
		d := newDesk(t)
		d.do(notebook.Resume{At: d.now})
		same(t, "actions", len(d.last), 0)
		d.all()
		d.do(notebook.Resume{At: d.now})
		same(t, "actions", len(d.last), 0)
	})
}

func (d *desk) end2(op notebook.Finish) {
	op.At, op.Ticket = d.now, d.open[0].Ticket
	d.open = d.open[1:]
	d.do(op)
}

// A notebook is kept between runs of the server as gob writes it.
func TestStateIsPlainData(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 7))
		d := newDesk(t)
		for range 120 {
			d.do(randomOp(rng, d))
			var b bytes.Buffer
			if err := gob.NewEncoder(&b).Encode(d.state); err != nil {
				t.Fatal(err)
			}
			var back notebook.State
			if err := gob.NewDecoder(&b).Decode(&back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d.state, back, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("another state comes back:\n%s", diff)
			}
		}
	}
}
