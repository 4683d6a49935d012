package session

import (
	"encoding/json"
	"fmt"
	"time"
)

// Message is what the server says to a page.
type Message struct {
	Seq   uint64  `json:"seq"`
	Swap  []Swap  `json:"swap,omitempty"`
	Attrs []attrs `json:"attrs,omitempty"`
	Say   string  `json:"say,omitempty"`

	Fields map[string]string `json:"fields,omitempty"` // what controls are to hold, by name
	Edits  map[string]uint64 `json:"edits,omitempty"`  // the numbers of edits, by name
}

// Swap replaces the element of that id.
type Swap struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

// attrs changes attributes of the element of that id.
type attrs struct {
	ID  string            `json:"id"`
	Set map[string]string `json:"set"`
}

func (m Message) empty() bool {
	return len(m.Swap) == 0 && len(m.Attrs) == 0 && m.Say == "" && len(m.Fields) == 0 && len(m.Edits) == 0
}

// What a hub remembers, and how far a client may lag behind.
const (
	ringMessages = 256
	ringBytes    = 256 << 10 // about a whole page: who has missed more is sent that
	clientQueue  = 64
)

// hub numbers the messages of one notebook in one language, remembers the latest and hands them to
// the clients. It belongs to the notebook's goroutine and needs no lock; only a client's queue is
// shared with the goroutine that writes to its socket.
type hub struct {
	seq     uint64 // of the last message
	ring    []remembered
	bytes   int
	clients map[*Client]struct{}
}

type remembered struct {
	seq  uint64
	data []byte
}

// Client is one open page. A client whose queue is full is dropped: it comes back and asks for what
// it missed.
type Client struct {
	Queue chan []byte
	Gone  chan struct{} // closed when the hub drops it
}

func NewClient() *Client {
	return &Client{Queue: make(chan []byte, clientQueue), Gone: make(chan struct{})}
}

// newHub starts numbering at the time, in milliseconds, so that a number from before a restart is
// never mistaken for one of now.
func newHub(now time.Time) *hub {
	return &hub{seq: uint64(now.UnixMilli()), clients: map[*Client]struct{}{}}
}

// send numbers a message, remembers it and queues it for every client.
func (h *hub) send(m Message) {
	if m.empty() {
		return
	}
	h.seq++
	m.Seq = h.seq
	data := encode(m)
	h.ring = append(h.ring, remembered{m.Seq, data})
	h.bytes += len(data)
	for len(h.ring) > ringMessages || h.bytes > ringBytes && len(h.ring) > 1 {
		h.bytes -= len(h.ring[0].data)
		h.ring = h.ring[1:]
	}
	for c := range h.clients {
		h.offer(c, data)
	}
}

// join adds a client that has seen everything up to a number, and queues what it missed. When that
// is no longer known it gets the message that resend makes, with everything there is.
func (h *hub) join(c *Client, after uint64, resend func() Message) {
	h.clients[c] = struct{}{}
	first := h.seq + 1
	if len(h.ring) > 0 {
		first = h.ring[0].seq
	}
	missed := int(h.seq) - int(after)
	if after > h.seq || after+1 < first || missed > clientQueue-2 {
		m := resend()
		m.Seq = h.seq
		h.offer(c, encode(m))
		return
	}
	for _, old := range h.ring[len(h.ring)-missed:] {
		h.offer(c, old.data)
	}
}

// tell sends a client a message that is for nobody else.
func (h *hub) tell(c *Client, m Message) {
	m.Seq = h.seq
	h.offer(c, encode(m))
}

func (h *hub) offer(c *Client, data []byte) {
	select {
	case c.Queue <- data:
	default:
		h.leave(c)
	}
}

// leave removes a client; twice does no harm.
func (h *hub) leave(c *Client) {
	if _, ok := h.clients[c]; ok {
		delete(h.clients, c)
		close(c.Gone)
	}
}

func (h *hub) close() {
	for c := range h.clients {
		h.leave(c)
	}
}

func encode(m Message) []byte {
	data, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("server: a message cannot be written: %v", err)) // strings and numbers only
	}
	return data
}
