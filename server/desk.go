package main

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// desk is where one reader's notebook lies. Its goroutine owns the state, applies every operation,
// has the work done that follows, and tells the open pages what changed.
type desk struct {
	id    string
	house *house
	inbox chan func()
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	used atomic.Int64 // when somebody last looked, Unix seconds
	busy atomic.Bool  // a cell waits or works, or a page is open

	// Owned by the goroutine.
	state   notebook.State
	csrf    string
	screens map[web.Lang]*screen
	cancels map[uint64]context.CancelFunc
}

func newDesk(h *house, id string) *desk {
	d := &desk{
		id: id, house: h, inbox: make(chan func()), state: notebook.New(web.DefaultReview),
		screens: map[web.Lang]*screen{}, cancels: map[uint64]context.CancelFunc{},
	}
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.touch()
	d.wg.Go(d.loop)
	return d
}

func (d *desk) loop() {
	for {
		select {
		case f := <-d.inbox:
			guarded(f)
			d.busy.Store(d.state.Busy() || d.watched())
		case <-d.ctx.Done():
			for _, cancel := range d.cancels {
				cancel()
			}
			for _, s := range d.screens {
				s.hub.close()
			}
			return
		}
	}
}

// guarded keeps a slip in one reader's notebook from ending everybody's.
func guarded(f func()) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("notebook panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// close stops the desk's work, waits for it and gives its weights up.
func (d *desk) close() {
	d.stop()
	d.wg.Wait()
	for _, run := range d.state.Runs {
		d.house.runs.Release(run.ID)
	}
}

func (d *desk) touch() { d.used.Store(time.Now().Unix()) }

// call runs a function on the desk's goroutine and waits for it.
func (d *desk) call(ctx context.Context, f func()) error {
	done := make(chan struct{})
	select {
	case d.inbox <- func() { defer close(done); f() }:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.ctx.Done():
		return failure{code: codeClosing, detail: "the notebook is closed"}
	}
	<-done
	return nil
}

// do applies an operation.
func (d *desk) do(ctx context.Context, op notebook.Op) error {
	d.touch()
	return d.call(ctx, func() { d.apply(op) })
}

// report applies news from the desk's own work, unless the desk is closing.
func (d *desk) report(op notebook.Op) {
	select {
	case d.inbox <- func() { d.apply(op) }:
	case <-d.ctx.Done():
	}
}

func (d *desk) apply(op notebook.Op) {
	next, actions := notebook.Apply(d.state, op)
	d.state = next
	for _, a := range actions {
		d.act(a)
	}
	d.publish(op)
}

func (d *desk) act(a notebook.Action) {
	switch a := a.(type) {
	case notebook.Start:
		ctx, cancel := context.WithCancel(d.ctx)
		d.cancels[a.Ticket] = cancel
		d.wg.Go(func() { d.work(ctx, a) })
	case notebook.Cancel:
		if cancel := d.cancels[a.Ticket]; cancel != nil {
			cancel()
		}
	case notebook.Release:
		d.house.runs.Release(a.Run)
	}
}

// work performs a cell and reports its end.
func (d *desk) work(ctx context.Context, start notebook.Start) {
	w := work{Start: start, house: d.house, tell: func(news notebook.Advance) {
		news.Cell, news.Ticket = start.Cell, start.Ticket
		d.report(news)
	}}
	end := w.perform(ctx)
	end.At, end.Cell, end.Ticket = time.Now(), start.Cell, start.Ticket
	if d.ctx.Err() != nil {
		d.house.runs.Release(end.Output)
		return
	}
	slog.Debug("cell ended", "cell", start.Cell, "interrupted", end.Interrupted, "failure", end.Failure)
	select {
	case d.inbox <- func() {
		d.cancels[start.Ticket]()
		delete(d.cancels, start.Ticket)
		d.apply(end)
	}:
	case <-d.ctx.Done():
		d.house.runs.Release(end.Output)
	}
}

func (d *desk) watched() bool {
	for _, s := range d.screens {
		if len(s.hub.clients) > 0 {
			return true
		}
	}
	return false
}

// viewer looks at the present state. It runs on the desk's goroutine.
func (d *desk) viewer(lang web.Lang) viewer {
	return viewer{
		lang: lang, csrf: d.csrf, now: time.Now(), state: d.state, price: d.house.pace.price,
	}
}

// page is what a reader sees now; csrf is the token of the reader's browser. Fields of one cell may
// hold what was just typed and is not allowed.
func (d *desk) page(ctx context.Context, lang web.Lang, csrf string, at notebook.ID, invalid map[string]string) (p web.PageView, err error) {
	d.touch()
	err = d.call(ctx, func() {
		d.csrf = csrf
		v := d.viewer(lang)
		v.at, v.invalid = at, invalid
		p = v.page(d.screen(lang).hub.seq)
	})
	return p, err
}

// check says what is wrong with typed fields, in the light of the present state.
func (d *desk) check(ctx context.Context, values map[string]string) (problems map[string]notebook.Problem, err error) {
	err = d.call(ctx, func() { problems = notebook.Check(d.state, values) })
	return problems, err
}

// join lets a page hear of every change after a number.
func (d *desk) join(ctx context.Context, lang web.Lang, after uint64, c *client) error {
	d.touch()
	return d.call(ctx, func() {
		s := d.screen(lang)
		s.hub.join(c, after, func() message { return s.everything(d.viewer(lang)) })
	})
}

// leave is told that a page is gone.
func (d *desk) leave(lang web.Lang, c *client) {
	d.touch()
	_ = d.call(context.Background(), func() { d.screen(lang).hub.leave(c) }) // a closed desk has let go already
}
