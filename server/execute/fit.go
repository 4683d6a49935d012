package execute

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"cuaderno/server/estimate"
	"cuaderno/server/memory"
	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/training/fit"
)

// ErrReader is why a cell's work ends when its reader stops it; any other end is the server's own.
var ErrReader = errors.New("the reader stopped it")

// fit hands a training in, or finds the one that was handed in before, and follows it to its end.
// When the reader stops it, the run is stopped and its last words are waited for, so that what it
// learnt is kept. When the server ends the run is left alone.
func (x execution) fit(ctx context.Context) (notebook.Finish, error) {
	late := context.WithoutCancel(ctx)
	id, err := x.begin(late)
	if err != nil {
		return notebook.Finish{}, err
	}
	x.deps.Models.Forget(id)
	watching, leave := context.WithCancelCause(late)
	defer leave(nil)
	var asking sync.WaitGroup
	defer asking.Wait()
	ended := make(chan struct{})
	defer close(ended)
	asking.Go(func() {
		select {
		case <-ctx.Done():
		case <-ended:
			return
		}
		if !errors.Is(context.Cause(ctx), ErrReader) {
			leave(context.Cause(ctx))
			return
		}
		if err := x.deps.Runs.Stop(late, id); err != nil && !errors.Is(err, runs.ErrUnknown) {
			leave(fmt.Errorf("the training was not stopped: %w", err))
		}
	})
	after := x.After
	for over := false; !over; {
		over = true
		for u, err := range x.deps.Runs.Watch(watching, id, after) {
			if watching.Err() != nil || errors.Is(err, runs.ErrUnknown) || errors.Is(err, runs.ErrClosed) {
				return notebook.Finish{}, errors.Join(context.Cause(watching), err)
			}
			if err != nil { // the store is out of reach: the run goes on all the same
				slog.Warn("a training is not seen for a moment", "run", id, "error", err)
				pause(watching, time.Second)
				over = false
				break
			}
			after = u.Seq
			x.hear(u)
		}
	}
	result, err := x.deps.Runs.Result(id)
	if err != nil {
		return notebook.Finish{}, err
	}
	end := notebook.Finish{Interrupted: result.Stopped.Reason == fit.Interrupted}
	if !result.Final {
		return end, result.Err
	}
	end.Result, end.Output = fmt.Sprintf("weights of %s", id), id
	return end, result.Err
}

// hear passes on an entry of the run's log.
func (x execution) hear(u runs.Update) {
	news := notebook.Advance{At: u.At, Seq: u.Seq, Place: u.Place, Event: u.Event, Where: u.Where, Note: u.Note}
	if u.Place > 0 {
		news.Seq = 0 // it is no entry of the log
	}
	x.tell(news)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// begin gives the id of the run to follow, which it queues if nobody has. The notebook knows the id
// before the queue does: whatever happens between, the run is found again.
func (x execution) begin(ctx context.Context) (id string, err error) {
	service := x.deps.Runs
	if x.Resume {
		err := service.Resume(ctx, x.Run)
		if errors.Is(err, runs.ErrUnfinished) || errors.Is(err, runs.ErrWhole) {
			err = nil // it has been resumed already
		}
		return x.Run, err
	}
	if x.Run != "" {
		err := service.Mend(ctx, x.Run)
		if err == nil {
			return x.Run, nil
		}
		if !errors.Is(err, runs.ErrUnknown) {
			slog.Warn("a training was not looked after", "run", x.Run, "error", err) // following it does so again
			return x.Run, nil
		}
	}
	if err := estimate.Affordable(x.Settings, memory.Available()); err != nil {
		return "", err
	}
	if id = x.Run; id == "" {
		id = runs.NewID(time.Now())
		x.tell(notebook.Advance{At: time.Now(), Begun: id})
	}
	job := runs.Job{ID: id, Notebook: x.notebook, Settings: x.Settings, Corpus: x.Corpus}
	if c, err := x.deps.Library.Get(x.Corpus); err == nil {
		job.Reviews = c.Name
	}
	return service.Submit(ctx, job)
}
