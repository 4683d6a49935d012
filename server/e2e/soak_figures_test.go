//go:build linux

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// tally is what the soak has counted.
type tally struct {
	mu                     sync.Mutex
	requests               int
	answers                [3]int // by answer
	acknowledged, compared int    // things
	longest                time.Duration
	trainings              map[string]string // runs of all lists, with their last state
	kills                  int
	standstill             time.Duration // the longest in which nothing moved though something was to do
	early, late            burden
}

func (c *tally) answered(a answer, things int, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.answers[a]++
	if a == kept {
		c.acknowledged += things
		c.longest = max(c.longest, took)
	}
}

func (c *tally) checked(things int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.compared += things
}

func (c *tally) runs(all []listed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trainings == nil {
		c.trainings = map[string]string{}
	}
	for _, r := range all {
		c.trainings[r.id] = r.state
	}
}

// table is the figures, a line each.
func (c *tally) table() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	states := map[string]int{}
	for _, state := range c.trainings {
		states[state]++
	}
	var b strings.Builder
	row := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "\n%-34s%s", what, fmt.Sprintf(format, args...))
	}
	row("requests", "%d: %d kept, %d refused, %d unknown", c.requests, c.answers[kept], c.answers[refused], c.answers[unknown])
	row("acknowledged changes", "%d, compared %d times", c.acknowledged, c.compared)
	row("kills", "%d", c.kills)
	row("trainings", "%d: %v", len(c.trainings), states)
	row("resident at rest, early and late", "%.0f MB, %.0f MB", c.early.resident, c.late.resident)
	row("of it in use by Go", "%.0f MB, %.0f MB", c.early.heap, c.late.heap)
	row("descriptors", "%d, %d", c.early.descriptors, c.late.descriptors)
	row("goroutines", "%d, %d", c.early.goroutines, c.late.goroutines)
	row("longest answer", "%v", c.longest.Round(time.Millisecond))
	row("longest standstill", "%v", c.standstill.Round(time.Millisecond))
	return b.String()
}
