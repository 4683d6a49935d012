package present

import (
	"testing"
	"time"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/training/fit"
	"cuaderno/web"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// replay applies operations one after another.
func replay(s notebook.State, ops ...notebook.Op) notebook.State {
	for _, op := range ops {
		s, _ = notebook.Apply(s, op)
	}
	return s
}

func look(s notebook.State, now time.Time) Page {
	return Page{Lang: web.EN, Now: now, State: s, Here: "here", Prices: Prices{Dataset: datasets.IMDB}}
}

// finished runs a cell and ends it with a result.
func finished(s notebook.State, id notebook.ID, result any, output string) notebook.State {
	s = replay(s, notebook.RunCell{At: noon, Cell: id})
	return replay(s, notebook.Finish{At: noon.Add(time.Second), Cell: id, Ticket: s.Tickets, Result: result, Output: output, Reviews: 6000})
}

// readyToTrain has every cell before fit evaluated.
func readyToTrain() notebook.State {
	s := notebook.New("fine")
	s = finished(s, notebook.Load, web.LoadResult{Train: 25_000, Test: 25_000}, "hash")
	s = finished(s, notebook.Pad, web.PadResult{}, "")
	s = finished(s, notebook.Model, web.ModelResult{}, "")
	return finished(s, notebook.Compile, web.CompileResult{}, "")
}

func TestStatus(t *testing.T) {
	s := notebook.New("fine")
	servertest.Same(t, "new", unpriced(look(s, noon).Status()), web.StatusView{Lang: web.EN, State: web.NotebookReady, Of: 10})
	s = readyToTrain()
	servertest.Same(t, "some", unpriced(look(s, noon).Status()), web.StatusView{Lang: web.EN, State: web.NotebookReady, Done: 4, Of: 10})
	changed := replay(s, notebook.Edit{Values: map[string]string{"maxlen": "10"}})
	got := look(changed, noon).Status()
	servertest.Same(t, "stale", [3]any{got.State, got.Stale, got.Done}, [3]any{web.NotebookStale, 2, 2})

	s = replay(s, notebook.RunCell{At: noon, Cell: notebook.Fit})
	ticket := s.Tickets
	s = replay(s, notebook.Advance{Cell: notebook.Fit, Ticket: ticket, Place: 3})
	got = look(s, noon).Status()
	servertest.Same(t, "queued", [3]any{got.State, got.Cell, got.Place}, [3]any{web.NotebookQueued, "fit", 3})
	s = replay(s,
		notebook.Advance{At: noon, Cell: notebook.Fit, Ticket: ticket, Event: fit.EpochStarted{Epoch: 2, Epochs: 15, Steps: 782}},
		notebook.RunCell{At: noon, Cell: notebook.Intro},
	)
	servertest.Same(t, "waits for its turn", look(replay(s, notebook.RunCell{At: noon, Cell: notebook.Classify}), noon).Cell(notebook.Classify).Turn, 1)
	got = look(s, noon).Status()
	servertest.Same(t, "two at work", [4]any{got.State, got.Cell, got.Epoch, got.Epochs}, [4]any{web.NotebookRunning, "fit", 2, 15})
	s = replay(s, notebook.Finish{Cell: notebook.Fit, Ticket: ticket, Failure: &notebook.Failure{Code: web.FailNaN}},
		notebook.Finish{Cell: notebook.Intro, Ticket: ticket + 1, Result: web.IntroResult{}})
	got = look(s, noon).Status()
	servertest.Same(t, "failed", [2]any{got.State, got.Cell}, [2]any{web.NotebookFailed, "fit"})
	servertest.Same(t, "failure", look(s, noon).Cell(notebook.Fit).Failure.Code, web.FailNaN)
}

// What the page says of the book's size is what the notebook does.
func TestTheBookIsAsLargeAsThePageSays(t *testing.T) {
	servertest.Same(t, "runs", web.MaxRuns, notebook.MaxRuns)
	servertest.Same(t, "a name", web.MaxRunName, notebook.MaxName)
}

func unpriced(s web.StatusView) web.StatusView {
	s.All, s.Again = web.Price{}, web.Price{}
	return s
}

func TestWhatAButtonWouldTrainIsPriced(t *testing.T) {
	s := readyToTrain()
	v := look(s, noon)
	v.Prices.Plan = estimate.Epoch{Seconds: 2, Ratio: 1.5}
	want := web.Price{Trains: true, Epochs: 15, Total: 30 * time.Second, Other: 160, Ratio: 1.5}
	for _, id := range []notebook.ID{notebook.Fit, notebook.Evaluate, notebook.Classify} {
		servertest.Same(t, string(id), v.Cell(id).Price, want)
	}
	servertest.Same(t, "run all", v.Status().All, want)
	servertest.Same(t, "nothing is stale", v.Status().Again, web.Price{})
	for _, id := range []notebook.ID{notebook.Load, notebook.Compile, notebook.Compare} {
		servertest.Same(t, string(id), v.Cell(id).Price, web.Price{})
	}
	v.State = replay(s, notebook.Edit{Values: map[string]string{"early_stopping": "val_loss", "validation": "split"}})
	v.Prices.Plan = estimate.Epoch{Seconds: 20_000, Rough: true}
	servertest.Same(t, "with early stopping", v.Cell(notebook.Fit).Price, web.Price{
		Trains: true, Epochs: 15, Total: 15 * 20_000 * time.Second, Rough: true, Most: true,
	})
	v.State = notebook.New("fine")
	servertest.Same(t, "before a data set is loaded", v.Status().All.Assumed, true)
	v.Prices.Dataset = datasets.Size{Train: 10, Test: 10, AtMost: true}
	servertest.Same(t, "when another is likely", [2]bool{v.Status().All.Assumed, v.Status().All.Most}, [2]bool{false, true})
	v.State = replay(s, notebook.RunCell{At: noon, Cell: notebook.Fit})
	servertest.Same(t, "while it trains", v.Cell(notebook.Evaluate).Price, web.Price{})
}

func TestCellsSayWhyTheyAreStale(t *testing.T) {
	s := finished(readyToTrain(), notebook.Inspect, web.InspectResult{}, "")
	s = replay(s, notebook.Edit{Values: map[string]string{"num_words": "9000"}})
	c := look(s, noon).Cell(notebook.Inspect)
	servertest.Same(t, "edits", c.Changes, []web.Change{{Field: "num_words", From: "20000", To: "9000"}})
	servertest.Same(t, "what it ran with", c.Ran.NumWords, 20000)
	servertest.Same(t, "what the form shows", c.Settings.NumWords, 9000)
	servertest.Same(t, "time", c.Took, time.Second)
	s = replay(s, notebook.Edit{Values: map[string]string{"num_words": "20000"}})
	s = finished(s, notebook.Load, web.LoadResult{}, "another hash")
	c = look(s, noon).Cell(notebook.Inspect)
	servertest.Same(t, "after another corpus", [2]any{len(c.Changes), c.After}, [2]any{0, "load"})
}

func TestInvalidTextStandsInItsField(t *testing.T) {
	v := look(notebook.New("fine"), noon)
	v.Invalid = map[string]string{"maxlen": "many"}
	page := v.View(0)
	page.Focus()
	for _, c := range page.Cells {
		focus := ""
		if c.ID == "pad" {
			focus = "maxlen"
		}
		servertest.Same(t, "where "+c.ID+" begins", c.Focus, focus)
	}
}

func TestLiveRun(t *testing.T) {
	s := replay(readyToTrain(), notebook.Edit{Values: map[string]string{"epochs": "4"}}, notebook.RunCell{At: noon, Cell: notebook.Fit})
	ticket := s.Tickets
	tell := func(events ...fit.Event) *web.FitResult {
		for _, e := range events {
			s = replay(s, notebook.Advance{At: noon, Cell: notebook.Fit, Ticket: ticket, Event: e})
		}
		return look(s, noon.Add(10*time.Second)).Cell(notebook.Fit).Result.(*web.FitResult)
	}
	servertest.Same(t, "waiting", tell().State, "queued")
	servertest.Same(t, "planned", tell().Planned, 4)
	r := tell(fit.EpochStarted{Epoch: 1, Epochs: 4, Steps: 100}, fit.BatchDone{Epoch: 1, Batch: 25, Steps: 100, Reviews: 800, Seconds: 2, Loss: 0.5, Accuracy: 0.75})
	servertest.Same(t, "running", r.State, "running")
	// 8 s an epoch, of which 6 are left of this one, and three more to come; validation is not known yet.
	servertest.Same(t, "first epoch", *r.Live, web.Live{
		Epoch: 1, Batch: 25, Loss: 0.5, Accuracy: 0.75, PerSecond: 400, Elapsed: 10 * time.Second, Left: 30 * time.Second,
	})
	r = tell(fit.EpochDone{Epoch: 1, ValLoss: 0.4, Seconds: 10, MsPerStep: 80},
		fit.EpochStarted{Epoch: 2, Epochs: 4, Steps: 100}, fit.BatchDone{Epoch: 2, Batch: 50, Steps: 100, Reviews: 1600, Seconds: 4})
	// 4 s of training, 2 s of validation, and two more epochs of 10 s.
	servertest.Same(t, "left", r.Live.Left, 26*time.Second)
	servertest.Same(t, "epochs", len(r.Epochs), 1)
	r = tell(fit.Validating{Epoch: 2, Reviews: 500, Of: 1000})
	servertest.Same(t, "validating", [3]any{r.Live.Validating, r.Live.Done, r.Live.Left}, [3]any{true, 500, 21 * time.Second})
	r = tell(fit.EpochDone{Epoch: 2, ValLoss: 0.3, Seconds: 10}, fit.EpochDone{Epoch: 3, ValLoss: 0.6, Seconds: 10},
		fit.Stopped{Reason: "interrupted", Epochs: 3, Best: 2})
	servertest.Same(t, "ended", [4]any{r.State, r.Best, r.Kept, r.Live == nil}, [4]any{"interrupted", 2, 3, true})

	servertest.Same(t, "still at work", r.Resume == nil, true)

	s = replay(s, notebook.Advance{Cell: notebook.Fit, Ticket: ticket, Begun: "run", Where: "north"},
		notebook.Finish{At: noon.Add(time.Minute), Cell: notebook.Fit, Ticket: ticket, Result: "weights", Output: "run", Interrupted: true},
		notebook.Rename{Run: "run", Name: "mine"})
	v := look(s, noon)
	r = v.Cell(notebook.Fit).Result.(*web.FitResult)
	servertest.Same(t, "stopped between two epochs", r.Within, 0)
	servertest.Same(t, "what is left", [2]int{r.Resume.From, r.Resume.To}, [2]int{4, 4})
	servertest.Same(t, "where", r.Where, "north")
	servertest.Same(t, "its row", v.rows(), []web.RunRow{{
		ID: "run", Number: 1, Name: "mine", Settings: s.Runs[0].Settings, State: "interrupted", Epochs: r.Epochs, Best: 2, Where: "north", Current: true,
	}})
	v.Here = "north"
	servertest.Same(t, "on this machine", v.Cell(notebook.Fit).Result.(*web.FitResult).Where, "")
	servertest.Same(t, "not run, so no table", v.Cell(notebook.Compare).Result, nil)
	v.State = replay(s, notebook.RunCell{At: noon, Cell: notebook.Compare}, notebook.RunCell{At: noon, Cell: notebook.Evaluate})
	servertest.Same(t, "fit's price while it would not train", v.Cell(notebook.Evaluate).Price, web.Price{})
}

func TestProgressOfACell(t *testing.T) {
	s := replay(notebook.New("fine"), notebook.RunCell{At: noon, Cell: notebook.Load})
	servertest.Same(t, "at its start", look(s, noon.Add(time.Second)).Cell(notebook.Load).Progress, &web.Progress{Elapsed: time.Second})
	s = replay(s, notebook.Advance{Cell: notebook.Load, Ticket: s.Tickets, Progress: &notebook.Progress{
		Stage: "download", Done: 10, Of: 40, Since: noon.Add(time.Second), At: noon.Add(3 * time.Second),
	}})
	servertest.Same(t, "later", look(s, noon.Add(3*time.Second)).Cell(notebook.Load).Progress, &web.Progress{
		Stage: "download", Done: 10, Of: 40, Elapsed: 3 * time.Second, PerSecond: 5, Left: 6 * time.Second,
	})
}
