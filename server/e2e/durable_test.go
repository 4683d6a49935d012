package e2e

import (
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// wire is a cable between the browser and the server that the test can cut.
type wire struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
	wg    sync.WaitGroup
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, to: strings.TrimPrefix(to, "http://"), conns: map[net.Conn]struct{}{}}
	w.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.wg.Go(func() { w.carry(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		w.set(true)
		w.wg.Wait()
	})
	return w
}

func (w *wire) url() string { return "http://" + w.listener.Addr().String() }

func (w *wire) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer to.Close()
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return
	}
	w.conns[from], w.conns[to] = struct{}{}, struct{}{}
	w.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		both.Go(func() {
			_, _ = io.Copy(way[1], way[0]) // ends when the wire is cut
			way[1].Close()
		})
	}
	both.Wait()
	w.mu.Lock()
	delete(w.conns, from)
	delete(w.conns, to)
	w.mu.Unlock()
}

// set cuts the wire, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for c := range w.conns {
			c.Close()
		}
	}
}

// epoch is the last complete epoch that the page shows.
func (p *page) epoch() int {
	return eval[int](p, `Number(document.querySelector('#output-fit').dataset.epoch || 0)`)
}

func (p *page) epochs(n int, limit time.Duration) {
	p.t.Helper()
	p.wait(limit, `Number(document.querySelector('#output-fit').dataset.epoch) >= %d`, n)
}

// mark leaves a sign in the page that a reload would lose.
func (p *page) mark()        { eval[bool](p, `window.same = true`) }
func (p *page) marked() bool { return eval[bool](p, `window.same === true`) }
func (p *page) rows() string {
	return eval[string](p, `[...document.querySelectorAll('#output-fit tbody tr')].map(r => parseInt(r.firstElementChild.textContent)).join(' ')`)
}
func (p *page) running() bool { return p.data("fit", "activity") == "running" }

// Whatever happens to the page, the socket and the server while it trains, the reader sees the truth
// and goes on seeing it.
func TestNothingIsLostWhileItTrains(t *testing.T) {
	state, addr := t.TempDir(), freeAddress(t)
	again := func() *process { return start(t, state, addr) } // it outlives the part of the test that starts it
	server := again()
	w := newWire(t, server.url)
	p := browser(t, 1280, "en")
	p.open(w.url() + "/?lang=en")
	p.run("load", 60*time.Second)
	for _, f := range [][2]string{{"maxlen", "80"}, {"num_words", "900"}, {"embedding_dim", "64"}, {"units", "64"}, {"epochs", "100"}} {
		p.set(f[0], f[1])
	}
	p.wait(10*time.Second, `document.querySelector('#panel-keras-fit').textContent.includes('epochs=100')`)
	p.click("fit", "run")
	p.epochs(1, 60*time.Second)

	t.Run("reload in the middle of an epoch", func(t *testing.T) {
		before := p.epoch()
		p.open(w.url() + "/?lang=en")
		if now := p.epoch(); now < before || !p.running() {
			t.Errorf("after the reload %d epochs, %d before; running: %v", now, before, p.running())
		}
		p.epochs(p.epoch()+1, 30*time.Second)
	})

	t.Run("a second tab", func(t *testing.T) {
		other := p.tab()
		other.open(w.url() + "/?lang=es")
		if !other.running() {
			t.Error("the second tab does not see it run")
		}
		goal := max(p.epoch(), other.epoch()) + 1
		p.epochs(goal, 30*time.Second)
		other.epochs(goal, 30*time.Second)
		if a, b := p.rows(), other.rows(); !strings.HasPrefix(a, b) && !strings.HasPrefix(b, a) {
			t.Errorf("one tab lists the epochs %q, the other %q", a, b)
		}
	})

	t.Run("ten seconds without a socket", func(t *testing.T) {
		p.mark()
		before := p.epoch()
		w.set(true)
		p.wait(5*time.Second, `!document.querySelector('[data-link]').hidden`)
		time.Sleep(10 * time.Second)
		w.set(false)
		p.wait(15*time.Second, `document.querySelector('[data-link]').hidden`)
		p.epochs(before+1, 30*time.Second)
		if !p.marked() {
			t.Error("the page was loaded anew")
		}
	})

	t.Run("a server that is killed", func(t *testing.T) {
		p.mark()
		before := p.epoch()
		server.kill()
		p.wait(5*time.Second, `!document.querySelector('[data-link]').hidden`)
		server = again()
		p.wait(15*time.Second, `document.querySelector('[data-link]').hidden`)
		p.epochs(before+2, 60*time.Second)
		if !p.marked() || !p.running() {
			t.Errorf("the page is the same: %v, and runs: %v", p.marked(), p.running())
		}
		// In order, none missing, none twice.
		var want strings.Builder
		n := p.epoch()
		for e := 1; e <= n; e++ {
			want.WriteString(" " + strconv.Itoa(e))
		}
		if got := p.rows(); !strings.HasPrefix(got, want.String()[1:]) {
			t.Errorf("the table lists %q, want %q", got, want.String()[1:])
		}
	})

	t.Run("a server that is stopped and started", func(t *testing.T) {
		before := p.epoch()
		server.end()
		server = again()
		p.wait(15*time.Second, `document.querySelector('[data-link]').hidden`)
		p.epochs(before+1, 60*time.Second)
	})

	p.click("fit", "interrupt")
	p.evaluated("fit", 30*time.Second)
	p.run("classify", 60*time.Second)
	want := p.result("classify", "probability")
	server.kill()
	server = again()
	p.open(w.url() + "/?lang=en")
	if got := p.result("classify", "probability"); got != want || p.data("fit", "validity") != "evaluated" {
		t.Errorf("after a restart the verdict is %q, it was %q; fit is %s", got, want, p.data("fit", "validity"))
	}
	p.set("review", "A dull film, but the ending was wonderful.")
	p.wait(10*time.Second, `document.getElementById('cell-classify').dataset.validity !== 'evaluated'`)
	p.run("classify", 60*time.Second)
}
