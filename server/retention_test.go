package main

import (
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/server/store"
	"cuaderno/web"
)

func TestMakeRoom(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	l := retentionLimits{Notebooks: 3, Bytes: 100, Rest: time.Hour}
	for _, c := range []struct {
		name string
		all  []place
		size int64
		drop []string
		ok   bool
	}{
		{"none yet", nil, 10, nil, true},
		{"there is room", []place{{"a", 40, at(9), true}, {"b", 40, at(8), true}}, 20, nil, true},
		{"one too many", []place{{"a", 1, at(9), true}, {"b", 1, at(8), true}, {"c", 1, at(7), true}}, 1, []string{"a"}, true},
		{"too many bytes", []place{{"a", 40, at(9), true}, {"b", 40, at(8), true}}, 70, []string{"a", "b"}, true},
		{"no more than it takes", []place{{"a", 40, at(9), true}, {"b", 40, at(8), true}}, 50, []string{"a"}, true},
		{"the oldest first", []place{{"a", 1, at(7), true}, {"b", 1, at(9), true}, {"c", 1, at(8), true}}, 1, []string{"b"}, true},
		{"not what somebody made something in", []place{{"a", 1, at(9), false}, {"b", 1, at(8), true}, {"c", 1, at(7), false}}, 1, []string{"b"}, true},
		{"not what was touched of late", []place{{"a", 1, now, true}, {"b", 1, at(9), false}, {"c", 1, at(7), true}}, 1, []string{"c"}, true},
		{"nothing may go", []place{{"a", 1, at(9), false}, {"b", 1, now, true}, {"c", 1, at(7), false}}, 1, nil, false},
		{"what may go is not enough", []place{{"a", 80, at(9), false}, {"b", 10, at(8), true}}, 30, nil, false},
		{"larger than all that may be", nil, 101, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			drop, ok := l.makeRoom(c.all, c.size, now)
			servertest.Same(t, "drop", drop, c.drop)
			servertest.Same(t, "ok", ok, c.ok)
		})
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "somebody": "somebody",
	} {
		servertest.Same(t, address, networkOf(address), want)
	}
}

func letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + rand.IntN(26))
	}
	return string(b)
}

func diskOf(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *site) kept() int {
	s.house.keep.mu.Lock()
	defer s.house.keep.mu.Unlock()
	return len(s.house.keep.notes)
}

// rested lets all notebooks look as if nobody had touched them for long, and be put away.
func (s *site) rested() {
	s.house.mu.Lock()
	for _, d := range s.house.desks {
		if !d.busy.Load() {
			s.house.drop(d)
		}
	}
	s.house.mu.Unlock()
	s.house.keep.mu.Lock()
	defer s.house.keep.mu.Unlock()
	for id, n := range s.house.keep.notes {
		n.written = n.written.Add(-2 * time.Hour)
		s.house.keep.notes[id] = n
	}
}

// TestStrangersDoNotFillTheDisk has one address begin notebooks of 20,000 letters each.
func TestStrangersDoNotFillTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, func(c *config) {
		c.Store = store.Options{Dir: dir}
		c.Retention.Hourly = 1 << 20
		c.Notebooks = 300
	})
	before := diskOf(t, dir)
	first := s.reader()
	servertest.Same(t, "the first", first.script("/cells/classify/fields", url.Values{"review": {letters(20_000)}}).status, http.StatusNoContent)
	refused := 0
	for range 100 {
		r := s.reader()
		a := r.script("/cells/classify/fields", url.Values{"review": {letters(20_000)}})
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
			servertest.Has(t, r.script("/cells/classify/fields", url.Values{"review": {letters(20_000)}}, "Accept-Language", string(lang)).body, lang.T("http.newcomers"))
			page := r.get("/", "Accept-Language", string(lang))
			servertest.Same(t, "a look", page.status, http.StatusOK)
			servertest.Has(t, page.body, lang.T("notice.newcomers"))
		}
		servertest.Has(t, r.get("/").body, web.DefaultReview[:40]) // and nothing was taken over
	}
	if grown := diskOf(t, dir) - before; refused == 0 || grown > 3<<20 {
		t.Errorf("%d refused, %d bytes more on the disk", refused, grown)
	}
	servertest.Same(t, "who was there before goes on", first.script("/cells/classify/fields", url.Values{"review": {letters(20_000)}}).status, http.StatusNoContent)
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
	long := letters(450_000)
	r.script("/cells/pad/fields", url.Values{"maxlen": {"70"}, "by.maxlen": {long}})
	run := r.trainTiny()
	r.script("/runs/"+run+"/rename", url.Values{"name": {"one"}, "by.name." + run: {long}})
	var state notebook.State
	d := s.onlyDesk(t)
	if err := d.call(t.Context(), func() { state = d.state }); err != nil {
		t.Fatal(err)
	}
	for name, e := range state.Edits {
		if len(e.By) > longestPage {
			t.Errorf("%s was edited by a page with a name of %d letters", name, len(e.By))
		}
	}
}

// On a disk that is all but full the reader who is there goes on, in what is left alone for that.
func TestNewNotebooksNeedRoom(t *testing.T) {
	s := newSite(t)
	set := func(r *reader, maxlen string) int {
		return r.script("/cells/pad/fields", url.Values{"maxlen": {maxlen}}).status
	}
	first, second := s.reader(), s.reader()
	servertest.Same(t, "while there is room", set(first, "30"), http.StatusNoContent)
	s.house.retention.room = func(int64) error { return store.ErrNoRoom }
	servertest.Same(t, "a new one", set(second, "30"), http.StatusServiceUnavailable)
	servertest.Same(t, "the first", set(first, "40"), http.StatusNoContent)
	s.house.retention.room = func(int64) error { return nil }
	servertest.Same(t, "when there is room again", set(second, "30"), http.StatusNoContent)
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
	servertest.Same(t, "kept", s.kept(), 0)
	r.script("/cells/pad/fields", url.Values{"maxlen": {"30"}})
	servertest.Same(t, "kept after a change", s.kept(), 1)
}

func TestNotebooksKept(t *testing.T) {
	s := newSite(t, func(c *config) { c.Retention.Notebooks = 3 })
	set := func(r *reader) answer { return r.script("/cells/pad/fields", url.Values{"maxlen": {"30"}}) }
	holds := func(r *reader) string { return find(t, r.get("/").body, `name="maxlen"[^>]* value="(\d+)"`) }
	wrote, trained, oldest := s.reader(), s.reader(), s.reader()
	servertest.Same(t, "wrote", wrote.script("/cells/classify/fields", url.Values{"review": {"Mine."}}).status, http.StatusNoContent)
	trained.trainTiny()
	servertest.Same(t, "oldest", set(oldest).status, http.StatusNoContent)

	stranger := s.reader()
	t.Run("refuses while all are in use", func(t *testing.T) {
		a := set(stranger)
		servertest.Same(t, "status", a.status, http.StatusServiceUnavailable)
		servertest.Same(t, "again", a.header.Get("Retry-After"), "3600")
		for _, lang := range []web.Lang{web.ES, web.EN} {
			servertest.Has(t, stranger.script("/run-all", nil, "Accept-Language", string(lang)).body, lang.T("http.no_place"))
		}
		servertest.Same(t, "kept", s.kept(), 3)
		servertest.Same(t, "who is there goes on", set(oldest).status, http.StatusNoContent)
	})
	t.Run("deletes one in which nobody trained or wrote", func(t *testing.T) {
		s.rested()
		servertest.Same(t, "status", set(stranger).status, http.StatusNoContent)
		servertest.Same(t, "kept", s.kept(), 3)
		servertest.Same(t, "the stranger's", holds(stranger), "30")
		servertest.Same(t, "the oldest's", holds(oldest), "80")
		servertest.Has(t, wrote.get("/").body, "Mine.")
		servertest.Same(t, "the trained one's", activity(t, trained.get("/").body, "fit"), "evaluated ready")
		if strings.Contains(stranger.get("/").body, web.EN.T("notice.no_place")) {
			t.Error("the page still says that there is no place")
		}
	})
	t.Run("who comes back finds a place when there is one", func(t *testing.T) {
		servertest.Same(t, "status", set(oldest).status, http.StatusServiceUnavailable)
		s.rested()
		servertest.Same(t, "status", set(oldest).status, http.StatusNoContent)
		servertest.Same(t, "kept", s.kept(), 3)
	})
}

// A notebook that another server deletes, while it is open here, is there again with the next change.
func TestDeletedWhileOpen(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s := newSite(t)
		s.house.shared = shared
		d, err := s.house.desk(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		edit := func(maxlen string) {
			if err := d.do(t.Context(), notebook.Edit{Values: map[string]string{"maxlen": maxlen}}); err != nil {
				t.Fatal(err)
			}
		}
		edit("30")
		if err := s.house.keep.drop(t.Context(), servertest.NotebookID(1)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "kept", s.kept(), 0)
		if err := d.do(t.Context(), notebook.Edit{Values: map[string]string{"padding": "post"}}); err != nil {
			t.Fatal(err)
		}
		p, err := s.house.keep.load(t.Context(), servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "fields", []any{p.state.Settings.Maxlen, p.state.Settings.Padding}, []any{30, "post"})
	}
}

// What somebody made something in is not deleted, whatever its note says.
func TestDropLooksAgain(t *testing.T) {
	s := newSite(t)
	d, err := s.house.desk(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.do(t.Context(), notebook.Edit{Values: map[string]string{"review": "Mine."}}); err != nil {
		t.Fatal(err)
	}
	s.house.keep.mu.Lock()
	n := s.house.keep.notes[servertest.NotebookID(1)]
	n.Blank = true
	s.house.keep.notes[servertest.NotebookID(1)] = n
	s.house.keep.mu.Unlock()
	if err := s.house.keep.drop(t.Context(), servertest.NotebookID(1)); err != nil {
		t.Fatal(err)
	}
	p, err := s.house.keep.load(t.Context(), servertest.NotebookID(1))
	servertest.Same(t, "review", p.state.Review, "Mine.")
	servertest.Same(t, "error", err, nil)
	s.house.keep.mu.Lock()
	defer s.house.keep.mu.Unlock()
	servertest.Same(t, "the note is right again", s.house.keep.notes[servertest.NotebookID(1)].Blank, false)
}

// One notebook that is changed again and again takes the disk that its last state takes, and a few
// megabytes until the rest is given back.
func TestEditsTakeNoDisk(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, func(c *config) { c.Store = store.Options{Dir: dir} })
	d, err := s.house.desk(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	most := int64(0)
	for i := range 400 { // 17 MB
		if err := d.do(t.Context(), notebook.Edit{Values: map[string]string{"review": letters(20_000)}}); err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			most = max(most, diskOf(t, dir))
		}
	}
	t.Logf("at most %.1f MB on the disk", float64(most)/1e6)
	if most > 6<<20 {
		t.Errorf("%d bytes on the disk", most)
	}
}
