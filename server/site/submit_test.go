package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/server/session"
	"cuaderno/web"
)

// states lists what all cells of a page are at.
func states(t *testing.T, page string) (all []string) {
	t.Helper()
	for _, id := range notebook.Order {
		all = append(all, string(id)+" "+servertest.Activity(t, page, string(id)))
	}
	return all
}

// Nothing that would read a field runs while the field holds what it may not: by whatever route.
func TestNothingRunsBesideABadField(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.SetTiny("1")
	for _, cell := range []string{"load", "pad", "model"} {
		r.Script("/cells/"+cell+"/run", nil)
		servertest.Eventually(t, cell, func() bool { return servertest.Activity(t, r.Get("/").Body, cell) == "evaluated ready" })
	}
	servertest.Same(t, "status", r.Script("/cells/pad/fields", url.Values{"maxlen": {"20"}}).Status, http.StatusNoContent)
	before := states(t, r.Get("/").Body)
	bad := url.Values{"maxlen": {"1001"}, "units": {"16"}}
	for _, path := range []string{"/run-all", "/run-stale", "/cells/pad/run", "/cells/fit/run", "/cells/evaluate/run", "/cells/classify/run"} {
		t.Run("by script "+path, func(t *testing.T) {
			a := r.Script(path, bad)
			servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
			servertest.Has(t, a.Body, `<form id="form-pad"`)
			servertest.Has(t, a.Body, `value="1001"`)
			servertest.Same(t, "forms", strings.Count(a.Body, "<form"), 1)
		})
		t.Run("by form "+path, func(t *testing.T) {
			a := r.Form(path, bad)
			servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
			servertest.Has(t, a.Body, "<html")
			servertest.Same(t, "the field that the page begins at", servertest.Find(t, a.Body, `<input id="([^"]+)"[^>]* autofocus`), "field-maxlen")
			// Whatever is pressed on that page brings the field along.
			for _, form := range []string{"run-all", "form-fit", "form-classify"} {
				servertest.Has(t, servertest.Find(t, a.Body, `(?s)(<form id="`+form+`".*?</form>)`), `<input type="hidden" name="maxlen" value="1001">`)
			}
		})
	}
	page := r.Get("/").Body
	servertest.Same(t, "cells", states(t, page), before)
	servertest.Has(t, page, `name="units" type="number" inputmode="numeric" min="1" max="512" step="1" value="8"`)

	t.Run("what does not read it runs", func(t *testing.T) {
		a := r.Script("/cells/load/run", url.Values{"maxlen": {"1001"}, "units": {"16"}})
		servertest.Same(t, "status", a.Status, http.StatusNoContent)
		kept, err := url.ParseQuery(a.Header.Get(keptHeader))
		if err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "kept", []bool{kept.Has("units"), kept.Has("maxlen")}, []bool{true, false})
	})
	t.Run("it is taken over once it is in order", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/model/run", url.Values{"maxlen": {"30"}}).Status, http.StatusNoContent)
		servertest.Has(t, r.Get("/").Body, `max="1000" step="1" value="30"`)
	})
}

// Of two pages' edits the later one stays, whichever comes first.
func TestTheLaterEditStays(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.Get("/")
	post := func(path, page, name, value, field string, seen uint64, age int) servertest.Answer {
		t.Helper()
		return r.Script(path, url.Values{
			field: {value}, "by." + name: {page}, "seen." + name: {fmt.Sprint(seen)}, "age." + name: {fmt.Sprint(age)},
		})
	}
	box := func() string { return servertest.Find(t, r.Get("/").Body, `(?s)name="review"[^>]*>\n(.*?)</textarea>`) }
	edit := func(page, text string, seen uint64, age int) servertest.Answer {
		t.Helper()
		return post("/cells/classify/fields", page, "review", text, "review", seen, age)
	}
	number := func(a servertest.Answer) (seq uint64) {
		t.Helper()
		if _, err := fmt.Sscan(servertest.Find(t, a.Header.Get(keptHeader), `review=(\d+)`), &seq); err != nil {
			t.Fatal(err)
		}
		return seq
	}
	first := edit("a", "from a", 0, 0)
	servertest.Same(t, "status", first.Status, http.StatusNoContent)
	t.Run("an older one that comes later", func(t *testing.T) {
		a := edit("b", "from b, long ago", 0, 60_000)
		servertest.Same(t, "status", a.Status, http.StatusConflict)
		var news session.Message
		if err := json.Unmarshal([]byte(a.Body), &news); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "what it is told", news, session.Message{Fields: map[string]string{"review": "from a"}, Edits: map[string]uint64{"review": number(first)}})
		servertest.Same(t, "kept", a.Header.Get(keptHeader), "")
		servertest.Same(t, "the box", box(), "from a")
	})
	t.Run("the same text", func(t *testing.T) {
		servertest.Same(t, "status", edit("b", "from a", 0, 60_000).Status, http.StatusNoContent)
	})
	t.Run("one of the same page, whatever it had heard", func(t *testing.T) {
		servertest.Same(t, "status", edit("a", "more from a", 0, 60_000).Status, http.StatusNoContent)
		servertest.Same(t, "the box", box(), "more from a")
	})
	t.Run("one that had seen the other, whatever the clocks say", func(t *testing.T) {
		seen := number(edit("a", "again from a", 0, 0))
		servertest.Same(t, "status", edit("b", "over it from b", seen, 60_000).Status, http.StatusNoContent)
		servertest.Same(t, "the box", box(), "over it from b")
	})
	t.Run("a newer one that had not seen it", func(t *testing.T) {
		servertest.Same(t, "status", edit("a", "last from a", 1, 0).Status, http.StatusNoContent)
	})
	t.Run("nothing runs with the other's text", func(t *testing.T) {
		a := post("/cells/classify/run", "b", "review", "old from b", "review", 1, 60_000)
		servertest.Same(t, "status", a.Status, http.StatusConflict)
		servertest.Same(t, "classify", servertest.Activity(t, r.Get("/").Body, "classify"), "fresh ready")
	})
	t.Run("another field of the form is taken", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/pad/fields", url.Values{"by.maxlen": {"a"}, "maxlen": {"33"}}).Status, http.StatusNoContent)
		a := r.Script("/cells/pad/fields", url.Values{"by.maxlen": {"b"}, "by.padding": {"b"}, "age.maxlen": {"60000"}, "age.padding": {"60000"}, "maxlen": {"44"}, "padding": {"post"}})
		servertest.Same(t, "status", a.Status, http.StatusConflict)
		servertest.Has(t, a.Header.Get(keptHeader), "padding=")
		page := r.Get("/").Body
		servertest.Has(t, page, `max="1000" step="1" value="33"`)
		servertest.Has(t, page, `<option value="post" selected>`)
	})
	t.Run("a guess", func(t *testing.T) {
		servertest.Same(t, "status", post("/cells/fit/guess", "a", notebook.GuessEdit, "0.5", "e1", 0, 0).Status, http.StatusNoContent)
		servertest.Same(t, "older", post("/cells/fit/guess", "b", notebook.GuessEdit, "0.7", "e1", 0, 60_000).Status, http.StatusConflict)
		servertest.Has(t, r.Get("/").Body, "Epoch 1: 0.50")
	})
	t.Run("a form without a script says nothing, and counts", func(t *testing.T) {
		servertest.Same(t, "status", r.Form("/cells/classify/fields", url.Values{"review": {"by form"}}).Status, http.StatusSeeOther)
		servertest.Same(t, "the box", box(), "by form")
	})
	t.Run("what may not be", func(t *testing.T) {
		servertest.Same(t, "status", edit("b", " ", 0, 60_000).Status, http.StatusUnprocessableEntity)
	})
}

func TestTheLaterNameStays(t *testing.T) {
	r := newSite(t).reader()
	run := r.TrainTiny()
	name := func(page, text string, age string) int {
		return r.Script("/runs/"+run+"/rename", url.Values{"name": {text}, "by." + notebook.NameEdit(run): {page}, "age." + notebook.NameEdit(run): {age}}).Status
	}
	servertest.Same(t, "a", name("a", "from a", "0"), http.StatusNoContent)
	servertest.Same(t, "b, older", name("b", "from b", "60000"), http.StatusConflict)
	servertest.Has(t, r.Get("/").Body, ">from a</span>")
	servertest.Same(t, "b, newer", name("b", "from b", "0"), http.StatusNoContent)
	servertest.Has(t, r.Get("/").Body, ">from b</span>")
}

// Of a page that edits and runs and one that edits, the run has what its own page typed.
func TestAnEditAndItsRunAreOne(t *testing.T) {
	s := newSite(t)
	one, two := s.reader(), s.reader()
	one.Get("/")
	two.Jar = one.Jar
	for round := range 60 {
		mine := fmt.Sprint(8 + round)
		var both sync.WaitGroup
		both.Go(func() { one.Script("/cells/model/run", url.Values{"units": {mine}}) })
		both.Go(func() { two.Script("/cells/model/fields", url.Values{"units": {"500"}}) })
		both.Wait()
		var cell notebook.Cell
		servertest.Eventually(t, "the model", func() bool {
			cell = s.state(one).Cell(notebook.Model)
			return !cell.Pending()
		})
		if got := cell.Done.Used["units"]; got != mine {
			t.Fatalf("round %d: it ran with %s units, its page said %s", round, got, mine)
		}
	}
}

// The page and the notebook count alike: in what browsers count, with one character at every line's end.
func TestLengthsAreCountedAlike(t *testing.T) {
	servertest.Same(t, "a sentence to pin", web.MaxPin, notebook.MaxPin)
	servertest.Same(t, "a run's name", web.MaxRunName, notebook.MaxName)
	s := newSite(t)
	r := s.reader()
	page := r.Get("/").Body
	servertest.Has(t, page, fmt.Sprintf(`id="pin-sentence" type="text" name="sentence" lang="en" required maxlength="%d"`, notebook.MaxPin))
	pin := func(text string) int { return r.Script("/cells/fit/pin", url.Values{"sentence": {text}}).Status }
	servertest.Same(t, "500", pin(strings.Repeat("a", 500)), http.StatusNoContent)
	servertest.Same(t, "501", pin(strings.Repeat("a", 501)), http.StatusUnprocessableEntity)
	servertest.Same(t, "500 of two each", pin(strings.Repeat("😀", 250)), http.StatusNoContent)
	servertest.Same(t, "501 of two each", pin(strings.Repeat("😀", 250)+"a"), http.StatusUnprocessableEntity)
	servertest.Has(t, r.Form("/cells/fit/pin", url.Values{"sentence": {strings.Repeat("a", 501)}}).Body, web.EN.T("http.pin_long"))

	t.Run("a review to pin", func(t *testing.T) {
		long := strings.Repeat("word ", 100) + "a"
		a := r.Script("/cells/classify/pin", url.Values{"review": {long}})
		servertest.Same(t, "status", a.Status, http.StatusUnprocessableEntity)
		servertest.Has(t, a.Body, web.EN.T("err.review.pin", "500", "501"))
		servertest.Has(t, a.Header.Get(keptHeader), "review=")
		if n := len(regexp.MustCompile(`data-pin="`).FindAllString(r.Get("/").Body, -1)); n != 2 {
			t.Errorf("%d sentences are pinned", n)
		}
	})
	t.Run("ends of lines", func(t *testing.T) {
		full := strings.Repeat("é\n", 10_000)
		servertest.Same(t, "status by form", r.Form("/cells/classify/fields", url.Values{"review": {strings.ReplaceAll(full, "\n", "\r\n")}}).Status, http.StatusSeeOther)
		servertest.Same(t, "status by script", r.Script("/cells/classify/fields", url.Values{"review": {full}}).Status, http.StatusNoContent)
		servertest.Same(t, "one more", r.Script("/cells/classify/fields", url.Values{"review": {full + "."}}).Status, http.StatusUnprocessableEntity)
	})
}
