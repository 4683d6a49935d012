package site

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// downloads are the files under way to readers. How many there may be is bounded, for a reader and in
// all; so is what the weights take that they are written from, of which there is one copy for all who
// take the same; and one that stands still is ended.
type downloads struct {
	limits downloadLimits
	load   func(ctx context.Context, run string) (*nn.Params, checkpoint.Meta, error)

	mu      sync.Mutex
	pumps   map[*pump]string // under way, with their reader
	copies  map[copyKey]*weightsCopy
	bytes   int64         // of the copies
	changed chan struct{} // closed when there may be room
	until   time.Time     // when all must be over, at the end of the server
}

// downloadLimits have defaults for what is zero.
type downloadLimits struct {
	Each  int           // files of one reader; default 3
	All   int           // files of all; default 32
	Bytes int64         // of weights; a single model may be larger; default 256 MB
	Wait  time.Duration // for a place; default 5 s
	Still time.Duration // without progress; default 30 s
	Whole time.Duration // for a file; default 30 minutes
}

func newDownloads(l downloadLimits, load func(context.Context, string) (*nn.Params, checkpoint.Meta, error)) *downloads {
	l.Each, l.All, l.Bytes = cmp.Or(l.Each, 3), cmp.Or(l.All, 32), cmp.Or(l.Bytes, 256<<20)
	l.Wait, l.Still, l.Whole = cmp.Or(l.Wait, 5*time.Second), cmp.Or(l.Still, 30*time.Second), cmp.Or(l.Whole, 30*time.Minute)
	return &downloads{limits: l, load: load, pumps: map[*pump]string{}, copies: map[copyKey]*weightsCopy{}, changed: make(chan struct{})}
}

// begin gives a file a place; end is called when it is over. A reader who has as many as may be is
// refused, and so is, after some waiting, who finds no place among those of all.
func (d *downloads) begin(ctx context.Context, reader string) (p *pump, end func(), err error) {
	p = &pump{downloads: d}
	err = d.await(ctx, func() (bool, error) {
		own := 0
		for _, r := range d.pumps {
			if r == reader {
				own++
			}
		}
		if own >= d.limits.Each {
			return false, failure{code: codeFiles, detail: "the reader has as many downloads as may be"}
		}
		if len(d.pumps) >= d.limits.All {
			return false, nil
		}
		d.pumps[p] = reader
		return true, nil
	})
	if err != nil {
		return nil, nil, err
	}
	return p, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.pumps, p)
		d.room()
	}, nil
}

// await tries until the function has found what it looks for, which it does under the lock.
func (d *downloads) await(ctx context.Context, try func() (bool, error)) error {
	timer := time.NewTimer(d.limits.Wait)
	defer timer.Stop()
	for {
		d.mu.Lock()
		done, err := try()
		changed := d.changed
		d.mu.Unlock()
		if done || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-timer.C:
			return failure{code: codeBusy, detail: "as many downloads as fit are under way"}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// room tells those who wait that there may be some. The lock is held.
func (d *downloads) room() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// copyKey names weights: a run that goes on after it was interrupted ends with others.
type copyKey struct {
	run    string
	ticket uint64
}

// weightsCopy are weights in memory, for as long as somebody writes from them.
type weightsCopy struct {
	params *nn.Params
	meta   checkpoint.Meta
	bytes  int64
	users  int
	loaded chan struct{} // closed when they are there, or cannot be had
	err    error
}

// weights gives the weights of a run, whose size follows from its settings; done is called when they
// are no longer needed.
func (d *downloads) weights(ctx context.Context, key copyKey, s training.Settings) (p *nn.Params, m checkpoint.Meta, done func(), err error) {
	for {
		var c *weightsCopy
		mine := false
		size := 4 * int64(nn.SpecOf(s).Summary().Total)
		err := d.await(ctx, func() (bool, error) {
			if c = d.copies[key]; c == nil {
				if d.bytes > 0 && d.bytes+size > d.limits.Bytes {
					return false, nil
				}
				mine = true
				c = &weightsCopy{bytes: size, loaded: make(chan struct{})}
				d.copies[key] = c
				d.bytes += size
			}
			c.users++
			return true, nil
		})
		if err != nil {
			return nil, m, nil, err
		}
		release := func() { d.release(key, c) }
		if mine {
			c.params, c.meta, c.err = d.load(ctx, key.run)
			if c.err != nil {
				d.forget(key, c) // the next one tries again
			}
			close(c.loaded)
		}
		select {
		case <-c.loaded:
		case <-ctx.Done():
			release()
			return nil, m, nil, ctx.Err()
		}
		if c.err == nil {
			return c.params, c.meta, release, nil
		}
		release()
		left := errors.Is(c.err, context.Canceled) || errors.Is(c.err, context.DeadlineExceeded)
		if mine || !left || ctx.Err() != nil {
			return nil, m, nil, c.err
		}
		// Only the one who was loading has no more time.
	}
}

func (d *downloads) release(key copyKey, c *weightsCopy) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.users--; c.users == 0 {
		if d.copies[key] == c {
			delete(d.copies, key)
		}
		d.bytes -= c.bytes
		d.room()
	}
}

func (d *downloads) forget(key copyKey, c *weightsCopy) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.copies[key] == c {
		delete(d.copies, key)
	}
}

// part gives what is under way so long to end, for the server does.
func (d *downloads) part(grace time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until = time.Now().Add(grace)
	for p := range d.pumps {
		p.hurry(d.until)
	}
}

// deadliner is the side of a connection that a deadline for writing is set on.
type deadliner interface{ SetWriteDeadline(time.Time) error }

// pump writes a file to a reader who has to keep taking it.
type pump struct {
	downloads *downloads
	w         io.Writer

	mu    sync.Mutex
	conn  deadliner
	until time.Time
}

// piece is what has to be taken within the time that a file may stand still.
const piece = 64 << 10

// start has the file go to a writer over a connection.
func (p *pump) start(w io.Writer, conn deadliner) {
	p.downloads.mu.Lock()
	last := p.downloads.until
	p.downloads.mu.Unlock()
	p.mu.Lock()
	p.w, p.conn, p.until = w, conn, time.Now().Add(p.downloads.limits.Whole)
	p.mu.Unlock()
	if !last.IsZero() {
		p.hurry(last)
	}
}

// hurry brings the end forward, also that of a piece that is being written.
func (p *pump) hurry(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil && until.Before(p.until) {
		p.until = until
		_ = p.conn.SetWriteDeadline(until) // a connection that is gone needs none
	}
}

func (p *pump) Write(b []byte) (n int, err error) {
	for len(b) > 0 && err == nil {
		part := b[:min(len(b), piece)]
		p.mu.Lock()
		end := time.Now().Add(p.downloads.limits.Still)
		if p.until.Before(end) {
			end = p.until
		}
		err = p.conn.SetWriteDeadline(end)
		p.mu.Unlock()
		if err != nil {
			return n, err
		}
		var m int
		m, err = p.w.Write(part)
		n, b = n+m, b[m:]
	}
	return n, err
}
