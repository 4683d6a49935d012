package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/server/session"

	"github.com/gorilla/websocket"

	"cuaderno/server/notebook"
)

// watcher is an open page: it applies what the socket brings to what it has.
type watcher struct {
	t     *testing.T
	conn  *websocket.Conn
	seq   uint64
	html  map[string]string
	attrs map[string]map[string]string
	said  []string
	count map[string]int // swaps of each element

	fields map[string]string // what controls are to hold
}

func (r *reader) watch(after string) *watcher {
	r.t.Helper()
	conn, _, err := r.socket(after, http.Header{"Origin": {r.site.url}})
	if err != nil {
		r.t.Fatal(err)
	}
	return &watcher{t: r.t, conn: conn, html: map[string]string{}, attrs: map[string]map[string]string{}, count: map[string]int{}, fields: map[string]string{}}
}

// open loads the page and connects as its script would.
func (r *reader) open() *watcher {
	r.t.Helper()
	return r.watch(find(r.t, r.get("/").body, `data-seq="(\d+)"`))
}

func (w *watcher) next() {
	w.t.Helper()
	if err := w.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	_, data, err := w.conn.ReadMessage()
	if err != nil {
		w.t.Fatal(err)
	}
	var m session.Message
	if err := json.Unmarshal(data, &m); err != nil {
		w.t.Fatal(err)
	}
	if w.seq != 0 && m.Seq != w.seq+1 {
		w.t.Errorf("message %d after %d", m.Seq, w.seq)
	}
	w.seq = m.Seq
	for _, s := range m.Swap {
		w.html[s.ID] = s.HTML
		w.count[s.ID]++
		servertest.Has(w.t, s.HTML, `id="`+s.ID+`"`)
		if strings.HasPrefix(s.ID, "form-") {
			w.t.Errorf("%s was swapped", s.ID)
		}
	}
	for _, a := range m.Attrs {
		w.attrs[a.ID] = a.Set
	}
	maps.Copy(w.fields, m.Fields)
	if m.Say != "" {
		w.said = append(w.said, m.Say)
	}
}

func (w *watcher) until(cell, validity, activity string) {
	w.t.Helper()
	for {
		set := w.attrs["cell-"+cell]
		if set["data-validity"] == validity && set["data-activity"] == activity {
			return
		}
		w.next()
	}
}

func TestLesson(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.open()
	r.setTiny("2")
	servertest.Same(t, "status", r.script("/run-all", nil).status, http.StatusNoContent)
	page.until("compare", "evaluated", "ready")
	body := r.get("/").body
	t.Run("every cell has its result", func(t *testing.T) {
		for _, cell := range strings.Fields("intro load inspect pad model compile fit evaluate classify compare") {
			servertest.Same(t, cell, activity(t, body, cell), "evaluated ready")
		}
	})
	t.Run("results are also attributes", func(t *testing.T) {
		find(t, body, `data-probability="(0\.\d+)"`)
		find(t, body, `data-accuracy="(0\.\d+)"`)
		find(t, body, `data-loss="(\d\.\d+)"`)
		servertest.Same(t, "epoch", find(t, body, `data-epoch="(\d+)"`), "2")
		servertest.Same(t, "state", find(t, body, `data-state="(\w+)"`), "finished")
	})
	t.Run("the bag of words stands beside the network", func(t *testing.T) {
		servertest.Has(t, body, "bag of words")
		servertest.Same(t, "computed once", s.baselines.Len(), 1)
	})
	t.Run("the open page has what a new one gets", func(t *testing.T) {
		for id, html := range page.html {
			if strings.HasPrefix(id, "progress-") || id == "code-classify" {
				continue // a part of the output
			}
			if !strings.Contains(body, html) {
				t.Errorf("%s is another on a new page", id)
			}
		}
	})
	t.Run("it heard of epochs and ends, not of batches", func(t *testing.T) {
		if n := len(page.said); n < 10 || n > 16 {
			t.Errorf("%d sentences: %q", n, page.said)
		}
	})
	t.Run("a change makes stale what depends on it", func(t *testing.T) {
		r.script("/cells/pad/fields", url.Values{"maxlen": {"14"}})
		page.until("classify", "stale", "ready")
		body := r.get("/").body
		for cell, want := range map[string]string{"load": "evaluated", "compile": "evaluated", "pad": "stale", "fit": "stale", "evaluate": "stale"} {
			servertest.Same(t, cell, activity(t, body, cell), want+" ready")
		}
		servertest.Has(t, page.html["head-evaluate"], "12")
		servertest.Has(t, page.html["head-evaluate"], "14")
	})
	t.Run("running a cell runs the stale ones before it", func(t *testing.T) {
		r.script("/cells/evaluate/run", nil)
		page.until("evaluate", "evaluated", "ready")
		servertest.Same(t, "fit", activity(t, r.get("/").body, "fit"), "evaluated ready")
		servertest.Has(t, page.html["gutter-evaluate"], "14") // In [14]: pad 11, model 12, fit 13
	})
	t.Run("a review is judged and told as text", func(t *testing.T) {
		r.script("/cells/classify/run", url.Values{"review": {`<b>dreadful</b> & dull`}})
		page.until("classify", "evaluated", "ready")
		for !strings.Contains(page.html["output-classify"], "dreadful") {
			page.next()
		}
		if strings.Contains(page.html["output-classify"], "<b>dreadful") {
			t.Error("the review is not escaped")
		}
	})
	t.Run("a restart forgets the results", func(t *testing.T) {
		r.script("/restart", nil)
		page.until("load", "fresh", "ready")
		servertest.Same(t, "classify", activity(t, r.get("/").body, "classify"), "fresh ready")
	})
}

func TestLessonWithoutScripts(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	for _, cell := range []string{"load", "pad", "model", "fit"} {
		a := r.form("/cells/"+cell+"/fields", tiny("1"))
		servertest.Same(t, "status", a.status, http.StatusSeeOther)
		servertest.Same(t, "place", a.header.Get("Location"), "/#cell-"+cell)
	}
	servertest.Same(t, "status", r.form("/run-all", nil).status, http.StatusSeeOther)
	deadline := time.Now().Add(30 * time.Second)
	for activity(t, r.get("/").body, "compare") != "evaluated ready" {
		if time.Now().After(deadline) {
			t.Fatal("the lesson does not end")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestInterruptKeepsTheWork(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.open()
	r.setTiny("100")
	r.script("/run-all", nil)
	for !slices.ContainsFunc(page.said, func(s string) bool { return strings.Contains(s, "Epoch 1 ") || strings.Contains(s, "poch 1") }) {
		page.next()
	}
	began := time.Now()
	servertest.Same(t, "status", r.script("/cells/fit/interrupt", nil).status, http.StatusNoContent)
	page.until("fit", "evaluated", "ready")
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v to stop", took)
	}
	body := r.get("/").body
	servertest.Same(t, "state", find(t, body, `data-state="(\w+)"`), "interrupted")
	servertest.Same(t, "partial", r.state().Cell(notebook.Fit).Done.Partial, true)
	servertest.Same(t, "evaluate no longer waits", activity(t, body, "evaluate"), "fresh ready")
	r.script("/cells/classify/run", url.Values{"review": {"a fine film"}})
	page.until("classify", "evaluated", "ready")
	servertest.Same(t, "trained no more", find(t, r.get("/").body, `data-state="(\w+)"`), "interrupted")
}

func TestProgressIsSeen(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.open()
	r.setTiny("60")
	r.script("/cells/fit/run", nil)
	page.until("fit", "fresh", "running")
	before, began := page.count["progress-fit"], time.Now()
	for time.Since(began) < 2*time.Second {
		page.next()
		if page.attrs["cell-fit"]["data-activity"] != "running" {
			break
		}
	}
	rate := float64(page.count["progress-fit"]-before+page.count["output-fit"]) / time.Since(began).Seconds()
	if rate < 2 {
		t.Errorf("%.1f updates a second", rate)
	}
	r.script("/cells/fit/interrupt", nil)
	page.until("fit", "evaluated", "ready")
}
