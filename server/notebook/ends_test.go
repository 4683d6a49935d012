package notebook_test

import (
	"testing"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

func TestInterrupt(t *testing.T) {
	t.Run("a training keeps what it has", func(t *testing.T) {
		d := newDesk(t)
		d.do(notebook.RunAll{At: d.now})
		for _, id := range []notebook.ID{notebook.Intro, notebook.Load, notebook.Inspect, notebook.Pad, notebook.Model, notebook.Compile} {
			d.finish(id)
		}
		ticket := d.open[0].Ticket
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Fit})
		same(t, "actions", d.last, []notebook.Action{notebook.Cancel{Cell: notebook.Fit, Ticket: ticket}})
		same(t, "queue", len(d.state.Queue), 0)
		same(t, "stopping", d.state.Cell(notebook.Fit).Now.Stopping, true)
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Fit})
		same(t, "actions of the second", len(d.last), 0)
		d.end(notebook.Fit, func(f *notebook.Finish) { f.Interrupted = true })
		same(t, "fit", d.state.Cell(notebook.Fit).Validity, notebook.Evaluated)
		same(t, "partial", d.state.Cell(notebook.Fit).Done.Partial, true)
		d.started = nil
		d.run(notebook.Evaluate)
		same(t, "evaluates without training again", d.started, []notebook.ID{notebook.Evaluate})
	})
	t.Run("before there is anything", func(t *testing.T) {
		d := newDesk(t)
		d.run(notebook.Inspect)
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Load})
		d.end(notebook.Load, func(f *notebook.Finish) { f.Interrupted, f.Result, f.Output = true, nil, "" })
		same(t, "load", d.state.Cell(notebook.Load).Validity, notebook.Fresh)
		same(t, "at rest", d.state.Busy(), false)
	})
	t.Run("a waiting cell leaves with those that need it", func(t *testing.T) {
		d := newDesk(t)
		d.do(notebook.RunAll{At: d.now})
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Compile})
		d.settle()
		same(t, "fresh", d.having(notebook.Fresh), []notebook.ID{notebook.Compile, notebook.Fit, notebook.Evaluate, notebook.Classify})
	})
	t.Run("a cell at rest", func(t *testing.T) {
		d := newDesk(t).all()
		d.do(notebook.Interrupt{At: d.now, Cell: notebook.Fit})
		d.do(notebook.Interrupt{At: d.now, Cell: "no such cell"})
		same(t, "actions", len(d.last), 0)
	})
}

func TestFailure(t *testing.T) {
	failure := &notebook.Failure{Code: "network", Detail: "refused"}
	d := newDesk(t)
	d.do(notebook.RunAll{At: d.now})
	d.finish(notebook.Intro)
	d.end(notebook.Load, func(f *notebook.Finish) { f.Result, f.Output, f.Failure = nil, "", failure })
	same(t, "failure", d.state.Cell(notebook.Load).Failure, failure)
	same(t, "activity", d.state.Cell(notebook.Load).Activity, notebook.Failed)
	d.settle()
	same(t, "what does not need it went on", d.having(notebook.Evaluated),
		[]notebook.ID{notebook.Intro, notebook.Model, notebook.Compile, notebook.Compare})
	d.run(notebook.Load)
	same(t, "a new attempt forgets it", d.state.Cell(notebook.Load).Failure, (*notebook.Failure)(nil))

	t.Run("keeps the older result", func(t *testing.T) {
		d := newDesk(t).all()
		d.run(notebook.Evaluate)
		d.run(notebook.Compare)
		d.end(notebook.Evaluate, func(f *notebook.Finish) { f.Result, f.Failure = nil, failure })
		c := d.state.Cell(notebook.Evaluate)
		same(t, "validity", c.Validity, notebook.Evaluated)
		same(t, "result", c.Done.Result, any("result of evaluate"))
		same(t, "compare only waits for it", d.state.Cell(notebook.Compare).Activity, notebook.Running)
	})
}

// A training that failed may have learnt something before.
func TestFailedTrainingKeepsWhatItLearnt(t *testing.T) {
	failure := &notebook.Failure{Code: "nan"}
	d := newDesk(t).all()
	d.edit("epochs", "3")
	d.run(notebook.Evaluate)
	d.end(notebook.Fit, func(f *notebook.Finish) { f.Failure = failure })
	c := d.state.Cell(notebook.Fit)
	same(t, "failure", c.Failure, failure)
	same(t, "activity", c.Activity, notebook.Failed)
	same(t, "its weights are held", c.Done.Output, "run-2")
	same(t, "partial", c.Done.Partial, true)
	same(t, "the older ones are not", d.last, []notebook.Action{notebook.Release{Run: "run-1"}})
	same(t, "nothing goes on by itself", d.state.Busy(), false)
	d.started = nil
	d.run(notebook.Evaluate)
	same(t, "they may be evaluated", d.started, []notebook.ID{notebook.Evaluate})
}

// The log may tell of epochs whose weights were lost with their worker, and of how a run goes on.
func TestEndTakesBackWhatWasLost(t *testing.T) {
	d := newDesk(t)
	d.edit("epochs", "3")
	d.run(notebook.Fit)
	for d.open[0].Cell != notebook.Fit {
		d.finish(d.open[0].Cell)
	}
	ticket := d.open[0].Ticket
	tell := func(a notebook.Advance) notebook.Run {
		a.At, a.Cell, a.Ticket = d.now, notebook.Fit, ticket
		d.do(a)
		return *d.state.Cell(notebook.Fit).Now.Run
	}
	tell(notebook.Advance{Event: fit.EpochStarted{Epoch: 1, Epochs: 3, Steps: 1}})
	for e := range 3 {
		tell(notebook.Advance{Event: fit.EpochDone{Epoch: 1 + e}})
	}
	r := tell(notebook.Advance{Event: fit.Stopped{Reason: fit.Interrupted, Epochs: 2}})
	same(t, "epochs", len(r.History), 2)
	same(t, "it can be resumed", r.Resumable(), true)
	r = tell(notebook.Advance{Note: notebook.Mixed})
	same(t, "mixed", [2]bool{r.Mixed, r.Anew}, [2]bool{true, false})
	r = tell(notebook.Advance{Note: notebook.Anew})
	same(t, "anew", [2]bool{r.Mixed, r.Anew}, [2]bool{false, true})
	r = tell(notebook.Advance{Event: fit.EpochDone{Epoch: 3}})
	same(t, "epochs after it went on", len(r.History), 3)
	r = tell(notebook.Advance{Event: fit.Stopped{Reason: fit.Finished, Epochs: 3}})
	same(t, "it has come to the same end", r.Anew, false)
}

func TestRestart(t *testing.T) {
	d := newDesk(t).all()
	d.edit("maxlen", "120")
	d.run(notebook.Fit)
	d.finish(notebook.Pad)
	d.finish(notebook.Model)
	old := d.open[0]
	d.do(notebook.Advance{Cell: notebook.Fit, Ticket: old.Ticket, Begun: "run-x"})
	d.do(notebook.Restart{At: d.now})
	same(t, "actions", d.last, []notebook.Action{
		notebook.Release{Run: "run-1"}, notebook.Cancel{Cell: notebook.Fit, Ticket: old.Ticket},
	})
	same(t, "fresh", d.having(notebook.Fresh), notebook.Order)
	same(t, "settings stay", d.state.Settings.Maxlen, 120)
	same(t, "runs stay", len(d.state.Runs), 1)

	d.open = nil
	d.run(notebook.Load)
	same(t, "counts start again", d.state.Cell(notebook.Load).Count, 1)
	before := d.state
	d.do(notebook.Advance{Cell: notebook.Fit, Ticket: old.Ticket, Event: fit.EpochStarted{Epoch: 1}})
	d.do(notebook.Finish{At: d.now, Cell: notebook.Fit, Ticket: old.Ticket, Result: "late", Output: "run-x"})
	same(t, "late news", d.state, before)
	same(t, "the late run's weights", d.last, []notebook.Action{notebook.Release{Run: "run-x"}})
}

func TestRunIsBuiltFromItsEvents(t *testing.T) {
	d := newDesk(t).all()
	d.edit("epochs", "3")
	d.edit("restore_best", "on")
	d.run(notebook.Fit)
	ticket := d.open[0].Ticket
	tell := func(e fit.Event) {
		d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: ticket, Event: e})
	}
	run := func() notebook.Run { return *d.state.Cell(notebook.Fit).Now.Run }
	d.now = d.now.Add(time.Minute) // in the queue of trainings
	tell(fit.EpochStarted{Epoch: 1, Epochs: 3, Steps: 10})
	tell(fit.BatchDone{Epoch: 1, Batch: 4})
	early := d.state
	same(t, "batch", run().Batch.Batch, 4)
	tell(fit.Validating{Epoch: 1, Reviews: 5, Of: 9})
	same(t, "validating", *run().Validating, fit.Validating{Epoch: 1, Reviews: 5, Of: 9})
	tell(fit.EpochDone{Epoch: 1, ValLoss: 0.4})
	tell(fit.EpochDone{Epoch: 2, ValLoss: 0.3})
	tell(fit.EpochDone{Epoch: 3, ValLoss: 0.5})
	tell(fit.Stopped{Reason: "finished", Epochs: 3, Best: 2})
	same(t, "best", run().Best(), 2)
	same(t, "kept", run().Kept(), 2)
	same(t, "an older state is as it was", early.Cell(notebook.Fit).Now.Run.Batch.Batch, 4)
	same(t, "its history too", len(early.Cell(notebook.Fit).Now.Run.History), 0)
	d.finish(notebook.Fit)
	same(t, "time in the queue is no work", d.state.Cell(notebook.Fit).Done.Elapsed, time.Second)
	same(t, "released", d.last[0], notebook.Action(notebook.Release{Run: "run-1"}))
	same(t, "runs", len(d.state.Runs), 2)

	d.run(notebook.Evaluate)
	d.end(notebook.Evaluate, func(f *notebook.Finish) { f.Figures = &notebook.Figures{Loss: 1, Accuracy: 0.8} })
	same(t, "test figures of the first", d.state.Runs[0].Test, (*notebook.Figures)(nil))
	same(t, "test figures of the second", d.state.Runs[1].Test, &notebook.Figures{Loss: 1, Accuracy: 0.8})

	t.Run("an epoch that is hardly better is not gone back to", func(t *testing.T) {
		r := run2(d.state.Runs[1], fit.StoppedEarly)
		r.Settings.MinDelta = 0.15
		same(t, "kept without early stopping", r.Kept(), 2)
		r.Settings.EarlyStopping = "val_loss"
		same(t, "kept", r.Kept(), 1)
	})
	t.Run("interrupted keeps the last", func(t *testing.T) {
		r := run2(d.state.Runs[1], "interrupted")
		same(t, "kept", r.Kept(), 3)
	})
}

func run2(r notebook.Run, reason string) notebook.Run {
	r.Stopped = &fit.Stopped{Reason: reason}
	return r
}

func TestAnotherCorpus(t *testing.T) {
	d := newDesk(t).all()
	d.edit("index", "24999")
	d.run(notebook.Load)
	d.end(notebook.Load, func(f *notebook.Finish) { f.Output, f.Reviews = "corpus-b", 6000 })
	same(t, "stale", d.having(notebook.Stale), []notebook.ID{
		notebook.Inspect, notebook.Pad, notebook.Fit, notebook.Evaluate, notebook.Classify,
	})
	same(t, "index is within the corpus", d.state.Index, 5999)
	same(t, "problems", len(notebook.Check(d.state, map[string]string{"index": "6000"})), 1)
}
