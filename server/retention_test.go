package main

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
	s := newSite(t, func(c *config) {
		c.Store = store.Options{Dir: dir}
		c.Retention.Hourly = 1 << 20
		c.Notebooks = 300
	})
	before := servertest.DiskOf(t, dir)
	first := s.reader()
	servertest.Same(t, "the first", first.script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}).status, http.StatusNoContent)
	refused := 0
	for range 100 {
		r := s.reader()
		a := r.script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}})
		if a.status == http.StatusNoContent {
			continue
		}
		if refused++; refused > 1 {
			continue
		}
		servertest.Same(t, "status", a.status, http.StatusTooManyRequests)
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 3000 || seconds > 3600 {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
		for _, lang := range []web.Lang{web.ES, web.EN} {
			servertest.Has(t, r.script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}, "Accept-Language", string(lang)).body, lang.T("http.newcomers"))
			page := r.get("/", "Accept-Language", string(lang))
			servertest.Same(t, "a look", page.status, http.StatusOK)
			servertest.Has(t, page.body, lang.T("notice.newcomers"))
		}
		servertest.Has(t, r.get("/").body, web.DefaultReview[:40]) // and nothing was taken over
	}
	if grown := servertest.DiskOf(t, dir) - before; refused == 0 || grown > 3<<20 {
		t.Errorf("%d refused, %d bytes more on the disk", refused, grown)
	}
	servertest.Same(t, "who was there before goes on", first.script("/cells/classify/fields", url.Values{"review": {servertest.Letters(20_000)}}).status, http.StatusNoContent)
}

// What was let in does not grow beyond what its address may add; of what is set apart for it, it is sure.
func TestNewNotebooksGrowWithinTheirAddress(t *testing.T) {
	s := newSite(t, func(c *config) { c.Retention.Hourly = 1 << 20 })
	write := func(r *reader, letter string) answer {
		return r.script("/cells/classify/fields", url.Values{"review": {strings.Repeat(letter, 20_000)}})
	}
	all := make([]*reader, 60) // 960 KB are set apart for them
	for i := range all {
		all[i] = s.reader()
		servertest.Same(t, "a small one", all[i].script("/cells/classify/fields", url.Values{"review": {"q"}}).status, http.StatusNoContent)
	}
	grown := 0
	for _, r := range all {
		if a := write(r, "w"); a.status == http.StatusNoContent {
			grown++
		} else {
			servertest.Same(t, "status", a.status, http.StatusTooManyRequests)
		}
	}
	if grown == 0 || grown > 20 {
		t.Errorf("%d notebooks have grown by 20,000 letters", grown)
	}
	servertest.Same(t, "within what is set apart", all[59].script("/cells/classify/fields", url.Values{"review": {"something short"}}).status, http.StatusNoContent)
}

// However long a page's name for itself is, it takes no room.
func TestNamesOfPagesAreBounded(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	long := servertest.Letters(450_000)
	r.script("/cells/pad/fields", url.Values{"maxlen": {"70"}, "by.maxlen": {long}})
	run := r.trainTiny()
	r.script("/runs/"+run+"/rename", url.Values{"name": {"one"}, "by.name." + run: {long}})
	for name, e := range r.state().Edits {
		if len(e.By) > longestPage {
			t.Errorf("%s was edited by a page with a name of %d letters", name, len(e.By))
		}
	}
}

// A class steps through the lesson behind one address.
func TestAClassIsLetIn(t *testing.T) {
	s := newSite(t, func(c *config) { c.Notebooks = 300 })
	for range 100 {
		servertest.Same(t, "status", s.reader().script("/cells/pad/fields", url.Values{"maxlen": {"30"}}).status, http.StatusNoContent)
	}
}

func TestALookKeepsNothing(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.get("/")
	servertest.Same(t, "fields as they are", r.script("/cells/pad/fields", url.Values{"maxlen": {"80"}}).status, http.StatusNoContent)
	servertest.Same(t, "kept", s.house.Kept(), 0)
	r.script("/cells/pad/fields", url.Values{"maxlen": {"30"}})
	servertest.Same(t, "kept after a change", s.house.Kept(), 1)
}
