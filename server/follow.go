package main

import (
	"context"
	"fmt"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/training/fit"
)

// fit hands a training in and follows it to its end. When the reader stops it, the run is stopped
// and its last words are waited for, so that what it learnt is kept.
func (w work) fit(ctx context.Context) (notebook.Finish, error) {
	if err := affordable(w.Settings, availableMemory()); err != nil {
		return notebook.Finish{}, err
	}
	id, err := w.house.runs.Submit(runs.Job{Settings: w.Settings, Corpus: w.Corpus})
	if err != nil {
		return notebook.Finish{}, err
	}
	w.tell(notebook.Advance{At: time.Now(), Begun: id})
	defer context.AfterFunc(ctx, func() { _ = w.house.runs.Stop(id) })() // an unknown run needs no stop
	for u, err := range w.house.runs.Watch(context.WithoutCancel(ctx), id, 0) {
		if err != nil {
			return notebook.Finish{}, err
		}
		if done, ok := u.Event.(fit.EpochDone); ok {
			w.house.pace.note(w.Settings, w.Corpus, done)
		}
		w.tell(notebook.Advance{At: u.At, Place: u.Place, Event: u.Event})
	}
	result, err := w.house.runs.Result(id)
	if err != nil {
		return notebook.Finish{}, err
	}
	end := notebook.Finish{Interrupted: result.Stopped.Reason == fit.Interrupted}
	if result.Weights.Latest == nil {
		w.house.runs.Release(id)
		return end, result.Err
	}
	end.Result, end.Output = fmt.Sprintf("weights of %s", id), id
	return end, result.Err
}
