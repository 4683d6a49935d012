package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/server/store"
	"cuaderno/web"
)

// TestStrangersDoNotFillTheDisk has one address begin notebooks of 20,000 letters each.
func TestStrangersDoNotFillTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, func(c *Config) {
		c.Store = store.Options{Dir: dir}
		c.Retention.Hourly = 1 << 20
		c.Notebooks = 300
	})
	before := servertest.DiskOf(t, dir)
	first := s.reader()
	servertest.Same(t, "the first", first.Script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}).Status, http.StatusNoContent)
	refused := 0
	for range 100 {
		r := s.reader()
		a := r.Script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}})
		if a.Status == http.StatusNoContent {
			continue
		}
		if refused++; refused > 1 {
			continue
		}
		servertest.Same(t, "status", a.Status, http.StatusTooManyRequests)
		if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || seconds < 3000 || seconds > 3600 {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
		for _, lang := range []web.Lang{web.ES, web.EN} {
			servertest.Has(t, r.Script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}, "Accept-Language", string(lang)).Body, lang.T("http.newcomers"))
			page := r.Get("/", "Accept-Language", string(lang))
			servertest.Same(t, "a look", page.Status, http.StatusOK)
			servertest.Has(t, page.Body, lang.T("notice.newcomers"))
		}
		servertest.Has(t, r.Get("/").Body, web.DefaultReview[:40]) // and nothing was taken over
	}
	if grown := servertest.DiskOf(t, dir) - before; refused == 0 || grown > 3<<20 {
		t.Errorf("%d refused, %d bytes more on the disk", refused, grown)
	}
	servertest.Same(t, "who was there before goes on", first.Script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}).Status, http.StatusNoContent)
}

// What was let in does not grow beyond what its address may add; of what is set apart for it, it is sure.
func TestNewNotebooksGrowWithinTheirAddress(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Retention.Hourly = 1 << 20 })
	write := func(r *servertest.Reader, letter string) servertest.Answer {
		return r.Script("/cells/classify/fields", url.Values{"review": {strings.Repeat(letter, 20_000)}})
	}
	all := make([]*servertest.Reader, 60) // 960 KB are set apart for them
	for i := range all {
		all[i] = s.reader()
		servertest.Same(t, "a small one", all[i].Script("/cells/classify/fields", url.Values{"review": {"q"}}).Status, http.StatusNoContent)
	}
	grown := 0
	for _, r := range all {
		if a := write(r, "w"); a.Status == http.StatusNoContent {
			grown++
		} else {
			servertest.Same(t, "status", a.Status, http.StatusTooManyRequests)
		}
	}
	if grown == 0 || grown > 20 {
		t.Errorf("%d notebooks have grown by 20,000 letters", grown)
	}
	servertest.Same(t, "within what is set apart", all[59].Script("/cells/classify/fields", url.Values{"review": {"something short"}}).Status, http.StatusNoContent)
}

// However long a page's name for itself is, it takes no room.
func TestNamesOfPagesAreBounded(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	long := servertest.Letters(450_000)
	r.Script("/cells/pad/fields", url.Values{"maxlen": {"70"}, "by.maxlen": {long}})
	run := r.TrainTiny()
	r.Script("/runs/"+run+"/rename", url.Values{"name": {"one"}, "by.name." + run: {long}})
	for name, e := range s.state(r).Edits {
		if len(e.By) > longestPage {
			t.Errorf("%s was edited by a page with a name of %d letters", name, len(e.By))
		}
	}
}

// A class steps through the lesson behind one address.
func TestAClassIsLetIn(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Notebooks = 300 })
	for range 100 {
		servertest.Same(t, "status", s.reader().Script("/cells/pad/fields", url.Values{"maxlen": {"30"}}).Status, http.StatusNoContent)
	}
}

func TestALookKeepsNothing(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.Get("/")
	servertest.Same(t, "fields as they are", r.Script("/cells/pad/fields", url.Values{"maxlen": {"80"}}).Status, http.StatusNoContent)
	servertest.Same(t, "kept", s.sessions.Kept(), 0)
	r.Script("/cells/pad/fields", url.Values{"maxlen": {"30"}})
	servertest.Same(t, "kept after a change", s.sessions.Kept(), 1)
}
