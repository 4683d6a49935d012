package notebook_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

// TestRandomOperations throws operations at a notebook and checks after each what must always hold.
func TestRandomOperations(t *testing.T) {
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 113))
			d := newDesk(t)
			for range 250 {
				op := randomOp(rng, d)
				if finish, ok := op.(notebook.Finish); ok {
					d.open = slices.DeleteFunc(d.open, func(s notebook.Start) bool { return s.Ticket == finish.Ticket })
				}
				before := d.state
				copied := deepCopy(before)
				d.do(op)
				if diff := cmp.Diff(copied, before); diff != "" {
					t.Fatalf("%T changed the state it was given:\n%s", op, diff)
				}
				check(t, op, before, d.state, d.last)
				if t.Failed() {
					t.Fatalf("after %#v", op)
				}
			}
		})
	}
}

func randomOp(rng *rand.Rand, d *desk) notebook.Op {
	d.now = d.now.Add(time.Second)
	id := notebook.Order[rng.IntN(len(notebook.Order))]
	var start notebook.Start
	if len(d.open) > 0 {
		start = d.open[rng.IntN(len(d.open))]
	}
	switch rng.IntN(22) {
	case 0:
		return notebook.RunAll{At: d.now}
	case 1, 2:
		return notebook.RunCell{At: d.now, Cell: id}
	case 3:
		return notebook.Interrupt{At: d.now, Cell: id}
	case 4:
		if rng.IntN(6) == 0 {
			return notebook.Restart{At: d.now}
		}
		return notebook.RunCell{At: d.now, Cell: id}
	case 5, 6:
		texts := []string{"100", "20000", "0.5", "post", "pre", "sgd", "true", "1", "gru", "nonsense", ""}
		f := notebook.Fields[rng.IntN(len(notebook.Fields))]
		return notebook.Edit{Values: map[string]string{f.Name: texts[rng.IntN(len(texts))]}}
	case 7:
		events := []fit.Event{
			fit.EpochStarted{Epoch: 1 + rng.IntN(2), Epochs: 2, Steps: 3}, fit.BatchDone{Epoch: 1, Batch: 1},
			fit.EpochDone{Epoch: 1 + rng.IntN(2)}, fit.Stopped{Reason: fit.Interrupted}, nil,
			fit.Reach{Epoch: 1 + rng.IntN(2), Norms: []float32{1, 2}},
		}
		return notebook.Advance{
			At: d.now, Cell: start.Cell, Ticket: start.Ticket, Seq: rng.Uint64N(20), Where: "a machine",
			Event: events[rng.IntN(len(events))], Place: rng.IntN(2),
		}
	case 8:
		return notebook.Advance{At: d.now, Cell: start.Cell, Ticket: start.Ticket, Begun: runFor(start)}
	case 9:
		return notebook.Recover{At: d.now}
	case 10:
		return notebook.Resume{At: d.now}
	case 11:
		return notebook.RunStale{At: d.now}
	case 12:
		return notebook.Rename{Run: anyRun(rng, d.state), Name: "a name"}
	case 13:
		return notebook.Adopt{Run: anyRun(rng, d.state)}
	case 14:
		return notebook.Delete{Run: anyRun(rng, d.state)}
	case 15:
		return notebook.Expect{Guess: []notebook.Guess{{Epoch: 1 + rng.IntN(20), Loss: rng.Float64()}, {Epoch: 1, Loss: .5}}}
	case 16:
		if rng.IntN(2) == 0 {
			return notebook.Unpin{ID: rng.Uint64N(8)}
		}
		return notebook.Pin{Text: fmt.Sprint("sentence ", rng.IntN(9))}
	case 17, 18:
		u, _ := d.state.Unjudged()
		of := map[uint64]notebook.Verdict{rng.Uint64N(8): {P: notebook.Gone}}
		for _, p := range u.Pins {
			of[p.ID] = notebook.Verdict{P: rng.Float64(), Known: 1, Words: 2}
		}
		return notebook.Judged{Run: u.Run.ID, Epoch: u.Epoch, Of: of}
	}
	op := notebook.Finish{At: d.now, Cell: start.Cell, Ticket: start.Ticket}
	switch rng.IntN(5) {
	case 0:
		op.Failure = &notebook.Failure{Code: "internal"}
	case 1:
		op.Interrupted = true
	default:
		op.Result = "result"
		if start.Cell == notebook.Load {
			op.Output, op.Reviews = fmt.Sprint("corpus-", rng.IntN(2)), 6000
		}
		if start.Cell == notebook.Fit {
			op.Output = runFor(start)
		}
	}
	return op
}

func anyRun(rng *rand.Rand, s notebook.State) string {
	if len(s.Runs) == 0 {
		return "no such run"
	}
	return s.Runs[rng.IntN(len(s.Runs))].ID
}

func runFor(start notebook.Start) string {
	if start.Resume {
		return start.Run
	}
	return fmt.Sprint("run-", start.Ticket)
}

func check(t *testing.T, op notebook.Op, before, s notebook.State, actions []notebook.Action) {
	t.Helper()
	front := 0
	for _, id := range notebook.Order {
		c := s.Cell(id)
		if c.Now != nil && id != notebook.Fit {
			front++
		}
		if (c.Validity == notebook.Fresh) != (c.Done == nil) || (c.Validity == notebook.Stale) != (len(c.Why) > 0) {
			t.Errorf("%s is %s with result %v and reasons %v", id, c.Validity, c.Done, c.Why)
		}
		waits := slices.Contains(s.Queue, id)
		if waits && c.Now != nil || (c.Now != nil || waits) != c.Pending() || (c.Activity == notebook.Failed) != (c.Failure != nil) {
			t.Errorf("%s is %s: in queue %v, at work %v, failure %v", id, c.Activity, waits, c.Now != nil, c.Failure)
		}
		if c.Done != nil {
			for _, need := range notebook.Needs(id) {
				if s.Cell(need).Done == nil {
					t.Errorf("%s has a result, %s which it needs has none", id, need)
				}
			}
		}
	}
	if front > 1 {
		t.Error("two cells work in the foreground")
	}
	if err := s.Settings.Validate(); err != nil {
		t.Error(err)
	}
	sorted := slices.Clone(s.Queue)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(s.Queue) {
		t.Errorf("a cell waits twice: %v", s.Queue)
	}
	if len(s.Queue) > 0 && front == 0 && s.Cell(notebook.Fit).Now == nil {
		t.Errorf("nothing works while %v wait", s.Queue)
	}
	for _, a := range actions {
		start, ok := a.(notebook.Start)
		_, recovered := op.(notebook.Recover)
		if !ok || recovered || start.Resume {
			continue // what was at work before may have got company since
		}
		switch op.(type) {
		case notebook.Edit, notebook.Rename, notebook.Adopt, notebook.Delete, notebook.Advance:
			t.Errorf("%T started work", op)
		}
		for _, need := range notebook.Needs(start.Cell) {
			if s.Cell(need).Pending() {
				t.Errorf("%s started while %s was pending", start.Cell, need)
			}
		}
	}
	runs := map[string]bool{}
	for _, r := range s.Runs {
		if r.ID != "" && runs[r.ID] {
			t.Errorf("run %s is listed twice", r.ID)
		}
		runs[r.ID] = true
	}
	for _, a := range actions {
		if release, ok := a.(notebook.Release); ok && s.Cell(notebook.Fit).Done != nil && s.Cell(notebook.Fit).Done.Output == release.Run {
			t.Errorf("run %s was given up, and fit holds it", release.Run)
		}
	}
	if s.Tickets < before.Tickets {
		t.Error("tickets went backwards")
	}
}

// deepCopy copies what Apply could change by mistake.
func deepCopy(s notebook.State) notebook.State {
	s.Queue, s.Runs = slices.Clone(s.Queue), slices.Clone(s.Runs)
	s.Guess, s.Pins = slices.Clone(s.Guess), slices.Clone(s.Pins)
	for i, p := range s.Pins {
		s.Pins[i].Scores = maps.Clone(p.Scores)
	}
	for i := range s.Cells {
		c := &s.Cells[i]
		c.Why = slices.Clone(c.Why)
		if c.Now != nil {
			now := *c.Now
			if now.Run != nil {
				run := *now.Run
				run.History = slices.Clone(run.History)
				now.Run = &run
			}
			c.Now = &now
		}
		if c.Done != nil {
			done := *c.Done
			c.Done = &done
		}
	}
	return s
}
