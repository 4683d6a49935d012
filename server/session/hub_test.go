package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

func note(i int) Message { return Message{Say: fmt.Sprint(i)} }

// heard empties a client's queue.
func heard(t *testing.T, c *Client) (said []string, last uint64) {
	t.Helper()
	for {
		select {
		case data := <-c.Queue:
			var m Message
			if err := json.Unmarshal(data, &m); err != nil {
				t.Fatal(err)
			}
			said, last = append(said, m.Say), m.Seq
		default:
			return said, last
		}
	}
}

func TestHub(t *testing.T) {
	all := func() Message { return Message{Say: "everything"} }
	start := time.UnixMilli(1000)
	t.Run("numbers without a gap", func(t *testing.T) {
		h, c := newHub(start), NewClient()
		h.join(c, 1000, all)
		for i := range 3 {
			h.send(note(i))
		}
		h.send(Message{})
		said, last := heard(t, c)
		servertest.Same(t, "said", said, []string{"0", "1", "2"})
		servertest.Same(t, "last", last, uint64(1003))
	})
	t.Run("replays what was missed", func(t *testing.T) {
		h, c := newHub(start), NewClient()
		for i := range 5 {
			h.send(note(i))
		}
		h.join(c, 1003, all)
		said, last := heard(t, c)
		servertest.Same(t, "said", said, []string{"3", "4"})
		servertest.Same(t, "last", last, uint64(1005))
	})
	for name, after := range map[string]uint64{"from before": 0, "from another life": 999, "from nowhere": 2000} {
		t.Run("sends everything for a number "+name, func(t *testing.T) {
			h, c := newHub(start), NewClient()
			h.send(note(0))
			h.join(c, after, all)
			said, last := heard(t, c)
			servertest.Same(t, "said", said, []string{"everything"})
			servertest.Same(t, "number", last, uint64(1001))
		})
	}
	t.Run("sends everything when too much was missed", func(t *testing.T) {
		h, c := newHub(start), NewClient()
		for i := range clientQueue {
			h.send(note(i))
		}
		h.join(c, 1000, all)
		said, _ := heard(t, c)
		servertest.Same(t, "said", said, []string{"everything"})
	})
	t.Run("drops a client that does not keep up, and no other", func(t *testing.T) {
		h, slow, quick := newHub(start), NewClient(), NewClient()
		h.join(slow, 1000, all)
		h.join(quick, 1000, all)
		for i := range clientQueue + 1 {
			h.send(note(i))
			heard(t, quick)
		}
		select {
		case <-slow.Gone:
		default:
			t.Error("the slow client is still there")
		}
		servertest.Same(t, "clients", len(h.clients), 1)
		h.leave(slow)
		h.close()
		<-quick.Gone
	})
	t.Run("forgets the oldest", func(t *testing.T) {
		h := newHub(start)
		for range 10 {
			h.send(Message{Say: strings.Repeat("x", ringBytes/4)})
		}
		if h.bytes > ringBytes || len(h.ring) > 4 || len(h.ring) == 0 {
			t.Errorf("%d messages of %d bytes", len(h.ring), h.bytes)
		}
		for i := range 2 * ringMessages {
			h.send(note(i))
		}
		servertest.Same(t, "messages", len(h.ring), ringMessages)
	})
}

func TestPagesShareThePace(t *testing.T) {
	for pages, want := range map[int]time.Duration{0: 0, 1: 2500 * time.Microsecond, 20: 50 * time.Millisecond, 200: 450 * time.Millisecond, 5000: 450 * time.Millisecond} {
		servertest.Same(t, fmt.Sprintf("%d pages", pages), pushInterval(pages), want)
	}
}
