//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// soaker is a reader who does everything that a page can do, one thing after another, and knows what
// must come of it.
type soaker struct {
	*reader
	soak     *soak
	name     string
	chance   *rand.Rand
	expected expected
	seen     sight // at the last look
	tabs     []*tab
}

func newSoaker(s *soak, n int) *soaker {
	r := &soaker{
		reader: newReader(s.t), soak: s, name: fmt.Sprintf("reader %d", n),
		chance: rand.New(rand.NewPCG(s.chance.Uint64(), uint64(n))), expected: expected{},
	}
	// Longer than the server's own limit for a page.
	r.client.Timeout = 20 * time.Second
	return r
}

// begin opens the page and gives every field a value with which a training is short.
func (r *soaker) begin() {
	for !r.look() {
		r.pause()
	}
	for cell := range ranges {
		for r.act("/cells/"+cell+"/fields", r.form(cell, 1)) != kept {
			r.pause()
		}
	}
	for r.act("/cells/compare/run", request{}) != kept { // so that the page lists the runs
		r.pause()
	}
	for _, lang := range []string{"en", "es"} {
		r.tabs = append(r.tabs, openTab(r, lang))
	}
}

// live does one thing after another until the soak is over. At rests it does nothing.
func (r *soaker) live() {
	for r.soak.turn(func() { r.deed() }) {
		r.pause()
	}
}

func (r *soaker) pause() {
	select {
	case <-time.After(time.Duration(100+r.chance.IntN(600)) * time.Millisecond):
	case <-r.soak.over:
	}
}

// request is a form, and what it does to things when it is accepted.
type request struct {
	form    url.Values
	changes changes
	invalid bool // it must be refused
}

// act posts a request and learns from the answer.
func (r *soaker) act(path string, q request) answer {
	began := time.Now()
	status, err := r.send(r.soak.url, path, q.form)
	a := answerOf(status, err)
	r.soak.figures.answered(a, len(q.changes), time.Since(began))
	if q.invalid {
		if a == kept {
			r.soak.wrong("%s: %s takes what is not allowed: %v", r.name, path, q.form)
		}
		return a
	}
	// There may be nothing to resume, too many may ask, and the server may be unable to keep anything.
	may := []int{http.StatusConflict, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if err == nil && a != kept && !slices.Contains(may, status) {
		r.soak.wrong("%s: %s answers %d to %v", r.name, path, status, q.form)
	}
	r.expected.learn(q.changes, a)
	return a
}

func answerOf(status int, err error) answer {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return refused // nobody has heard it
	case err != nil || status >= 500:
		return unknown
	case status < 300:
		return kept
	}
	return refused
}

// look reads the page anew and compares it with what it must show; false if it did not come.
func (r *soaker) look() bool {
	began := time.Now()
	s, err := r.reader.look(r.soak.url)
	if err != nil {
		r.soak.figures.answered(unknown, 0, 0)
		return false
	}
	r.soak.figures.answered(kept, 0, time.Since(began))
	compared, wrong := r.expected.check(s)
	r.soak.figures.checked(compared)
	for _, what := range wrong {
		r.soak.wrong("%s: %s", r.name, what)
	}
	r.expected.meet(s)
	r.seen = s
	r.soak.figures.runs(s.runs)
	return true
}

// download takes a run along, or with "" what fit holds.
func (r *soaker) download(format string, run listed) answer {
	began := time.Now()
	status, bytes, err := r.export(r.soak.url, format, run.id)
	a := answerOf(status, err)
	if a == refused && status != http.StatusTooManyRequests && status != 0 && r.must(run) || a == kept && bytes == 0 {
		r.soak.wrong("%s: %s of run %q (%s) answers %d with %d bytes", r.name, format, run.id, run.state, status, bytes)
	}
	r.soak.figures.answered(a, 0, time.Since(began))
	return a
}

// must tells whether a run's weights have to be there: those that fit holds, and, until a disk has been
// full and the oldest may have made room, those of every run that came to its end.
func (r *soaker) must(run listed) bool {
	if activity := r.seen.activity["fit"]; activity == "queued" || activity == "running" {
		return false
	}
	return run.current || run.state != "interrupted" && run.state != "failed" && !r.soak.filled.Load()
}
