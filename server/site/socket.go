package site

import (
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"cuaderno/server/session"
	"cuaderno/web"
)

// Times and sizes of a socket.
const (
	writeWait  = 5 * time.Second
	pingEvery  = 30 * time.Second
	pongWait   = 75 * time.Second
	readLimit  = 512 // pages say nothing over the socket
	bufferSize = 4096
)

// sockets keeps pages up to date. Its handlers are waited for with wait.
type sockets struct {
	sessions *session.Sessions
	origins  origins
	mu       sync.Mutex
	open     int
	closing  bool // nobody comes in any more, and so the last to leave is known
	wg       sync.WaitGroup

	parting chan struct{} // closed when pages that poll are to be answered at once
	partOne sync.Once
}

func newSockets(h *session.Sessions, o origins) *sockets {
	return &sockets{sessions: h, origins: o, parting: make(chan struct{})}
}

// part answers those who wait for news, so that nobody has to wait for them. Sockets go on.
func (s *sockets) part() { s.partOne.Do(func() { close(s.parting) }) }

var upgrader = websocket.Upgrader{
	ReadBufferSize: bufferSize, WriteBufferSize: bufferSize, HandshakeTimeout: writeWait,
	WriteBufferPool: &sync.Pool{},
}

// upgrade makes a socket of a request, or says why not.
func (s *sockets) upgrade(c echo.Context) (*websocket.Conn, error) {
	r, refused := c.Request(), 0
	u := upgrader
	var foreign error
	u.CheckOrigin = func(r *http.Request) bool { foreign = s.origins.check(r); return foreign == nil }
	u.Error = func(_ http.ResponseWriter, _ *http.Request, status int, _ error) { refused = status }
	conn, err := u.Upgrade(c.Response(), r, c.Response().Header())
	switch {
	case err == nil:
		c.Response().Status, c.Response().Committed = http.StatusSwitchingProtocols, true
	case foreign != nil:
		err = foreign
	case refused != 0:
		err = failure{code: codeBad, detail: err.Error()}
	}
	return conn, err
}

// serve is the handler of /ws?after=SEQ. It returns when the page is gone, too slow, or the server
// shuts down.
func (s *sockets) serve(c echo.Context) error {
	if !websocket.IsWebSocketUpgrade(c.Request()) {
		c.Response().Header().Set(echo.HeaderUpgrade, "websocket")
		return failure{code: codeUpgrade, detail: "a websocket was asked for without the header Upgrade: a proxy in between may take it off"}
	}
	known := knownReader(c) != "" // which a page that was given a cookie is
	d, err := s.sessions.GetFor(readerOf(c), c.RealIP())
	if err != nil {
		return err
	}
	if !s.enter() {
		return failure{code: codeClosing, detail: "the server shuts down"}
	}
	defer s.leave()
	conn, err := s.upgrade(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	lang, page := langOf(c), session.NewClient()
	if err := d.Join(c.Request().Context(), lang, seenBy(c), page); err != nil {
		slog.DebugContext(c.Request().Context(), "page not joined", "error", err)
		sendAway(conn)
		return nil
	}
	defer d.Leave(lang, page)
	if !known {
		if err := d.Tell(c.Request().Context(), lang, page, web.NoticeCookies); err != nil {
			slog.Debug("page not told", "error", err)
		}
	}
	s.talk(conn, page)
	return nil
}

// seenBy is the number of the last message that a page has seen; without one everything is sent.
func seenBy(c echo.Context) uint64 {
	after, err := strconv.ParseUint(c.QueryParam("after"), 10, 64)
	if err != nil {
		return 0 // which no message has
	}
	return after
}

// talk writes to the page what its queue holds, until it is gone or dropped.
func (s *sockets) talk(conn *websocket.Conn, page *session.Client) {
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(done)
		listen(conn)
	})
	defer reader.Wait()
	defer conn.Close()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-done:
			return
		case <-page.Gone:
			sendAway(conn)
			return
		case data := <-page.Queue:
			_ = conn.SetWriteDeadline(time.Now().Add(writeWait)) // fails with the write below
			err = conn.WriteMessage(websocket.TextMessage, data)
		case <-ping.C:
			err = conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		}
		if err != nil {
			slog.Debug("page lost", "error", err)
			return
		}
	}
}

// sendAway tells the page to come again; it may be gone.
func sendAway(conn *websocket.Conn) {
	_ = conn.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseTryAgainLater, "come back and ask for the rest"), time.Now().Add(writeWait))
}

// listen reads until the page is gone; what it hears are pongs.
func listen(conn *websocket.Conn) {
	conn.SetReadLimit(readLimit)
	wait := func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) }
	conn.SetPongHandler(wait)
	if wait("") != nil {
		return
	}
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}

// enter lets a page in, unless the pages that there are are waited for.
func (s *sockets) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.open++
	s.wg.Add(1)
	return true
}

func (s *sockets) leave() {
	s.mu.Lock()
	s.open--
	s.mu.Unlock()
	s.wg.Done()
}

// count is the number of open pages.
func (s *sockets) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// wait waits until every page has been let go; putting all notebooks away does that.
func (s *sockets) wait() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.wg.Wait()
}
