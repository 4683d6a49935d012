package servertest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// NewReader is a browser that has not been at the site yet.
func NewReader(t testing.TB, site string) *Reader {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &Reader{t: t, URL: site, Client: &http.Client{
		Jar: jar, Transport: transport, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Reader is a browser: it keeps cookies and follows no redirects.
type Reader struct {
	*http.Client
	t   testing.TB
	URL string // of the site
}

// Answer is a response, read.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

func (r *Reader) Send(method, path, body string, header ...string) Answer {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := r.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return Answer{response.StatusCode, response.Header, string(raw)}
}

func (r *Reader) Get(path string, header ...string) Answer {
	r.t.Helper()
	return r.Send(http.MethodGet, path, "", header...)
}

// Script posts as the page's own script does: in a browser that tells where a request comes from.
func (r *Reader) Script(path string, form url.Values, header ...string) Answer {
	r.t.Helper()
	return r.Send(http.MethodPost, path, form.Encode(), append(header, "Sec-Fetch-Site", "same-origin", "X-Cuaderno", "1")...)
}

// Form posts as a page without scripts does, from an old browser: with the token it was given.
func (r *Reader) Form(path string, form url.Values) Answer {
	r.t.Helper()
	token := Find(r.t, r.Get("/").Body, `name="csrf" value="([^"]+)"`)
	values := url.Values{"csrf": {token}}
	for k, v := range form {
		values[k] = v
	}
	return r.Send(http.MethodPost, path, values.Encode())
}

// Socket opens /ws.
func (r *Reader) Socket(after string, header http.Header) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{Jar: r.Jar, HandshakeTimeout: 5 * time.Second}
	conn, response, err := d.DialContext(r.t.Context(), "ws"+strings.TrimPrefix(r.URL, "http")+"/ws?after="+after, header)
	if err == nil {
		r.t.Cleanup(func() { conn.Close() })
	}
	return conn, response, err
}

func Find(t testing.TB, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return m[1]
}

// Activity reads validity and activity of a cell from a page.
func Activity(t testing.TB, page, cell string) string {
	t.Helper()
	m := regexp.MustCompile(`data-cell="` + cell + `" data-validity="(\w+)" data-activity="(\w+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no cell %s on the page", cell)
	}
	return m[1] + " " + m[2]
}

// Tiny is quick to train.
func Tiny(epochs string) url.Values {
	return url.Values{
		"num_words": {"500"}, "maxlen": {"12"}, "embedding_dim": {"8"}, "units": {"8"}, "batch_size": {"64"}, "epochs": {epochs},
	}
}

// SetTiny puts tiny settings into all cells.
func (r *Reader) SetTiny(epochs string) {
	r.t.Helper()
	for _, cell := range []string{"load", "pad", "model", "fit"} {
		if a := r.Script("/cells/"+cell+"/fields", Tiny(epochs)); a.Status != http.StatusNoContent {
			r.t.Fatalf("fields of %s: %d", cell, a.Status)
		}
	}
}

// TrainTiny has a reader train a small network, and gives its run.
func (r *Reader) TrainTiny() (run string) {
	r.t.Helper()
	r.SetTiny("1")
	Same(r.t, "train", r.Script("/cells/fit/run", nil).Status, http.StatusNoContent)
	Eventually(r.t, "the training", func() bool { return Activity(r.t, r.Get("/").Body, "fit") == "evaluated ready" })
	r.Script("/cells/compare/run", nil)
	Eventually(r.t, "the list of runs", func() bool { return Activity(r.t, r.Get("/").Body, "compare") == "evaluated ready" })
	return Find(r.t, r.Get("/").Body, `/runs/([A-Za-z0-9-]+)/rename`)
}

// Page is an open page: it applies what the socket brings to what it has.
type Page struct {
	t     testing.TB
	Conn  *websocket.Conn
	Seq   uint64
	HTML  map[string]string
	Attrs map[string]map[string]string
	Said  []string
	Count map[string]int // swaps of each element

	Fields map[string]string // what controls are to hold
}

func (r *Reader) Watch(after string) *Page {
	r.t.Helper()
	conn, _, err := r.Socket(after, http.Header{"Origin": {r.URL}})
	if err != nil {
		r.t.Fatal(err)
	}
	return &Page{t: r.t, Conn: conn, HTML: map[string]string{}, Attrs: map[string]map[string]string{}, Count: map[string]int{}, Fields: map[string]string{}}
}

// Open loads the page and connects as its script would.
func (r *Reader) Open() *Page {
	r.t.Helper()
	return r.Watch(Find(r.t, r.Get("/").Body, `data-seq="(\d+)"`))
}

func (w *Page) Next() {
	w.t.Helper()
	if err := w.Conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	_, data, err := w.Conn.ReadMessage()
	if err != nil {
		w.t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		w.t.Fatal(err)
	}
	if w.Seq != 0 && m.Seq != w.Seq+1 {
		w.t.Errorf("message %d after %d", m.Seq, w.Seq)
	}
	w.Seq = m.Seq
	for _, s := range m.Swap {
		w.HTML[s.ID] = s.HTML
		w.Count[s.ID]++
		Has(w.t, s.HTML, `id="`+s.ID+`"`)
		if strings.HasPrefix(s.ID, "form-") {
			w.t.Errorf("%s was swapped", s.ID)
		}
	}
	for _, a := range m.Attrs {
		w.Attrs[a.ID] = a.Set
	}
	maps.Copy(w.Fields, m.Fields)
	if m.Say != "" {
		w.Said = append(w.Said, m.Say)
	}
}

func (w *Page) Until(cell, validity, activity string) {
	w.t.Helper()
	for {
		set := w.Attrs["cell-"+cell]
		if set["data-validity"] == validity && set["data-activity"] == activity {
			return
		}
		w.Next()
	}
}

// message is what a site says to a page.
type message struct {
	Seq   uint64
	Swap  []struct{ ID, HTML string }
	Attrs []struct {
		ID  string
		Set map[string]string
	}
	Say    string
	Fields map[string]string
}
