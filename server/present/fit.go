package present

import (
	"slices"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
	"cuaderno/web"
)

// fit adds the run to its cell's view: the one that goes on, else the one that the result is of.
func (v Page) fit(view *web.CellView, c notebook.Cell) {
	switch {
	case c.Now != nil:
		view.Ran = c.Now.Run.Settings
		view.Result = v.run(*c.Now.Run, c)
	case c.Done != nil:
		if i := slices.IndexFunc(v.State.Runs, func(r notebook.Run) bool { return r.ID == c.Done.Output }); i >= 0 {
			r := v.State.Runs[i]
			result := v.run(r, c)
			result.Held = true
			if result.Gone = v.Gone; result.Gone {
				result.Kept = 0
			}
			if r.Resumable() {
				result.Resume = &web.Resume{From: len(r.History) + 1, To: r.Epochs, Price: v.rest(r)}
			}
			view.Result = result
		}
	}
}

func (v Page) run(r notebook.Run, c notebook.Cell) *web.FitResult {
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
func (v Page) live(r notebook.Run, started time.Time) *web.Live {
	l := &web.Live{Epoch: r.Epoch, Elapsed: v.Now.Sub(started)}
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
