package runs_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cuaderno/server/runs"
)

// Of runs that were given up nothing stays in memory, however late a word of them comes.
func TestRecordsOfRunsThatAreGone(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	watching := serviceOn(t, p.store, runs.Limits{})
	p.worker(epochs(open()))
	var last string
	for range 5 {
		last = p.submit(job(1))
		tale(t, p.Service, last, 0)
		if err := p.Release(t.Context(), last); err != nil {
			t.Fatal(err)
		}
	}
	kept := p.submit(job(1))
	tale(t, p.Service, kept, 0)
	for name, s := range map[string]*runs.Service{"the one that removed them": p.Service, "another": watching} {
		// One row alone may be that of an earlier run.
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if _, err := s.Result(kept); err == nil && s.Rows() == 1 {
				break
			}
		}
		same(t, name+" has", fmt.Sprint(s.Rows(), " of ", len(s.List())), "1 of 1")
		if _, err := s.Result(last); !errors.Is(err, runs.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Late(last)
	same(t, "after a late word", p.Rows(), 1)
	for i := range 5000 {
		p.Bury(fmt.Sprint("run-", i))
	}
	if n := p.Buried(); n > 1000 {
		t.Errorf("%d runs that are gone are remembered", n)
	}
}
