package notebook_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// desk plays the owner of a notebook: it applies operations and keeps what was started.
type desk struct {
	t       *testing.T
	state   notebook.State
	now     time.Time
	open    []notebook.Start // started and not finished
	started []notebook.ID
	last    []notebook.Action
	runs    int
}

func newDesk(t *testing.T) *desk {
	return &desk{t: t, state: notebook.New("Slow at first, but fine."), now: noon}
}

func (d *desk) do(op notebook.Op) {
	d.t.Helper()
	d.state, d.last = notebook.Apply(d.state, op)
	for _, a := range d.last {
		if start, ok := a.(notebook.Start); ok {
			d.open = append(d.open, start)
			d.started = append(d.started, start.Cell)
		}
	}
}

func (d *desk) run(id notebook.ID) { d.do(notebook.RunCell{At: d.now, Cell: id}) }

func (d *desk) edit(name, text string) {
	d.do(notebook.Edit{Values: map[string]string{name: text}})
}

// finish ends the oldest execution of a cell well.
func (d *desk) finish(id notebook.ID) { d.end(id, func(*notebook.Finish) {}) }

func (d *desk) end(id notebook.ID, change func(*notebook.Finish)) {
	d.t.Helper()
	i := slices.IndexFunc(d.open, func(s notebook.Start) bool { return s.Cell == id })
	if i < 0 {
		d.t.Fatalf("%s is not running; open: %v", id, d.open)
	}
	start := d.open[i]
	d.open = slices.Delete(d.open, i, i+1)
	d.now = d.now.Add(time.Second)
	op := notebook.Finish{At: d.now, Cell: id, Ticket: start.Ticket, Result: "result of " + string(id)}
	switch id {
	case notebook.Load:
		op.Output, op.Reviews = "corpus-a", 25_000
	case notebook.Fit:
		d.runs++
		op.Output = runID(d.runs)
		d.do(notebook.Advance{At: d.now, Cell: id, Ticket: start.Ticket, Begun: op.Output})
		d.do(notebook.Advance{At: d.now, Cell: id, Ticket: start.Ticket, Event: fit.EpochStarted{Epoch: 1, Epochs: 1, Steps: 1}})
	}
	change(&op)
	d.do(op)
}

func runID(n int) string { return "run-" + string(rune('0'+n)) }

// settle finishes whatever is started until nothing is.
func (d *desk) settle() {
	for len(d.open) > 0 {
		d.finish(d.open[0].Cell)
	}
}

func (d *desk) all() *desk {
	d.do(notebook.RunAll{At: d.now})
	d.settle()
	return d
}

func (d *desk) having(v notebook.Validity) []notebook.ID {
	var out []notebook.ID
	for _, id := range notebook.Order {
		if d.state.Cell(id).Validity == v {
			out = append(out, id)
		}
	}
	return out
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestRunAll(t *testing.T) {
	d := newDesk(t).all()
	same(t, "order of the executions", d.started, notebook.Order)
	same(t, "evaluated", d.having(notebook.Evaluated), notebook.Order)
	for i, id := range notebook.Order {
		same(t, "In [n] of "+string(id), d.state.Cell(id).Count, i+1)
	}
	t.Run("again runs everything", func(t *testing.T) {
		before := len(d.started)
		d.all()
		same(t, "executions", d.started[before:], notebook.Order)
	})
	t.Run("with something outdated runs only that", func(t *testing.T) {
		d.edit("review", "Never again.")
		before := len(d.started)
		d.do(notebook.RunAll{At: d.now})
		d.settle()
		same(t, "executions", d.started[before:], []notebook.ID{notebook.Classify})
	})
}

// The table is written by hand, so that a slip in the rules is seen.
func TestEveryFieldMakesExactlyItsDependentsStale(t *testing.T) {
	down := []notebook.ID{notebook.Fit, notebook.Evaluate, notebook.Classify}
	model := append([]notebook.ID{notebook.Model}, down...)
	compile := append([]notebook.ID{notebook.Compile}, down...)
	pad := append([]notebook.ID{notebook.Pad}, down...)
	cases := map[string]struct {
		text  string
		stale []notebook.ID
	}{
		"num_words": {"10000", append([]notebook.ID{notebook.Load, notebook.Inspect, notebook.Pad, notebook.Model}, down...)},
		"index":     {"7", []notebook.ID{notebook.Inspect, notebook.Pad}},
		"maxlen":    {"120", append([]notebook.ID{notebook.Pad, notebook.Model}, down...)},
		"padding":   {"post", pad}, "truncating": {"post", pad},
		"embedding_dim": {"64", model}, "layer": {"gru", model}, "units": {"64", model}, "dropout": {"0.3", model},
		"recurrent_dropout": {"0", model}, "bptt_steps": {"20", model},
		"optimizer": {"sgd", compile}, "learning_rate": {"0.01", compile},
		"batch_size": {"64", down}, "epochs": {"2", down}, "validation": {"split", down},
		"early_stopping": {"val_loss", down}, "patience": {"5", down}, "min_delta": {"0.01", down}, "restore_best": {"true", down}, "seed": {"1", down},
		"review": {"Dull.", []notebook.ID{notebook.Classify}}, "without": {"1 3", []notebook.ID{notebook.Classify}},
		"at_epoch": {"2", []notebook.ID{notebook.Classify}},
	}
	for _, f := range notebook.Fields {
		t.Run(f.Name, func(t *testing.T) {
			c, ok := cases[f.Name]
			if !ok {
				t.Fatal("this field is not in the table")
			}
			d := newDesk(t).all()
			was := f.Get(d.state)
			before := len(d.started)
			d.edit(f.Name, c.text)
			same(t, "stale", d.having(notebook.Stale), c.stale)
			same(t, "the rest", len(d.having(notebook.Evaluated)), len(notebook.Order)-len(c.stale))
			for _, id := range c.stale {
				same(t, "why "+string(id), d.state.Cell(id).Why, []notebook.Change{{Input: f.Name, From: was, To: c.text}})
			}
			same(t, "executions after an edit", d.started[before:], []notebook.ID{})
			d.edit(f.Name, was)
			same(t, "stale after changing back", d.having(notebook.Stale), []notebook.ID(nil))
		})
	}
	for name := range maps.Keys(cases) {
		if _, ok := notebook.FieldByName(name); !ok {
			t.Errorf("%s is no field", name)
		}
	}
}

func TestEveryCellRunsWhatItNeeds(t *testing.T) {
	fresh := map[notebook.ID][]notebook.ID{
		notebook.Intro: nil, notebook.Load: nil, notebook.Model: nil, notebook.Compare: nil,
		notebook.Inspect: {notebook.Load}, notebook.Pad: {notebook.Load}, notebook.Compile: {notebook.Model},
		notebook.Fit:      {notebook.Load, notebook.Pad, notebook.Model, notebook.Compile},
		notebook.Evaluate: {notebook.Load, notebook.Pad, notebook.Model, notebook.Compile, notebook.Fit},
		notebook.Classify: {notebook.Load, notebook.Pad, notebook.Model, notebook.Compile, notebook.Fit},
	}
	for _, id := range notebook.Order {
		t.Run(string(id), func(t *testing.T) {
			d := newDesk(t)
			d.run(id)
			d.settle()
			same(t, "executions from nothing", d.started, append(slices.Clone(fresh[id]), id))
			d.started = nil
			d.run(id)
			d.settle()
			same(t, "executions with all in place", d.started, []notebook.ID{id})
		})
	}
	t.Run("stale ones before it", func(t *testing.T) {
		d := newDesk(t).all()
		d.edit("maxlen", "120")
		d.started = nil
		d.run(notebook.Evaluate)
		d.settle()
		same(t, "executions", d.started, []notebook.ID{notebook.Pad, notebook.Model, notebook.Fit, notebook.Evaluate})
		same(t, "still stale", d.having(notebook.Stale), []notebook.ID{notebook.Classify})
		same(t, "why classify", d.state.Cell(notebook.Classify).Why, []notebook.Change{
			{Input: "maxlen", From: "80", To: "120"}, {Input: notebook.RunInput, From: "run-1@7", To: "run-2@13"},
		})
	})
}

func TestEditsWhileCellsWork(t *testing.T) {
	d := newDesk(t).all()
	d.edit("epochs", "3")
	d.run(notebook.Fit)
	start := d.open[0]
	same(t, "settings of the training", start.Settings.Epochs, 3)
	d.edit("maxlen", "120")
	d.run(notebook.Evaluate) // waits for the training, which knows nothing of 120
	same(t, "evaluate", d.state.Cell(notebook.Evaluate).Activity, notebook.Queued)
	d.finish(notebook.Fit)
	same(t, "settings to evaluate with", d.open[0].Settings.Maxlen, 80)
	d.settle()
	want := []notebook.Change{{Input: "maxlen", From: "80", To: "120"}}
	same(t, "why fit", d.state.Cell(notebook.Fit).Why, want)
	same(t, "why evaluate", d.state.Cell(notebook.Evaluate).Why, want)
}

func TestTrainingLeavesTheForegroundFree(t *testing.T) {
	d := newDesk(t).all()
	d.run(notebook.Fit)
	ticket := d.open[0].Ticket
	same(t, "handed in, not begun", d.state.Cell(notebook.Fit).Activity, notebook.Queued)
	d.do(notebook.Advance{Cell: notebook.Fit, Ticket: ticket, Place: 2})
	same(t, "place", d.state.Cell(notebook.Fit).Now.Place, 2)
	d.do(notebook.Advance{At: d.now, Cell: notebook.Fit, Ticket: ticket, Event: fit.EpochStarted{Epoch: 1, Epochs: 15, Steps: 782}})
	same(t, "begun", d.state.Cell(notebook.Fit).Activity, notebook.Running)
	d.run(notebook.Classify)
	d.run(notebook.Inspect)
	same(t, "classify waits", d.state.Cell(notebook.Classify).Activity, notebook.Queued)
	same(t, "inspect does not", d.state.Cell(notebook.Inspect).Activity, notebook.Running)
	same(t, "place of classify", d.state.Place(notebook.Classify), 1)
	d.finish(notebook.Inspect)
	d.finish(notebook.Fit)
	same(t, "classify's turn", d.state.Cell(notebook.Classify).Activity, notebook.Running)
	same(t, "with the new run", d.open[0].Run, "run-2")
}

func TestBadInputChangesNothing(t *testing.T) {
	d := newDesk(t)
	values := map[string]string{"maxlen": "1001", "padding": "post"}
	same(t, "what is wrong", notebook.Check(d.state, values), map[string]string{"maxlen": "1001"})
	d.do(notebook.Edit{Values: values})
	same(t, "settings", d.state.Settings, notebook.New("Slow at first, but fine.").Settings)

	bad := map[string]string{
		"num_words": "99", "index": "25000", "maxlen": "0", "padding": "left", "truncating": "", "embedding_dim": "513",
		"layer": "rnn", "units": "1.5", "dropout": "0.91", "recurrent_dropout": "-0.1", "bptt_steps": "x", "optimizer": "lbfgs",
		"learning_rate": "0", "batch_size": "1025", "epochs": "101", "validation": "none", "early_stopping": "yes",
		"patience": "-1", "min_delta": "1.5", "restore_best": "maybe", "seed": "-1", "review": string(make([]rune, 20_001)), "without": "1,3", "at_epoch": "101",
	}
	for _, f := range notebook.Fields {
		if len(notebook.Check(d.state, map[string]string{f.Name: bad[f.Name]})) == 0 {
			t.Errorf("%s took %q", f.Name, bad[f.Name])
		}
		if p := notebook.Check(d.state, map[string]string{f.Name: f.Get(d.state)}); len(p) > 0 {
			t.Errorf("%s refuses its own default: %v", f.Name, p)
		}
	}
	same(t, "a blank review", len(notebook.Check(d.state, map[string]string{"review": " \n"})), 1)
}
