package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/servertest"
	"cuaderno/training"

	"github.com/gorilla/websocket"

	"cuaderno/web"
)

func TestSocket(t *testing.T) {
	t.Run("two pages see the same", func(t *testing.T) {
		r := newSite(t).reader()
		one, two := r.Open(), r.Open()
		r.Script("/cells/model/run", nil)
		one.Until("model", "evaluated", "ready")
		two.Until("model", "evaluated", "ready")
		servertest.Same(t, "output", one.HTML["output-model"], two.HTML["output-model"])
	})
	t.Run("another reader sees nothing of it", func(t *testing.T) {
		s := newSite(t)
		r, other := s.reader(), s.reader()
		other.Open()
		r.Open()
		r.Script("/cells/model/run", nil)
		r.Script("/cells/compile/run", nil)
		servertest.Same(t, "model", servertest.Activity(t, other.Get("/").Body, "model"), "fresh ready")
	})
	t.Run("a lost page gets the rest", func(t *testing.T) {
		r := newSite(t).reader()
		page := r.Open()
		r.Script("/cells/model/run", nil)
		page.Until("model", "evaluated", "ready")
		page.Conn.Close()
		r.Script("/cells/compile/run", nil)
		back := r.Watch(strconv.FormatUint(page.Seq, 10))
		back.Seq = page.Seq
		back.Until("compile", "evaluated", "ready")
		if _, whole := back.HTML["output-load"]; whole {
			t.Error("it got everything anew")
		}
	})
	t.Run("a page of another life gets everything", func(t *testing.T) {
		r := newSite(t).reader()
		r.Get("/")
		r.Script("/cells/model/run", nil)
		for _, after := range []string{"7", "", "99999999999999", "x"} {
			page := r.Watch(after)
			page.Next()
			for _, id := range []string{"status", "run-all", "gutter-intro", "output-compare", "notes-fit", "code-pad"} {
				if page.HTML[id] == "" {
					t.Errorf("after %q no %s", after, id)
				}
			}
			servertest.Same(t, "attributes", len(page.Attrs), len(web.Cells))
		}
	})
	t.Run("each in its own language", func(t *testing.T) {
		r := newSite(t).reader()
		es := r.Watch("0&lang=es")
		en := r.Watch("0&lang=en")
		es.Next()
		en.Next()
		if es.HTML["output-load"] == en.HTML["output-load"] {
			t.Error("both pages are of one language")
		}
	})
	t.Run("a page of another site is refused", func(t *testing.T) {
		r := newSite(t).reader()
		r.Get("/")
		_, response, err := r.Socket("0", http.Header{"Origin": {"http://evil.example"}})
		if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
			t.Fatalf("error %v, response %v", err, response)
		}
	})
	t.Run("a page that says much is cut off", func(t *testing.T) {
		r := newSite(t).reader()
		page := r.Open()
		if err := page.Conn.WriteMessage(websocket.TextMessage, make([]byte, readLimit+1)); err != nil {
			t.Fatal(err)
		}
		_ = page.Conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, _, err := page.Conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a page that does not listen is dropped and holds up no one", func(t *testing.T) {
		s := newSite(t)
		r := s.reader()
		r.Open() // never read again
		quick := r.Open()
		d := s.session(r)
		longest := time.Duration(0)
		for i := 0; i < 1000 && s.sockets.count() > 1; i++ { // 80 KB each; the system takes some megabytes
			began := time.Now()
			review := strings.Repeat(string(rune('𝐀'+i%26)), training.MaxReview)
			if err := d.Do(t.Context(), notebook.Edit{Values: map[string]string{"review": review}}); err != nil {
				t.Fatal(err)
			}
			longest = max(longest, time.Since(began))
			quick.Next()
		}
		if longest > time.Second {
			t.Errorf("the notebook was held up for %v", longest)
		}
		servertest.Eventually(t, "the slow page to be dropped", func() bool { return s.sockets.count() == 1 })
	})
	t.Run("shutting down lets pages go", func(t *testing.T) {
		s := newSite(t)
		page := s.reader().Open()
		s.sessions.PutAllAway()
		_ = page.Conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		for {
			if _, _, err := page.Conn.ReadMessage(); err != nil {
				servertest.Same(t, "told to come back", websocket.IsCloseError(err, websocket.CloseTryAgainLater), true)
				return
			}
		}
	})
}

func TestTrainingIsHandedBackWhenTheServerEnds(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("100")
	r.Script("/cells/fit/run", url.Values{"epochs": {"100"}})
	page.Until("fit", "fresh", "running")
	began := time.Now()
	s.sessions.PutAllAway()
	working, waiting := s.Runs.Working()
	servertest.Same(t, "runs go on without notebooks", [2]int{working, waiting}, [2]int{1, 0})
	s.cancel()
	s.working.Wait()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	working, waiting = s.Runs.Working()
	servertest.Same(t, "runs", [2]int{working, waiting}, [2]int{0, 1})
}

// Whoever waits for the last page to leave is not overtaken by one that comes in.
func TestNoPageComesInAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSockets(nil, nil)
		servertest.Same(t, "a page comes in", s.enter(), true)
		gone := false
		go func() { s.wait(); gone = true }()
		synctest.Wait()
		servertest.Same(t, "a page comes in at the end", s.enter(), false)
		servertest.Same(t, "it was waited for", gone, false)
		s.leave()
		synctest.Wait()
		servertest.Same(t, "the last has left", gone, true)
		servertest.Same(t, "a page comes in after the end", s.enter(), false)
	})
}
