package session

import (
	"context"
	"log/slog"
	"time"

	"cuaderno/server/notebook"
)

// catchUp goes on from what another server has written.
func (s *Session) catchUp(p snapshot) {
	if p.revision <= s.revision {
		return
	}
	if s.own(p) {
		s.revision = p.revision // what is here is later
		return
	}
	s.snapshot = p
	for ticket, cancel := range s.cancels {
		if _, there := p.owners[ticket]; !there {
			cancel(context.Canceled)
		}
	}
	s.failover()
	s.ask()
	s.publish()
	s.judge()
}

// failover does the work that is this server's, or whose server is dead, and is not under way here. A
// training is followed by every server that has the notebook open.
func (s *Session) failover() {
	next, actions := notebook.Apply(s.state, notebook.Recover{At: time.Now()})
	var mine []notebook.Start
	taken := false
	for _, a := range actions {
		start, ok := a.(notebook.Start)
		if !ok || s.cancels[start.Ticket] != nil {
			continue
		}
		switch owner := s.owners[start.Ticket]; {
		case !s.all.instances.alive(s.ctx, owner):
			taken = true
			mine = append(mine, start)
		case owner == s.all.instances.me || start.Cell == notebook.Fit && start.Run != "" && !start.Resume:
			mine = append(mine, start)
		}
	}
	if taken {
		ctx, cancel := context.WithTimeout(s.ctx, storeWait)
		defer cancel()
		p := snapshot{state: next, owners: map[uint64]string{}, revision: s.revision}
		for ticket, owner := range s.owners {
			p.owners[ticket] = owner
		}
		for _, start := range mine {
			p.owners[start.Ticket] = s.all.instances.me
		}
		if err := s.all.storage.save(ctx, s.ID, &p); err != nil {
			slog.Debug("work was not taken over", "error", err)
			return // another server was quicker, or this one tries again
		}
		s.snapshot = p
	}
	for _, start := range mine {
		s.act(start)
	}
	for _, a := range actions {
		if c, ok := a.(notebook.Cancel); ok {
			s.act(c) // the reader had asked for it
		}
	}
}
