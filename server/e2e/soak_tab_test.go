//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"cuaderno/training"
)

// tab is an open page: it hears what changes, comes back when it was cut off, and asks for the rest from
// the last number that it has seen.
type tab struct {
	reader *soaker
	lang   string

	mu       sync.Mutex
	conn     *websocket.Conn
	seq      uint64
	fields   map[string]string
	cells    map[string]string // validity and activity
	messages int
}

// told is a message of the server's.
type told struct {
	Seq   uint64
	Attrs []struct {
		ID  string
		Set map[string]string
	}
	Fields map[string]string
}

func openTab(r *soaker, lang string) *tab {
	t := &tab{reader: r, lang: lang, fields: map[string]string{}, cells: map[string]string{}}
	r.soak.wg.Go(t.live)
	return t
}

// live connects again and again until the soak is over.
func (t *tab) live() {
	for !t.reader.soak.ended() {
		t.listen()
		select {
		case <-time.After(200 * time.Millisecond):
		case <-t.reader.soak.over:
		}
	}
}

func (t *tab) listen() {
	s := t.reader.soak
	at, err := url.Parse(s.url)
	if err != nil {
		panic(err)
	}
	header := http.Header{"Origin": {s.url}}
	for _, c := range t.reader.client.Jar.Cookies(at) {
		header.Add("Cookie", c.String())
	}
	conn, _, err := (&websocket.Dialer{HandshakeTimeout: 20 * time.Second}).Dial(fmt.Sprintf("ws://%s/ws?lang=%s&after=%d", at.Host, t.lang, t.seq), header)
	if err != nil {
		return
	}
	defer conn.Close()
	t.mu.Lock()
	t.conn = conn
	t.mu.Unlock()
	if s.ended() {
		return
	}
	for first := true; ; first = false {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var m told
		if err := json.Unmarshal(data, &m); err != nil {
			s.wrong("%s, tab %s: %v in %.100s", t.reader.name, t.lang, err, data)
			return
		}
		t.hear(m, first)
	}
}

// hear takes a message in. Numbers go on one by one; only the first message of a connection may tell
// everything anew instead.
func (t *tab) hear(m told, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	everything := first && len(m.Attrs) == len(cells)
	if m.Seq != t.seq+1 && !everything {
		t.reader.soak.wrong("%s, tab %s: message %d follows %d", t.reader.name, t.lang, m.Seq, t.seq)
	}
	t.seq = m.Seq
	t.messages++
	for name, value := range m.Fields {
		t.fields[name] = value
	}
	for _, a := range m.Attrs {
		t.cells[strings.TrimPrefix(a.ID, "cell-")] = a.Set["data-validity"] + " " + a.Set["data-activity"]
	}
}

// hangUp loses the connection, as a laptop does that is closed.
func (t *tab) hangUp() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn != nil {
		t.conn.Close()
	}
}

// differs says where the tab shows something else than the page does after a reload.
func (t *tab) differs(s sight) (all []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, want := range s.fields {
		got := t.fields[name]
		if f, ok := training.FieldByName(name); ok && f.Kind == training.Float {
			got = strings.Replace(got, ",", ".", 1) // the decimal point is the language's
		}
		if got != want {
			all = append(all, fmt.Sprintf("%s is %q, after a reload %q", name, got, want))
		}
	}
	for cell, validity := range s.validity {
		if got, want := t.cells[cell], validity+" "+s.activity[cell]; got != want {
			all = append(all, fmt.Sprintf("%s is %q, after a reload %q", cell, got, want))
		}
	}
	return all
}
