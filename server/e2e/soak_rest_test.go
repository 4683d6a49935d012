//go:build linux

package e2e

import (
	"fmt"
	"sync"
	"time"

	"cuaderno/server/export"
)

// What may differ between an early rest of a server and a late one.
const (
	moreMegabytes   = 60
	moreDescriptors = 20
	moreGoroutines  = 20
)

// rest lets all readers pause and waits until nothing is left to do; then every page must show what it
// has to, and open tabs the same. What the server takes then is noted.
func (s *soak) rest(length time.Duration, takes *burden) {
	s.t.Helper()
	s.work.Lock()
	defer s.work.Unlock()
	if !s.settle() {
		return
	}
	s.together(func(r *soaker) { r.still() })
	if takes == nil {
		return
	}
	for _, r := range s.readers {
		r.client.CloseIdleConnections()
	}
	b, err := rested(s.server, min(length/20, time.Minute)) // prices of the last settings are measured meanwhile
	if err != nil {
		s.t.Fatal(err)
	}
	*takes = b
}

// settle waits until no cell waits or works and no training either; false if something does and nothing
// moves.
func (s *soak) settle() bool {
	s.t.Helper()
	was, since := "", time.Now()
	for {
		s.wait(200 * time.Millisecond)
		doing := make([]string, len(s.readers))
		var all sync.WaitGroup
		for i, r := range s.readers {
			all.Go(func() {
				if !r.look() {
					doing[i] = "no page"
				} else if busy := r.seen.busy(); len(busy) > 0 {
					doing[i] = fmt.Sprint(r.name, busy)
				}
			})
		}
		all.Wait()
		v := s.server.vars().Cuaderno
		now := fmt.Sprint(v.Trainings, " train and ", v.Waiting, " wait, ", doing, v.Steps)
		idle := v.Goroutines > 0 && v.Trainings == 0 && v.Waiting == 0
		for _, d := range doing {
			idle = idle && d == ""
		}
		if idle {
			return true
		}
		if now != was {
			was, since = now, time.Now()
		}
		s.figures.standstill = max(s.figures.standstill, time.Since(since))
		if time.Since(since) > standstill {
			s.wrong("nothing moves for %v: %s", standstill, now)
			return false
		}
	}
}

// still waits until the open tabs show what the page shows.
func (r *soaker) still() {
	const patience = 10 * time.Second
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if !r.look() {
			r.soak.wrong("%s: no page", r.name)
			return
		}
		var all []string
		for _, tab := range r.tabs {
			for _, what := range tab.differs(r.seen) {
				all = append(all, tab.lang+": "+what)
			}
		}
		if len(all) == 0 {
			return
		}
		if time.Since(began) > patience {
			r.soak.wrong("%s: its tabs show something else: %v", r.name, all)
			return
		}
	}
}

// flat compares what the server takes late with what it took early.
func (s *soak) flat() {
	early, late := s.figures.early, s.figures.late
	if early == (burden{}) || late == (burden{}) {
		return // it never came to rest
	}
	if late.resident > early.resident+moreMegabytes || late.descriptors > early.descriptors+moreDescriptors || late.goroutines > early.goroutines+moreGoroutines {
		s.wrong("at rest the server took %+v early and %+v late", early, late)
	}
}

// export takes along what every reader has, in every format.
func (s *soak) export() {
	s.together(func(r *soaker) {
		for _, run := range r.seen.runs {
			if r.must(run) {
				for _, format := range export.Formats {
					if r.download(format, run) != kept {
						s.wrong("%s: %s of run %s was not to be had", r.name, format, run.id)
					}
				}
			}
		}
	})
}
