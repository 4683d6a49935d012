package execute

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/training/imdb"
	"cuaderno/training/lesson"
	"cuaderno/web"
)

// Executor does the work of cells, for all notebooks of the process.
type Executor struct {
	Deps
	evaluations chan struct{} // at work, of which each has a table of all words
}

// evaluationsAtOnce is how many are at work at once; they use all processors anyway.
const evaluationsAtOnce = 2

// New lets cells use what there is.
func New(d Deps) *Executor {
	return &Executor{Deps: d, evaluations: make(chan struct{}, evaluationsAtOnce)}
}

// execution is one execution of a cell: what is asked, what it may use, and whom to tell how it goes.
type execution struct {
	notebook.Start
	deps     *Executor
	notebook string // its id
	tell     func(notebook.Advance)
}

// cells are what each does. What one finds is told by its end; an error is the page's to tell.
var cells = lesson.Each(
	execution.intro, execution.load, execution.inspect, execution.pad, execution.model, execution.compile, execution.fit, execution.evaluate, execution.classify, execution.compare,
)

// Run does a cell's work for the notebook of an id, and returns how it ended; tell hears how it goes. Times of
// the end are the caller's to fill in.
func (e *Executor) Run(ctx context.Context, start notebook.Start, id string, tell func(notebook.Advance)) (end notebook.Finish) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("cell panicked", "cell", start.Cell, "panic", p, "stack", string(debug.Stack()))
			end = notebook.Finish{Failure: &notebook.Failure{Code: web.FailInternal, Detail: fmt.Sprint(p)}}
		}
	}()
	if start.Cell != notebook.Fit { // a training is noticed where it runs
		defer e.Estimator.Hold()()
	}
	end, err := cells.Of(start.Cell)(execution{start, e, id, tell}, ctx)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return notebook.Finish{Interrupted: true}
	default:
		slog.Warn("cell failed", "cell", start.Cell, "error", err)
		end.Failure = failureOf(err)
	}
	return end
}

func done(r web.Result) (notebook.Finish, error) { return notebook.Finish{Result: r}, nil }

// corpus is the data set that the notebook has loaded.
func (x execution) corpus(ctx context.Context) (*imdb.Corpus, error) {
	return x.deps.Library.Find(ctx, x.Corpus)
}

// review is the training review that the notebook looks at.
func (x execution) review(c *imdb.Corpus) int { return min(x.Index, c.Train.Len()-1) }

// stage returns a progress function that tells no more than ten times a second.
func (x execution) stage(name string) func(done, of int64) {
	began, last := time.Now(), time.Time{}
	return func(done, of int64) {
		at := time.Now()
		if at.Sub(last) < 100*time.Millisecond && done != of {
			return
		}
		last = at
		x.tell(notebook.Advance{At: at, Progress: &notebook.Progress{
			Stage: name, Done: done, Of: of, At: at, Since: began,
		}})
	}
}

// counted takes ints for a progress function.
func counted(progress func(done, of int64)) func(done, of int) {
	return func(done, of int) { progress(int64(done), int64(of)) }
}

// trained finds the run whose weights are asked for.
func (x execution) trained() notebook.Run {
	if i := slices.IndexFunc(x.Runs, func(r notebook.Run) bool { return r.ID == x.Run }); i >= 0 {
		return x.Runs[i]
	}
	return notebook.Run{}
}
