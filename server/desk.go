package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cuaderno/server/execute"
	"cuaderno/server/notebook"
	"cuaderno/server/present"
	"cuaderno/server/runs"
	"cuaderno/web"
)

// desk is where one reader's notebook lies. Its goroutine owns the state, applies every operation,
// has the work done that follows, and tells the open pages what changed. What it applies it also
// keeps; a notebook that another server changed meanwhile is taken over from there.
type desk struct {
	id    string
	house *house
	inbox chan func()
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	used  atomic.Int64 // when somebody last looked, Unix seconds
	busy  atomic.Bool  // a cell waits or works, or something is still to be kept
	shown atomic.Bool  // a page is open

	// Owned by the goroutine.
	sheet
	csrf    string
	screens map[web.Lang]*screen
	cancels map[uint64]context.CancelCauseFunc // of the work done here, by ticket
	unkept  *unkept                            // what could not be kept; nil if all is
	told    string                             // the notice that the pages have

	from     string // the address of who opened it
	admitted bool   // it may be kept, though it is not yet
	refused  string // the notice why it may not

	prices present.Prices // of the trainings that the pages offer

	judging    bool      // pinned sentences are being judged
	judgeAfter time.Time // and not before
}

// newDesk takes a notebook up as it was left.
func newDesk(h *house, id, from string, p sheet) *desk {
	d := &desk{
		id: id, from: from, house: h, inbox: make(chan func()), sheet: p,
		screens: map[web.Lang]*screen{}, cancels: map[uint64]context.CancelCauseFunc{},
	}
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.touch()
	d.busy.Store(d.state.Busy())
	d.wg.Go(d.loop)
	if !h.shared {
		return d // nobody else writes there
	}
	d.wg.Go(func() { h.keep.watch(d.ctx, id, func(p sheet) { d.hand(func() { d.adopt(p) }) }) })
	return d
}

// patrol is how often a desk looks whether the servers that do its work are alive.
const patrol = 10 * time.Second

func (d *desk) loop() {
	guarded(d.takeUp)
	guarded(d.ask)
	guarded(d.judge)
	tick, retry := time.NewTicker(patrol), time.NewTicker(again)
	defer tick.Stop()
	defer retry.Stop()
	for {
		select {
		case f := <-d.inbox:
			guarded(f)
			d.busy.Store(d.state.Busy() || d.unkept != nil)
			d.shown.Store(d.watched())
		case <-retry.C:
			guarded(func() { d.keepAgain(d.ctx) })
			guarded(d.heedNotice)
		case <-tick.C:
			guarded(d.takeUp)
			guarded(d.judge)
			guarded(d.stayKept)
			d.forgetScreens(time.Now())
		case <-d.ctx.Done():
			guarded(func() { d.keepAgain(context.WithoutCancel(d.ctx)) })
			for _, cancel := range d.cancels {
				cancel(context.Canceled)
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

// close leaves the desk as it is, for another process or another time, and waits for its work.
func (d *desk) close() {
	d.stop()
	d.wg.Wait()
	d.house.estimator.Forget(d.id)
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

// do applies an operation, unless the state refuses it. One whose change is made but not kept yet is
// answered with errUnkept.
func (d *desk) do(ctx context.Context, op notebook.Op) error {
	_, err := d.turn(ctx, func(notebook.State) ([]notebook.Op, error) { return []notebook.Op{op}, nil })
	return err
}

// decision looks at a state and says what is to happen to it, or why nothing may.
type decision func(notebook.State) ([]notebook.Op, error)

// turn applies what is decided, as one change: nothing happens between the look and the last operation.
// What the state refuses, or what is decided against, changes nothing. It gives the state afterwards.
func (d *desk) turn(ctx context.Context, decide decision) (s notebook.State, err error) {
	d.touch()
	fault := error(failure{code: codeInternal, detail: "the notebook did not get to the end of it"})
	err = d.call(ctx, func() { fault = d.decide(decide); s = d.state })
	return s, cmp.Or(err, fault)
}

// hand gives the goroutine something to do, unless the desk is closing.
func (d *desk) hand(f func()) {
	select {
	case d.inbox <- f:
	case <-d.ctx.Done():
	}
}

// keepWait bounds how long a reader waits for a store that does not answer.
const keepWait = 3 * time.Second

// apply makes an operation's change, keeps it, and has done what follows.
func (d *desk) apply(op notebook.Op) error {
	return d.decide(func(notebook.State) ([]notebook.Op, error) { return []notebook.Op{op}, nil })
}

// decide makes the changes that are decided on, keeps them together, and has done what follows. When
// another server has written the notebook meanwhile, it is decided anew. News that comes many times a
// second is not kept: the next that is not so quick brings it along. A change that cannot be kept is
// made all the same, and kept as soon as it can be; until then every change is answered with errUnkept.
func (d *desk) decide(decide decision) error {
	ctx, cancel := context.WithTimeout(d.ctx, keepWait)
	defer cancel()
	for {
		ops, err := decide(d.state)
		if err != nil || len(ops) == 0 {
			return err
		}
		next, actions := d.state, []notebook.Action(nil)
		for _, op := range ops {
			if err := notebook.Refuse(next, op); err != nil {
				return err
			}
			var more []notebook.Action
			next, more = notebook.Apply(next, op)
			actions = append(actions, more...)
		}
		p := sheet{state: next, fronts: d.owners(next, actions), revision: d.revision}
		_, fast := fastPart(ops...)
		if !fast && (p.revision > 0 || !untouched(next)) {
			if err := d.admit(ctx, p, byReader(ops)); err != nil {
				return err
			}
			if err = d.put(ctx, &p); errors.Is(err, errBehind) {
				latest, failed := d.house.keep.load(ctx, d.id)
				if failed == nil {
					d.unkept = nil
					d.adopt(latest)
					continue
				}
			}
		}
		d.sheet = p
		for _, a := range actions {
			d.act(a)
		}
		if !fast {
			d.ask()
		}
		d.publish(ops...)
		d.judge()
		if err != nil {
			return errUnkept(err)
		}
		return nil
	}
}

// byReader tells whether operations are what a reader does, not what work tells.
func byReader(ops []notebook.Op) bool {
	return slices.ContainsFunc(ops, func(op notebook.Op) bool {
		switch op.(type) {
		case notebook.Advance, notebook.Finish:
			return false
		}
		return true
	})
}

// owners says which server does the work of which ticket.
func (d *desk) owners(s notebook.State, actions []notebook.Action) map[uint64]string {
	owners := map[uint64]string{}
	for _, id := range notebook.Order {
		if now := s.Cell(id).Now; now != nil {
			owners[now.Ticket] = d.fronts[now.Ticket]
		}
	}
	for _, a := range actions {
		if start, ok := a.(notebook.Start); ok {
			owners[start.Ticket] = d.house.fronts.me
		}
	}
	return owners
}

func (d *desk) act(a notebook.Action) {
	switch a := a.(type) {
	case notebook.Start:
		ctx, cancel := context.WithCancelCause(d.ctx)
		d.cancels[a.Ticket] = cancel
		d.wg.Go(func() { d.work(ctx, a) })
	case notebook.Cancel:
		if cancel := d.cancels[a.Ticket]; cancel != nil {
			cancel(execute.ErrReader)
		}
	case notebook.Release:
		d.wg.Go(func() { d.release(a.Run) })
	}
}

// release gives up a run that is neither on the page nor in the list of runs; of one that is still in
// the list the weights stay for as long as there is room.
func (d *desk) release(run string) {
	listed := false
	if err := d.call(d.ctx, func() {
		listed = slices.ContainsFunc(d.state.Runs, func(r notebook.Run) bool { return r.ID == run })
	}); err != nil || listed {
		return
	}
	if err := d.house.runs.Release(d.ctx, run); err != nil {
		slog.Warn("a run was not released", "run", run, "error", err)
	}
}

// work performs a cell and reports its end. One that ends because the server does is not reported:
// it goes on elsewhere.
func (d *desk) work(ctx context.Context, start notebook.Start) {
	end := d.house.executor.Run(ctx, start, d.id, func(news notebook.Advance) {
		news.Cell, news.Ticket = start.Cell, start.Ticket
		d.hand(func() { _ = d.apply(news) }) // it is kept later if need be
	})
	end.At, end.Cell, end.Ticket = time.Now(), start.Cell, start.Ticket
	slog.Debug("cell ended", "cell", start.Cell, "interrupted", end.Interrupted, "failure", end.Failure)
	d.hand(func() {
		left := ctx.Err() != nil && !errors.Is(context.Cause(ctx), execute.ErrReader)
		d.cancels[start.Ticket](nil)
		delete(d.cancels, start.Ticket)
		if !left {
			_ = d.apply(end) // it is kept later if need be
		}
	})
}

func (d *desk) watched() bool {
	for _, s := range d.screens {
		if len(s.hub.clients) > 0 {
			return true
		}
	}
	return false
}

// present looks at the present state. It runs on the desk's goroutine.
func (d *desk) present(lang web.Lang) present.Page {
	return present.Page{
		Lang: lang, CSRF: d.csrf, Now: time.Now(), State: d.state, Here: d.house.name, Prices: d.prices,
		Notice: d.notice(), Gone: d.gone(),
	}
}

// gone tells whether the weights of the run that is shown are there no more: deleted to make room, lost with a
// process that had no room for them, or damaged.
func (d *desk) gone() bool {
	done := d.state.Cell(notebook.Fit).Done
	if done == nil {
		return false
	}
	r, err := d.house.runs.Result(done.Output)
	return errors.Is(err, runs.ErrUnknown) || err == nil && !r.Final
}

// page is what a reader sees now; csrf is the token of the reader's browser. Fields of one cell may
// hold what was just typed and is not allowed.
func (d *desk) page(ctx context.Context, lang web.Lang, csrf string, invalid map[string]string) (p web.PageView, err error) {
	d.touch()
	err = d.call(ctx, func() {
		d.csrf = csrf
		v := d.present(lang)
		v.Invalid = invalid
		p = v.View(d.screen(lang).hub.seq)
	})
	return p, err
}

// join lets a page hear of every change after a number.
func (d *desk) join(ctx context.Context, lang web.Lang, after uint64, c *client) error {
	d.touch()
	return d.call(ctx, func() {
		s := d.screen(lang)
		s.hub.join(c, after, func() message { return s.everything(d.present(lang)) })
	})
}

// tell gives one page another notice than the notebook's.
func (d *desk) tell(ctx context.Context, lang web.Lang, c *client, notice string) error {
	return d.call(ctx, func() {
		s, m := d.screen(lang), message{}
		text, err := renderText(s.base, web.Notice(lang, notice))
		if err != nil {
			slog.Error("a notice was not rendered", "notice", notice, "error", err)
			return
		}
		m.Swap = []swap{{ID: web.NoticeID, HTML: text}}
		s.hub.tell(c, m)
	})
}

// leave is told that a page is gone.
func (d *desk) leave(lang web.Lang, c *client) {
	d.touch()
	_ = d.call(context.Background(), func() { d.screen(lang).hub.leave(c) }) // a closed desk has let go already
}
