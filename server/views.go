package main

import (
	"slices"
	"time"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// viewer turns a notebook's state into what the page shows, in one language at one moment.
type viewer struct {
	lang   web.Lang
	csrf   string
	now    time.Time
	state  notebook.State
	here   string // name of this machine
	expect func() datasets.Size
	gone   func(run string) bool // its weights are there no more; nil knows of none
	price  func(about string, s training.Settings, corpus string, r estimate.Counts) estimate.Epoch

	invalid map[string]string // what was typed into fields that may not hold it
	notice  string            // one of web's
}

func (v viewer) page(seq uint64) web.PageView {
	p := web.PageView{Notice: v.notice, Share: v.address(), Lang: v.lang, CSRF: v.csrf, Seq: seq, Edits: v.edits(), Status: v.status()}
	for _, id := range notebook.Order {
		p.Cells = append(p.Cells, v.cell(id))
	}
	return p
}

// edits are the numbers of the latest edits, by name.
func (v viewer) edits() map[string]uint64 {
	all := map[string]uint64{}
	for name, e := range v.state.Edits {
		all[name] = e.Seq
	}
	return all
}

func (v viewer) status() web.StatusView {
	s := web.StatusView{Lang: v.lang, CSRF: v.csrf, Invalid: v.invalid, State: web.NotebookReady, Of: len(notebook.Order)}
	running, queued, failed := notebook.ID(""), notebook.ID(""), notebook.ID("")
	for _, id := range notebook.Order {
		c := v.state.Cell(id)
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
		if run := v.state.Cell(running).Now.Run; run != nil {
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
func (v viewer) place(id notebook.ID) int {
	if now := v.state.Cell(id).Now; now != nil {
		return now.Place
	}
	return 0
}

// fields is of a cell what its form shows.
func (v viewer) fields(id notebook.ID) web.CellView {
	return web.CellView{
		Lang: v.lang, ID: string(id), Settings: v.state.Settings, Index: v.state.Index, IndexMax: v.state.IndexMax(), Review: v.state.Review,
	}
}

func (v viewer) cell(id notebook.ID) web.CellView {
	c := v.state.Cell(id)
	view := v.fields(id)
	view.CSRF, view.Invalid = v.csrf, v.invalid
	view.Count, view.Validity, view.Activity = c.Count, web.Validity(c.Validity), web.Activity(c.Activity)
	view.Place, view.Turn = v.place(id), v.state.Place(id)
	view.Ran, view.Price = v.state.Settings, v.plan(notebook.RunCell{Cell: id})
	view.Changes, view.After = changes(c)
	if c.Failure != nil {
		view.Failure = &web.Failure{Code: c.Failure.Code, Detail: c.Failure.Detail, Field: c.Failure.Field}
	}
	if c.Done != nil {
		view.Took, view.Ran = c.Done.Elapsed, v.state.SettingsOf(c.Done.Used)
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
func (v viewer) rule() tokenize.Rule {
	if load := v.state.Cell(notebook.Load).Done; load != nil {
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

func (v viewer) progress(now *notebook.Execution) *web.Progress {
	p := &web.Progress{Elapsed: v.now.Sub(now.Started)}
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

// fit adds the run to its cell's view: the one that goes on, else the one that the result is of.
func (v viewer) fit(view *web.CellView, c notebook.Cell) {
	switch {
	case c.Now != nil:
		view.Ran = c.Now.Run.Settings
		view.Result = v.run(*c.Now.Run, c)
	case c.Done != nil:
		if i := slices.IndexFunc(v.state.Runs, func(r notebook.Run) bool { return r.ID == c.Done.Output }); i >= 0 {
			r := v.state.Runs[i]
			result := v.run(r, c)
			result.Held = true
			if result.Gone = v.gone != nil && v.gone(r.ID); result.Gone {
				result.Kept = 0
			}
			if r.Resumable() {
				result.Resume = &web.Resume{From: len(r.History) + 1, To: r.Epochs, Price: v.rest(r)}
			}
			view.Result = result
		}
	}
}

func (v viewer) run(r notebook.Run, c notebook.Cell) *web.FitResult {
	out := &web.FitResult{
		Run: r.ID, State: "running", Planned: r.Epochs, Steps: r.Steps, Best: r.Best(), Kept: r.Kept(),
		Sealed: r.Settings.Validation == "split", Epochs: epochs(r.History), Where: v.elsewhere(r),
		Guess: guesses(r.Guess, r.Epochs), Reach: reaches(r), Mixed: r.Mixed, Anew: r.Anew,
	}
	switch {
	case r.Stopped != nil:
		out.State = r.Stopped.Reason
		if out.State == fit.Interrupted && r.Epoch > len(r.History) {
			out.Within = r.Epoch
		}
	case c.Activity == notebook.Queued:
		out.State = "queued"
	default:
		out.Live = v.live(r, c.Now.Started)
	}
	return out
}

// live is where a run is, and how long the rest will take if it goes on as it did.
func (v viewer) live(r notebook.Run, started time.Time) *web.Live {
	l := &web.Live{Epoch: r.Epoch, Elapsed: v.now.Sub(started)}
	validation, epoch := 0.0, 0.0
	if n := len(r.History); n > 0 {
		last := r.History[n-1]
		epoch = last.Seconds
		validation = max(0, last.Seconds-last.MsPerStep*float64(r.Steps)/1000)
	}
	left := 0.0
	if b := r.Batch; b != nil {
		l.Batch, l.Loss, l.Accuracy = b.Batch, b.Loss, b.Accuracy
		if b.Seconds > 0 {
			l.PerSecond = float64(b.Reviews) / b.Seconds
			training := b.Seconds / float64(b.Batch) * float64(b.Steps)
			left = training - b.Seconds + validation
			if epoch == 0 {
				epoch = training
			}
		}
	}
	if val := r.Validating; val != nil {
		l.Validating, l.Done, l.Of = true, val.Reviews, val.Of
		left = 0
		if val.Of > 0 {
			left = validation * (1 - float64(val.Reviews)/float64(val.Of))
		}
	}
	if epoch > 0 {
		l.Left = seconds(left + epoch*float64(max(0, r.Epochs-max(r.Epoch, 1))))
	}
	return l
}
