package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// Session is where one reader's notebook lies. Its goroutine owns the state, applies every operation,
// has the work done that follows, and tells the open pages what changed. What it applies it also
// keeps; a notebook that another server changed meanwhile is taken over from there.
type Session struct {
	ID    string
	all   *Sessions
	inbox chan func()
	ctx   context.Context
	stop  context.CancelFunc
	wg    sync.WaitGroup

	used  atomic.Int64 // when somebody last looked, Unix seconds
	busy  atomic.Bool  // a cell waits or works, or something is still to be kept
	shown atomic.Bool  // a page is open

	// Owned by the goroutine.
	snapshot
	csrf      string
	renderers map[web.Lang]*renderer
	cancels   map[uint64]context.CancelCauseFunc // of the work done here, by ticket
	unkept    *unkept                            // what could not be kept; nil if all is
	told      string                             // the notice that the pages have

	from     string // the address of who opened it
	admitted bool   // it may be kept, though it is not yet
	refused  string // the notice why it may not

	prices present.Prices // of the trainings that the pages offer

	judging    bool      // pinned sentences are being judged
	judgeAfter time.Time // and not before
}

// newSession takes a notebook up as it was left.
func newSession(h *Sessions, id, from string, p snapshot) *Session {
	d := &Session{
		ID: id, from: from, all: h, inbox: make(chan func()), snapshot: p,
		renderers: map[web.Lang]*renderer{}, cancels: map[uint64]context.CancelCauseFunc{},
	}
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.touch()
	d.busy.Store(d.state.Busy())
	d.wg.Go(d.loop)
	if !h.shared {
		return d // nobody else writes there
	}
	d.wg.Go(func() { h.storage.watch(d.ctx, id, func(p snapshot) { d.hand(func() { d.catchUp(p) }) }) })
	return d
}

// patrol is how often a session looks whether the servers that do its work are alive.
const patrol = 10 * time.Second

func (s *Session) loop() {
	guarded(s.failover)
	guarded(s.ask)
	guarded(s.judge)
	tick, retry := time.NewTicker(patrol), time.NewTicker(retryEvery)
	defer tick.Stop()
	defer retry.Stop()
	for {
		select {
		case f := <-s.inbox:
			guarded(f)
			s.busy.Store(s.state.Busy() || s.unkept != nil)
			s.shown.Store(s.watched())
		case <-retry.C:
			guarded(func() { s.keepAgain(s.ctx) })
			guarded(s.heedNotice)
		case <-tick.C:
			guarded(s.failover)
			guarded(s.judge)
			guarded(s.stayKept)
			s.forgetRenderers(time.Now())
		case <-s.ctx.Done():
			guarded(func() { s.keepAgain(context.WithoutCancel(s.ctx)) })
			for _, cancel := range s.cancels {
				cancel(context.Canceled)
			}
			for _, r := range s.renderers {
				r.hub.close()
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

// close leaves the session as it is, for another process or another time, and waits for its work.
func (s *Session) close() {
	s.stop()
	s.wg.Wait()
	s.all.Estimator.Forget(s.ID)
}

func (s *Session) touch() { s.used.Store(time.Now().Unix()) }

// call runs a function on the session's goroutine and waits for it.
func (s *Session) call(ctx context.Context, f func()) error {
	done := make(chan struct{})
	select {
	case s.inbox <- func() { defer close(done); f() }:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ctx.Done():
		return ErrClosed
	}
	<-done
	return nil
}

// Do applies an operation, unless the state refuses it. One whose change is made but not kept yet is
// answered with errUnkept.
func (s *Session) Do(ctx context.Context, op notebook.Op) error {
	_, err := s.Turn(ctx, func(notebook.State) ([]notebook.Op, error) { return []notebook.Op{op}, nil })
	return err
}

// Decision looks at a state and says what is to happen to it, or why nothing may.
type Decision func(notebook.State) ([]notebook.Op, error)

// Turn applies what is decided, as one change: nothing happens between the look and the last operation.
// What the state refuses, or what is decided against, changes nothing. It gives the state afterwards.
func (s *Session) Turn(ctx context.Context, decide Decision) (state notebook.State, err error) {
	s.touch()
	fault := ErrSlipped
	err = s.call(ctx, func() { fault = s.decide(decide); state = s.state })
	return state, cmp.Or(err, fault)
}

// hand gives the goroutine something to do, unless the session is closing.
func (s *Session) hand(f func()) {
	select {
	case s.inbox <- f:
	case <-s.ctx.Done():
	}
}

// storeWait bounds how long a reader waits for a store that does not answer.
const storeWait = 3 * time.Second

// apply makes an operation's change, keeps it, and has done what follows.
func (s *Session) apply(op notebook.Op) error {
	return s.decide(func(notebook.State) ([]notebook.Op, error) { return []notebook.Op{op}, nil })
}

// decide makes the changes that are decided on, keeps them together, and has done what follows. When
// another server has written the notebook meanwhile, it is decided anew. News that comes many times a
// second is not kept: the next that is not so quick brings it along. A change that cannot be kept is
// made all the same, and kept as soon as it can be; until then every change is answered with errUnkept.
func (s *Session) decide(decide Decision) error {
	ctx, cancel := context.WithTimeout(s.ctx, storeWait)
	defer cancel()
	for {
		ops, err := decide(s.state)
		if err != nil || len(ops) == 0 {
			return err
		}
		next, actions := s.state, []notebook.Action(nil)
		for _, op := range ops {
			if err := notebook.Refuse(next, op); err != nil {
				return err
			}
			var more []notebook.Action
			next, more = notebook.Apply(next, op)
			actions = append(actions, more...)
		}
		p := snapshot{state: next, owners: s.ownersOf(next, actions), revision: s.revision}
		_, fast := fastPart(ops...)
		if !fast && (p.revision > 0 || !untouched(next)) {
			if err := s.admit(ctx, p, byReader(ops)); err != nil {
				return err
			}
			if err = s.put(ctx, &p); errors.Is(err, errBehind) {
				latest, failed := s.all.storage.load(ctx, s.ID)
				if failed == nil {
					s.unkept = nil
					s.catchUp(latest)
					continue
				}
			}
		}
		s.snapshot = p
		for _, a := range actions {
			s.act(a)
		}
		if !fast {
			s.ask()
		}
		s.publish(ops...)
		s.judge()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnkept, err)
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

// ownersOf says which server does the work of which ticket.
func (s *Session) ownersOf(state notebook.State, actions []notebook.Action) map[uint64]string {
	owners := map[uint64]string{}
	for _, id := range notebook.Order {
		if now := state.Cell(id).Now; now != nil {
			owners[now.Ticket] = s.owners[now.Ticket]
		}
	}
	for _, a := range actions {
		if start, ok := a.(notebook.Start); ok {
			owners[start.Ticket] = s.all.instances.me
		}
	}
	return owners
}

func (s *Session) act(a notebook.Action) {
	switch a := a.(type) {
	case notebook.Start:
		ctx, cancel := context.WithCancelCause(s.ctx)
		s.cancels[a.Ticket] = cancel
		s.wg.Go(func() { s.work(ctx, a) })
	case notebook.Cancel:
		if cancel := s.cancels[a.Ticket]; cancel != nil {
			cancel(execute.ErrReader)
		}
	case notebook.Release:
		s.wg.Go(func() { s.release(a.Run) })
	}
}

// release gives up a run that is neither on the page nor in the list of runs; of one that is still in
// the list the weights stay for as long as there is room.
func (s *Session) release(run string) {
	listed := false
	if err := s.call(s.ctx, func() {
		listed = slices.ContainsFunc(s.state.Runs, func(r notebook.Run) bool { return r.ID == run })
	}); err != nil || listed {
		return
	}
	if err := s.all.Runs.Release(s.ctx, run); err != nil {
		slog.Warn("a run was not released", "run", run, "error", err)
	}
}

// work performs a cell and reports its end. One that ends because the server does is not reported:
// it goes on elsewhere.
func (s *Session) work(ctx context.Context, start notebook.Start) {
	end := s.all.Executor.Run(ctx, start, s.ID, func(news notebook.Advance) {
		news.Cell, news.Ticket = start.Cell, start.Ticket
		s.hand(func() { _ = s.apply(news) }) // it is kept later if need be
	})
	end.At, end.Cell, end.Ticket = time.Now(), start.Cell, start.Ticket
	slog.Debug("cell ended", "cell", start.Cell, "interrupted", end.Interrupted, "failure", end.Failure)
	s.hand(func() {
		left := ctx.Err() != nil && !errors.Is(context.Cause(ctx), execute.ErrReader)
		s.cancels[start.Ticket](nil)
		delete(s.cancels, start.Ticket)
		if !left {
			_ = s.apply(end) // it is kept later if need be
		}
	})
}

func (s *Session) watched() bool {
	for _, r := range s.renderers {
		if len(r.hub.clients) > 0 {
			return true
		}
	}
	return false
}

// present looks at the present state. It runs on the session's goroutine.
func (s *Session) present(lang web.Lang) present.Page {
	return present.Page{
		Lang: lang, CSRF: s.csrf, Now: time.Now(), State: s.state, Here: s.all.Name, Prices: s.prices,
		Notice: s.notice(), Gone: s.gone(),
	}
}

// gone tells whether the weights of the run that is shown are there no more: deleted to make room, lost with a
// process that had no room for them, or damaged.
func (s *Session) gone() bool {
	done := s.state.Cell(notebook.Fit).Done
	if done == nil {
		return false
	}
	r, err := s.all.Runs.Result(done.Output)
	return errors.Is(err, runs.ErrUnknown) || err == nil && !r.Final
}

// Page is what a reader sees now; csrf is the token of the reader's browser. Fields of one cell may
// hold what was just typed and is not allowed.
func (s *Session) Page(ctx context.Context, lang web.Lang, csrf string, invalid map[string]string) (p web.PageView, err error) {
	s.touch()
	err = s.call(ctx, func() {
		s.csrf = csrf
		v := s.present(lang)
		v.Invalid = invalid
		p = v.View(s.renderer(lang).hub.seq)
	})
	return p, err
}

// Look gives the state, and what a reader sees of it.
func (s *Session) Look(ctx context.Context, lang web.Lang) (state notebook.State, p web.PageView, err error) {
	s.touch()
	err = s.call(ctx, func() { state, p = s.state, s.present(lang).View(0) })
	return state, p, err
}

// State gives the state.
func (s *Session) State(ctx context.Context) (state notebook.State, err error) {
	err = s.call(ctx, func() { state = s.state })
	return state, err
}

// Join lets a page hear of every change after a number.
func (s *Session) Join(ctx context.Context, lang web.Lang, after uint64, c *Client) error {
	s.touch()
	return s.call(ctx, func() {
		r := s.renderer(lang)
		r.hub.join(c, after, func() Message { return r.everything(s.present(lang)) })
	})
}

// Tell gives one page another notice than the notebook's.
func (s *Session) Tell(ctx context.Context, lang web.Lang, c *Client, notice string) error {
	return s.call(ctx, func() {
		r, m := s.renderer(lang), Message{}
		text, err := RenderText(r.base, web.Notice(lang, notice))
		if err != nil {
			slog.Error("a notice was not rendered", "notice", notice, "error", err)
			return
		}
		m.Swap = []Swap{{ID: web.NoticeID, HTML: text}}
		r.hub.tell(c, m)
	})
}

// Leave is told that a page is gone.
func (s *Session) Leave(lang web.Lang, c *Client) {
	s.touch()
	_ = s.call(context.Background(), func() { s.renderer(lang).hub.leave(c) }) // a closed session has let go already
}
