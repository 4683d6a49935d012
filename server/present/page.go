package present

import (
	"time"

	"cuaderno/server/notebook"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// Page turns a notebook's state into what the page shows, in one language at one moment.
type Page struct {
	Lang   web.Lang
	CSRF   string
	Now    time.Time
	State  notebook.State
	Here   string // name of this machine
	Gone   bool   // the weights of the run that is shown are there no more
	Prices Prices

	Invalid map[string]string // what was typed into fields that may not hold it
	Notice  string            // one of web's
}

// View is all of it; seq is the number of the last message that tells of it.
func (v Page) View(seq uint64) web.PageView {
	p := web.PageView{Notice: v.Notice, Share: v.Address(), Lang: v.Lang, CSRF: v.CSRF, Seq: seq, Edits: v.Edits(), Status: v.Status()}
	for _, id := range notebook.Order {
		p.Cells = append(p.Cells, v.Cell(id))
	}
	return p
}

// Edits are the numbers of the latest edits, by name.
func (v Page) Edits() map[string]uint64 {
	all := map[string]uint64{}
	for name, e := range v.State.Edits {
		all[name] = e.Seq
	}
	return all
}

// Status is the notebook as a whole.
func (v Page) Status() web.StatusView {
	s := web.StatusView{Lang: v.Lang, CSRF: v.CSRF, Invalid: v.Invalid, State: web.NotebookReady, Of: len(notebook.Order)}
	running, queued, failed := notebook.ID(""), notebook.ID(""), notebook.ID("")
	for _, id := range notebook.Order {
		c := v.State.Cell(id)
		switch {
		// Of two that run, fit is the one worth watching.
		case c.Activity == notebook.Running && (running == "" || id == notebook.Fit):
			running = id
		case c.Activity == notebook.Queued && queued == "":
			queued = id
		case c.Activity == notebook.Failed && failed == "":
			failed = id
		}
		switch c.Validity {
		case notebook.Stale:
			s.Stale++
		case notebook.Evaluated:
			s.Done++
		}
	}
	s.All = v.plan(notebook.RunAll{})
	s.Again = v.plan(notebook.RunStale{})
	switch {
	case running != "":
		s.State, s.Cell = web.NotebookRunning, string(running)
		if run := v.State.Cell(running).Now.Run; run != nil {
			s.Epoch, s.Epochs = run.Epoch, run.Epochs
		}
	case queued != "":
		s.State, s.Cell, s.Place = web.NotebookQueued, string(queued), v.place(queued)
	case failed != "":
		s.State, s.Cell = web.NotebookFailed, string(failed)
	case s.Stale > 0:
		s.State = web.NotebookStale
	case s.Done == s.Of:
		s.State = web.NotebookDone
	}
	return s
}

// place counts the trainings before a cell's own in the queue that all notebooks share.
func (v Page) place(id notebook.ID) int {
	if now := v.State.Cell(id).Now; now != nil {
		return now.Place
	}
	return 0
}

// Fields is of a cell what its form shows.
func (v Page) Fields(id notebook.ID) web.CellView {
	return web.CellView{
		Lang: v.Lang, ID: string(id), Settings: v.State.Settings, Index: v.State.Index, IndexMax: v.State.IndexMax(), Review: v.State.Review,
	}
}

// Cell is one cell: its result, and what its form and its tabs show.
func (v Page) Cell(id notebook.ID) web.CellView {
	c := v.State.Cell(id)
	view := v.Fields(id)
	view.CSRF, view.Invalid = v.CSRF, v.Invalid
	view.Count, view.Validity, view.Activity = c.Count, web.Validity(c.Validity), web.Activity(c.Activity)
	view.Place, view.Turn = v.place(id), v.State.Place(id)
	view.Ran, view.Price = v.State.Settings, v.plan(notebook.RunCell{Cell: id})
	view.Changes, view.After = changes(c)
	if c.Failure != nil {
		view.Failure = &web.Failure{Code: c.Failure.Code, Detail: c.Failure.Detail, Field: c.Failure.Field}
	}
	if c.Done != nil {
		view.Took, view.Ran = c.Done.Elapsed, v.State.SettingsOf(c.Done.Used)
		if result, ok := c.Done.Result.(web.Result); ok {
			view.Result = result
		}
	}
	switch {
	case id == notebook.Classify:
		view.Rule = v.rule()
	case id == notebook.Fit:
		v.fit(&view, c)
		v.sketches(&view)
		return view
	case id == notebook.Compare && c.Done != nil:
		view.Result = web.CompareResult{Runs: v.rows()}
	}
	if c.Now != nil {
		view.Progress = v.progress(c.Now)
	}
	return view
}

// rule is how the reviews that are loaded became words.
func (v Page) rule() tokenize.Rule {
	if load := v.State.Cell(notebook.Load).Done; load != nil {
		if r, ok := load.Result.(web.LoadResult); ok {
			return r.HowWords()
		}
	}
	return ""
}

// changes are the edits behind a stale result; with none, the cell that gave another result.
func changes(c notebook.Cell) (edits []web.Change, after string) {
	for _, why := range c.Why {
		switch why.Input {
		case notebook.CorpusInput:
			after = string(notebook.Load)
		case notebook.RunInput:
			after = string(notebook.Fit)
		default:
			edits = append(edits, web.Change{Field: why.Input, From: why.From, To: why.To})
		}
	}
	return edits, after
}

func (v Page) progress(now *notebook.Execution) *web.Progress {
	p := &web.Progress{Elapsed: v.Now.Sub(now.Started)}
	if now.Progress == nil {
		return p
	}
	p.Stage, p.Done, p.Of = now.Progress.Stage, now.Progress.Done, now.Progress.Of
	if spent := now.Progress.At.Sub(now.Progress.Since).Seconds(); spent > 0 && p.Done > 0 {
		p.PerSecond = float64(p.Done) / spent
		if p.Of > p.Done {
			p.Left = seconds(float64(p.Of-p.Done) / p.PerSecond)
		}
	}
	return p
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
