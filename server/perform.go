package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/klauspost/cpuid/v2"

	"cuaderno/server/notebook"
	"cuaderno/training/imdb"
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// work is one execution of a cell: what is asked, and whom to tell how it goes.
type work struct {
	notebook.Start
	house    *house
	notebook string // its id
	tell     func(notebook.Advance)
}

// perform does a cell's work and returns how it ended. Times are the caller's to fill in.
func (w work) perform(ctx context.Context) (end notebook.Finish) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("cell panicked", "cell", w.Cell, "panic", p, "stack", string(debug.Stack()))
			end = notebook.Finish{Failure: &notebook.Failure{Code: web.FailInternal, Detail: fmt.Sprint(p)}}
		}
	}()
	if w.Cell != notebook.Fit {
		defer w.house.estimator.Hold()()
	}
	end, err := w.dispatch(ctx)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return notebook.Finish{Interrupted: true}
	default:
		slog.Warn("cell failed", "cell", w.Cell, "error", err)
		end.Failure = cellFailure(err)
	}
	return end
}

func (w work) dispatch(ctx context.Context) (notebook.Finish, error) {
	switch w.Cell {
	case notebook.Intro:
		return done(web.IntroResult{Go: runtime.Version(), CPU: cpuid.CPU.BrandName, Cores: runtime.GOMAXPROCS(0), Kernel: kernel.ISA()})
	case notebook.Load:
		return w.load(ctx)
	case notebook.Model:
		return done(summary(w))
	case notebook.Compile:
		return done(web.CompileResult{})
	case notebook.Fit:
		return w.fit(ctx)
	case notebook.Compare:
		return done(web.CompareResult{}) // the page shows the list of runs as it is
	}
	c, err := w.house.library.Find(ctx, w.Corpus)
	if err != nil {
		return notebook.Finish{}, err
	}
	switch w.Cell {
	case notebook.Inspect:
		return done(inspected(c, min(w.Index, c.Train.Len()-1), w.Settings.NumWords))
	case notebook.Pad:
		return done(padded(c, min(w.Index, c.Train.Len()-1), w.Settings))
	case notebook.Evaluate:
		return w.evaluate(ctx, c)
	case notebook.Classify:
		return w.classify(ctx, c)
	}
	return notebook.Finish{}, fmt.Errorf("no work is known for the cell %q", w.Cell)
}

func done(r web.Result) (notebook.Finish, error) { return notebook.Finish{Result: r}, nil }

// stage returns a progress function that tells no more than ten times a second.
func (w work) stage(name string) func(done, of int64) {
	began, last := time.Now(), time.Time{}
	return func(done, of int64) {
		at := time.Now()
		if at.Sub(last) < 100*time.Millisecond && done != of {
			return
		}
		last = at
		w.tell(notebook.Advance{At: at, Progress: &notebook.Progress{
			Stage: name, Done: done, Of: of, At: at, Since: began,
		}})
	}
}

// counted takes ints for a progress function.
func counted(progress func(done, of int64)) func(done, of int) {
	return func(done, of int) { progress(int64(done), int64(of)) }
}

func (w work) load(ctx context.Context) (notebook.Finish, error) {
	began := time.Now()
	w.stage("read")(0, 0)
	c, err := w.house.library.Load(ctx, imdb.Progress(w.stage("download")))
	if err != nil {
		return notebook.Finish{}, err
	}
	r, err := loaded(ctx, c, w.Settings.NumWords)
	if err != nil {
		return notebook.Finish{}, err
	}
	r.Seconds, r.Offline = time.Since(began).Seconds(), w.house.library.Offline()
	return notebook.Finish{Result: r, Output: c.SHA256, Reviews: c.Train.Len()}, nil
}

func summary(w work) web.ModelResult {
	s := nn.SpecOf(w.Settings).Summary()
	r := web.ModelResult{Total: s.Total}
	for _, row := range s.Rows {
		r.Layers = append(r.Layers, web.Layer{Name: row.Name, Type: row.Type, Output: row.Output, Params: row.Params})
	}
	return r
}

// trained finds the run whose weights are asked for.
func (w work) trained() notebook.Run {
	if i := slices.IndexFunc(w.Runs, func(r notebook.Run) bool { return r.ID == w.Run }); i >= 0 {
		return w.Runs[i]
	}
	return notebook.Run{}
}
