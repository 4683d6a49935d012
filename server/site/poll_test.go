package site

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/server/session"
	"cuaderno/web"
)

// poll asks for news once, as a page's script does.
func poll(t *testing.T, r *servertest.Reader, query string) (a servertest.Answer, news []session.Message) {
	t.Helper()
	a = r.Script("/poll?"+query, nil)
	if err := json.Unmarshal([]byte(a.Body), &news); err != nil {
		t.Fatalf("%v: %.200s", err, a.Body)
	}
	return a, news
}

func TestPoll(t *testing.T) {
	seq := func(r *servertest.Reader) string {
		return servertest.Find(t, r.Get("/?lang=en").Body, `data-seq="(\d+)"`)
	}
	t.Run("brings what a socket brings", func(t *testing.T) {
		r := newSite(t).reader()
		after := seq(r)
		page := r.Watch(after + "&lang=en")
		r.Script("/cells/model/run", nil)
		page.Until("model", "evaluated", "ready")
		html := map[string]string{}
		for last := after; html["output-model"] != page.HTML["output-model"]; {
			a, news := poll(t, r, "lang=en&after="+last)
			servertest.Same(t, "status", a.Status, http.StatusOK)
			servertest.Same(t, "kept by nobody on the way", a.Header.Get("Cache-Control"), "no-store")
			if len(news) == 0 {
				t.Fatal("no news came")
			}
			for _, m := range news {
				for _, s := range m.Swap {
					html[s.ID] = s.HTML
				}
			}
			last = strconv.FormatUint(news[len(news)-1].Seq, 10)
		}
	})
	t.Run("waits for the first, and no longer", func(t *testing.T) {
		s := newSite(t)
		r := s.reader()
		after := seq(r)
		began := time.Now()
		_, news := poll(t, r, "hold=0&after="+after)
		servertest.Same(t, "news", len(news), 0)
		if took := time.Since(began); took > pollWait/4 {
			t.Errorf("a page that nobody looks at waited %v", took)
		}
		heard := make(chan []session.Message)
		go func() {
			_, news := poll(t, r, "after="+after)
			heard <- news
		}()
		servertest.Eventually(t, "the page", func() bool { return s.sockets.count() == 1 })
		began = time.Now()
		r.Script("/cells/pad/fields", url.Values{"maxlen": {"33"}})
		news = <-heard
		if took := time.Since(began); len(news) == 0 || took > pollWait/4 {
			t.Errorf("%d messages after %v", len(news), took)
		}
	})
	t.Run("gives a page of another life everything", func(t *testing.T) {
		r := newSite(t).reader()
		r.Get("/")
		_, news := poll(t, r, "after=7")
		servertest.Same(t, "messages", len(news), 1)
		servertest.Same(t, "attributes", len(news[0].Attrs), len(web.Cells))
	})
	t.Run("holds up nobody who ends the server", func(t *testing.T) {
		s := newSite(t)
		r := s.reader()
		after := seq(r)
		done := make(chan servertest.Answer)
		go func() { a, _ := poll(t, r, "after="+after); done <- a }()
		servertest.Eventually(t, "the page", func() bool { return s.sockets.count() == 1 })
		began := time.Now()
		s.sockets.part()
		servertest.Same(t, "status", (<-done).Status, http.StatusOK)
		if took := time.Since(began); took > pollWait/4 {
			t.Errorf("it took %v", took)
		}
	})
	t.Run("says on the page why there is nothing to hear", func(t *testing.T) {
		s := newSite(t)
		for _, lang := range []web.Lang{web.ES, web.EN} {
			a := s.reader().Send(http.MethodPost, "/poll?after=0&lang="+string(lang), "", "Origin", s.url, "Sec-Fetch-Site", "same-origin", "X-Cuaderno", "1")
			servertest.Same(t, "status", a.Status, http.StatusForbidden)
			var news []session.Message
			if err := json.Unmarshal([]byte(a.Body), &news); err != nil || len(news) != 1 || len(news[0].Swap) != 1 {
				t.Fatalf("%v: %s", err, a.Body)
			}
			servertest.Same(t, "element", news[0].Swap[0].ID, web.NoticeID)
			servertest.Has(t, news[0].Swap[0].HTML, `data-notice="cookies"`)
			servertest.Has(t, news[0].Swap[0].HTML, lang.T("notice.cookies"))
		}
		r := s.reader()
		r.Get("/")
		s.sessions.PutAllAway()
		a, _ := poll(t, r, "after=0")
		servertest.Same(t, "status at the end", a.Status, http.StatusServiceUnavailable)
	})
	t.Run("is no way in for other sites", func(t *testing.T) {
		r := newSite(t).reader()
		r.Get("/")
		a := r.Send(http.MethodPost, "/poll?after=0", "", "Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site")
		servertest.Same(t, "status", a.Status, http.StatusForbidden)
	})
}

// A socket that comes without its header has met a proxy that takes it off: whoever runs the server is told.
func TestSocketWithoutItsHeader(t *testing.T) {
	b := logged(t)
	a := newSite(t).reader().Get("/ws?after=0", "Sec-Fetch-Mode", "websocket")
	servertest.Same(t, "status", a.Status, http.StatusUpgradeRequired)
	servertest.Same(t, "what to use", a.Header.Get("Upgrade"), "websocket")
	all := servertest.LogLines(t, b, "request failed")
	servertest.Same(t, "lines", len(all), 1)
	servertest.Same(t, "level", all[0].Level, "INFO")
	servertest.Has(t, all[0].Error, "proxy")
}
