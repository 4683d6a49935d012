package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cuaderno/training"
)

// reader is a browser without a window: it keeps its cookies and posts the page's forms.
type reader struct {
	t      *testing.T
	client *http.Client
}

func newReader(t *testing.T) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// page is the whole page as the server shows it now; "" if it does not answer.
func (r *reader) page(server string) string {
	r.t.Helper()
	res, err := r.client.Get(server + "/?lang=en")
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	var b strings.Builder
	buf := make([]byte, 1<<16)
	for {
		n, err := res.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

// post sends a form, which must be accepted.
func (r *reader) post(server, path string, form url.Values) {
	r.t.Helper()
	status, err := r.send(server, path, form)
	if err != nil {
		r.t.Fatal(err)
	}
	if status != http.StatusNoContent {
		r.t.Fatalf("POST %s: %d", path, status)
	}
}

// send sends a form as the page's script does and returns the status of the answer.
func (r *reader) send(server, path string, form url.Values) (int, error) {
	req, err := http.NewRequest(http.MethodPost, server+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Cuaderno", "1")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := r.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// fill fills every form in and runs nothing.
func (r *reader) fill(server string, s training.Settings) {
	r.t.Helper()
	for cell, form := range forms(s) {
		r.post(server, "/cells/"+cell+"/fields", form)
	}
}

// forms are the forms of all cells, with these settings in them.
func forms(s training.Settings) map[string]url.Values {
	all := map[string]url.Values{}
	for _, f := range training.Fields {
		if all[f.Cell] == nil {
			all[f.Cell] = url.Values{}
		}
		all[f.Cell].Set(f.Name, strings.TrimSpace(f.Get(s)))
	}
	return all
}

// fits fills every form in and starts fit.
func (r *reader) fits(server string, s training.Settings) {
	r.t.Helper()
	r.page(server) // for the cookies
	all := forms(s)
	for cell, form := range all {
		if cell != "fit" {
			r.post(server, "/cells/"+cell+"/fields", form)
		}
	}
	r.post(server, "/cells/fit/run", all["fit"])
}

var cellState = regexp.MustCompile(`id="cell-fit"[^>]*`)

// state gives an attribute of the fit cell, or of its output: data-activity, data-state.
func (r *reader) state(server, name string) string {
	r.t.Helper()
	page := r.page(server)
	for _, from := range []string{cellState.FindString(page), page[max(0, strings.Index(page, `id="output-fit"`)):]} {
		if _, rest, ok := strings.Cut(from, name+`="`); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

// listen hears what the page is told, until the test ends; each message goes to the function.
func (r *reader) listen(server string, hear func(data string)) {
	r.t.Helper()
	at, err := url.Parse(server)
	if err != nil {
		r.t.Fatal(err)
	}
	header := http.Header{"Origin": {server}}
	for _, c := range r.client.Jar.Cookies(at) {
		header.Add("Cookie", c.String())
	}
	conn, _, err := websocket.DefaultDialer.DialContext(r.t.Context(), "ws://"+at.Host+"/ws?lang=en&after=0", header)
	if err != nil {
		r.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			_, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			hear(string(data))
		}
	}()
	r.t.Cleanup(func() { conn.Close(); <-done })
}

// small are settings of a run of a few seconds on the practice corpus.
func small(epochs int, seed uint64) training.Settings {
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.BatchSize, s.Epochs, s.Seed = 900, 60, 64, 64, 32, epochs, seed
	return s
}

// flags gives settings as the train command takes them.
func flags(s training.Settings) []string {
	var out []string
	for _, f := range training.Fields {
		out = append(out, "--"+strings.ReplaceAll(f.Name, "_", "-")+"="+f.Get(s))
	}
	return out
}
