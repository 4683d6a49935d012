package main

import (
	"context"
	"log/slog"
	"time"

	"cuaderno/server/notebook"
)

// adopt goes on from what another server has written.
func (d *desk) adopt(p sheet) {
	if p.revision <= d.revision {
		return
	}
	if d.own(p) {
		d.revision = p.revision // what is here is later
		return
	}
	d.sheet = p
	for ticket, cancel := range d.cancels {
		if _, there := p.fronts[ticket]; !there {
			cancel(context.Canceled)
		}
	}
	d.takeUp()
	d.ask()
	d.publish()
	d.judge()
}

// takeUp does the work that is this server's, or whose server is dead, and is not under way here. A
// training is followed by every server that has the notebook open.
func (d *desk) takeUp() {
	next, actions := notebook.Apply(d.state, notebook.Recover{At: time.Now()})
	var mine []notebook.Start
	taken := false
	for _, a := range actions {
		start, ok := a.(notebook.Start)
		if !ok || d.cancels[start.Ticket] != nil {
			continue
		}
		switch owner := d.fronts[start.Ticket]; {
		case !d.house.fronts.alive(d.ctx, owner):
			taken = true
			mine = append(mine, start)
		case owner == d.house.fronts.me || start.Cell == notebook.Fit && start.Run != "" && !start.Resume:
			mine = append(mine, start)
		}
	}
	if taken {
		ctx, cancel := context.WithTimeout(d.ctx, keepWait)
		defer cancel()
		p := sheet{state: next, fronts: map[uint64]string{}, revision: d.revision}
		for ticket, owner := range d.fronts {
			p.fronts[ticket] = owner
		}
		for _, start := range mine {
			p.fronts[start.Ticket] = d.house.fronts.me
		}
		if err := d.house.keep.save(ctx, d.id, &p); err != nil {
			slog.Debug("work was not taken over", "error", err)
			return // another server was quicker, or this one tries again
		}
		d.sheet = p
	}
	for _, start := range mine {
		d.act(start)
	}
	for _, a := range actions {
		if c, ok := a.(notebook.Cancel); ok {
			d.act(c) // the reader had asked for it
		}
	}
}
