package site

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/server/store"
	"cuaderno/server/store/storetest"
	"cuaderno/web"
)

// Where weights find no room on the disk, the page says so as soon as an epoch is over; the lesson goes on
// with what is in memory, and what was learnt is kept when there is room again.
func TestTheLessonOnAFullDisk(t *testing.T) {
	dir := storetest.SmallDisk(t, "size=24m")
	if dir == "" {
		return
	}
	s := newSite(t, func(c *Config) { c.Store = store.Options{Dir: filepath.Join(dir, "store")} })
	r := s.reader()
	page := r.Open()
	r.SetTiny("3")
	r.Script("/cells/load/run", nil)
	page.Until("load", "evaluated", "ready")
	const notice = `data-notice="full"`
	if strings.Contains(r.Get("/").Body, notice) {
		t.Fatal("it says that the disk is full before it is")
	}
	// There is room for something, but not for weights.
	enough := storetest.Crowd(t, dir, func() bool { return s.store.Room(2<<10) != nil })
	r.Script("/cells/fit/run", nil)
	servertest.Eventually(t, "the notice", func() bool { return strings.Contains(r.Get("/").Body, notice) })
	for _, lang := range []web.Lang{web.ES, web.EN} {
		servertest.Has(t, r.Get("/", "Accept-Language", string(lang)).Body, strings.SplitN(lang.T("notice.full"), "`", 2)[0])
	}
	page.Until("fit", "evaluated", "ready")
	r.Script("/cells/evaluate/run", nil)
	page.Until("evaluate", "evaluated", "ready")
	for _, format := range []string{"h5", "safetensors"} {
		if a := r.Get("/export/" + format); a.Status != http.StatusOK || len(a.Body) < 1000 {
			t.Errorf("%s: %d, %d bytes", format, a.Status, len(a.Body))
		}
	}
	before := r.Get("/export/safetensors").Body
	servertest.Has(t, r.Get("/").Body, notice)
	enough()
	servertest.Eventually(t, "the notice to go", func() bool { return !strings.Contains(r.Get("/").Body, notice) })
	servertest.Same(t, "lacks room", s.Runs.Lacks(), false)
	servertest.Same(t, "the same weights", r.Get("/export/safetensors").Body == before, true)
	result := s.Runs.List()[0]
	if result.Final == "" || result.Held != "" {
		t.Errorf("after that %q is kept, %q waits", result.Final, result.Held)
	}
}

// What a server took with it that ended while its disk was full is not shown as if it were there.
func TestARestartOnAFullDisk(t *testing.T) {
	dir := storetest.SmallDisk(t, "size=24m")
	if dir == "" {
		return
	}
	on := func(c *Config) { c.Store = store.Options{Dir: filepath.Join(dir, "store")} }
	var jar http.CookieJar
	t.Run("before", func(t *testing.T) {
		s := newSite(t, on)
		r := s.reader()
		jar = r.Jar
		page := r.Open()
		r.SetTiny("2")
		r.Script("/cells/load/run", nil)
		page.Until("load", "evaluated", "ready")
		storetest.Crowd(t, dir, func() bool { return s.store.Room(2<<10) != nil })
		r.Script("/cells/fit/run", nil)
		page.Until("fit", "evaluated", "ready")
		servertest.Same(t, "export", r.Get("/export/h5").Status, http.StatusOK)
	})
	t.Run("after", func(t *testing.T) {
		r := newSite(t, on).reader()
		r.Jar = jar
		servertest.Same(t, "export", r.Get("/export/h5").Status, http.StatusNotFound)
		r.Script("/cells/evaluate/run", nil)
		servertest.Eventually(t, "Evaluate to fail", func() bool { return strings.Contains(r.Get("/", "Accept-Language", "en").Body, web.EN.T("fail.gone")) })
		for _, lang := range []web.Lang{web.ES, web.EN} {
			servertest.Has(t, r.Get("/", "Accept-Language", string(lang)).Body, lang.T("fail.gone"))
		}
	})
}
