package session

import (
	"errors"
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
	l := RetentionLimits{Notebooks: 3, Bytes: 100, Rest: time.Hour}
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
		servertest.Same(t, address, NetworkOf(address), want)
	}
}

// On a disk that is all but full the reader who is there goes on, in what is left alone for that.
func TestNewNotebooksNeedRoom(t *testing.T) {
	h := openTest(t)
	set := func(n int, maxlen string) error {
		d, err := h.Get(servertest.NotebookID(n))
		if err != nil {
			return err
		}
		return d.Do(t.Context(), notebook.Edit{Values: map[string]string{"maxlen": maxlen}})
	}
	servertest.Same(t, "while there is room", set(1, "30"), nil)
	h.retention.room = func(int64) error { return store.ErrNoRoom }
	servertest.Same(t, "a new one", errors.Is(set(2, "30"), ErrNoPlace), true)
	servertest.Same(t, "the first", set(1, "40"), nil)
	h.retention.room = func(int64) error { return nil }
	servertest.Same(t, "when there is room again", set(2, "30"), nil)
}

func TestNotebooksKept(t *testing.T) {
	h := openTest(t, func(c *testConfig) { c.Retention.Notebooks = 3 })
	open := func(n int) *Session {
		t.Helper()
		d, err := h.Get(servertest.NotebookID(n))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const wrote, trained, oldest, stranger = 1, 2, 3, 4
	set := func(n int) error {
		return open(n).Do(t.Context(), notebook.Edit{Values: map[string]string{"maxlen": "30"}})
	}
	state := func(n int) notebook.State {
		t.Helper()
		s, err := open(n).State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	// rested lets all notebooks look as if nobody had touched them for long, and be put away.
	rested := func() {
		h.mu.Lock()
		for _, d := range h.sessions {
			if !d.busy.Load() {
				h.drop(d)
			}
		}
		h.mu.Unlock()
		h.storage.mu.Lock()
		defer h.storage.mu.Unlock()
		for id, n := range h.storage.notes {
			n.written = n.written.Add(-2 * time.Hour)
			h.storage.notes[id] = n
		}
	}
	servertest.Same(t, "wrote", open(wrote).Do(t.Context(), notebook.Edit{Values: map[string]string{"review": "Mine."}}), nil)
	for _, op := range []notebook.Op{
		notebook.Edit{Values: map[string]string{"num_words": "500", "maxlen": "12", "embedding_dim": "8", "units": "8", "batch_size": "64", "epochs": "1"}},
		notebook.RunCell{At: time.Now(), Cell: notebook.Fit},
	} {
		servertest.Same(t, "trained", open(trained).Do(t.Context(), op), nil)
	}
	servertest.Eventually(t, "the end of the training", func() bool { return state(trained).Cell(notebook.Fit).Done != nil })
	servertest.Same(t, "oldest", set(oldest), nil)

	t.Run("refuses while all are in use", func(t *testing.T) {
		servertest.Same(t, "refused", errors.Is(set(stranger), ErrNoPlace), true)
		_, page, err := open(stranger).Look(t.Context(), web.EN)
		servertest.Same(t, "its page says so", []any{page.Notice, err}, []any{web.NoticeNoPlace, nil})
		servertest.Same(t, "kept", h.Kept(), 3)
		servertest.Same(t, "who is there goes on", set(oldest), nil)
	})
	t.Run("deletes one in which nobody trained or wrote", func(t *testing.T) {
		rested()
		servertest.Same(t, "taken", set(stranger), nil)
		servertest.Same(t, "kept", h.Kept(), 3)
		servertest.Same(t, "the stranger's", state(stranger).Settings.Maxlen, 30)
		servertest.Same(t, "the oldest's", state(oldest).Settings.Maxlen, 80)
		servertest.Same(t, "the writer's", state(wrote).Review, "Mine.")
		servertest.Same(t, "the trained one's", state(trained).Cell(notebook.Fit).Validity, notebook.Evaluated)
		_, page, err := open(stranger).Look(t.Context(), web.EN)
		servertest.Same(t, "its page says nothing more", []any{page.Notice == web.NoticeNoPlace, err}, []any{false, nil})
	})
	t.Run("who comes back finds a place when there is one", func(t *testing.T) {
		servertest.Same(t, "refused", errors.Is(set(oldest), ErrNoPlace), true)
		rested()
		servertest.Same(t, "taken", set(oldest), nil)
		servertest.Same(t, "kept", h.Kept(), 3)
	})
}

// A notebook that another server deletes, while it is open here, is there again with the next change.
func TestDeletedWhileOpen(t *testing.T) {
	for _, shared := range []bool{false, true} {
		h := openTest(t)
		h.shared = shared
		d, err := h.Get(servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		edit := func(maxlen string) {
			if err := d.Do(t.Context(), notebook.Edit{Values: map[string]string{"maxlen": maxlen}}); err != nil {
				t.Fatal(err)
			}
		}
		edit("30")
		if err := h.storage.drop(t.Context(), servertest.NotebookID(1)); err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "kept", h.Kept(), 0)
		if err := d.Do(t.Context(), notebook.Edit{Values: map[string]string{"padding": "post"}}); err != nil {
			t.Fatal(err)
		}
		p, err := h.storage.load(t.Context(), servertest.NotebookID(1))
		if err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "fields", []any{p.state.Settings.Maxlen, p.state.Settings.Padding}, []any{30, "post"})
	}
}

// What somebody made something in is not deleted, whatever its note says.
func TestDropLooksAgain(t *testing.T) {
	h := openTest(t)
	d, err := h.Get(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Do(t.Context(), notebook.Edit{Values: map[string]string{"review": "Mine."}}); err != nil {
		t.Fatal(err)
	}
	h.storage.mu.Lock()
	n := h.storage.notes[servertest.NotebookID(1)]
	n.Blank = true
	h.storage.notes[servertest.NotebookID(1)] = n
	h.storage.mu.Unlock()
	if err := h.storage.drop(t.Context(), servertest.NotebookID(1)); err != nil {
		t.Fatal(err)
	}
	p, err := h.storage.load(t.Context(), servertest.NotebookID(1))
	servertest.Same(t, "review", p.state.Review, "Mine.")
	servertest.Same(t, "error", err, nil)
	h.storage.mu.Lock()
	defer h.storage.mu.Unlock()
	servertest.Same(t, "the note is right again", h.storage.notes[servertest.NotebookID(1)].Blank, false)
}

// One notebook that is changed again and again takes the disk that its last state takes, and a few
// megabytes until the rest is given back.
func TestEditsTakeNoDisk(t *testing.T) {
	dir := t.TempDir()
	h := openTest(t, func(c *testConfig) { c.store = store.Options{Dir: dir} })
	d, err := h.Get(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	most := int64(0)
	for i := range 400 { // 17 MB
		if err := d.Do(t.Context(), notebook.Edit{Values: map[string]string{"review": servertest.Letters(20_000)}}); err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			most = max(most, servertest.DiskOf(t, dir))
		}
	}
	t.Logf("at most %.1f MB on the disk", float64(most)/1e6)
	if most > 6<<20 {
		t.Errorf("%d bytes on the disk", most)
	}
}
