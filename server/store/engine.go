package store

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// engine is the embedded server. It may be started anew while the connection to it lasts: a client that
// has lost it asks for a connection until there is a server again, and brings its subscriptions along.
type engine struct {
	files string
	alarm func(error) // told of every write that failed

	mu     sync.Mutex
	server *server.Server // nil while there is none
}

const readyWait = 20 * time.Second

// maxPayload is the embedded server's largest message: a notebook's state may pass the usual 1 MB.
const maxPayload = 8 << 20

func (e *engine) start() (err error) {
	if err := os.MkdirAll(e.files, 0o700); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil { // of the server, over files that make no sense
			err = fmt.Errorf("%s could not be read: %v", e.files, p)
		}
	}()
	s, err := server.NewServer(&server.Options{
		ServerName: "cuaderno", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: e.files, JetStreamMaxStore: 1 << 50, // see Room
		MaxPayload: maxPayload,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", e.files, err)
	}
	s.SetLogger(logger{e.alarm}, false, false)
	s.Start()
	if !s.ReadyForConnections(readyWait) || !s.JetStreamEnabled() {
		s.Shutdown()
		s.WaitForShutdown()
		return fmt.Errorf("%s could not be opened by JetStream", e.files)
	}
	e.mu.Lock()
	e.server = s
	e.mu.Unlock()
	return nil
}

func (e *engine) stop() {
	e.mu.Lock()
	s := e.server
	e.server = nil
	e.mu.Unlock()
	if s != nil {
		Shutdown(s)
	}
}

// settleWait is the longest that a request under way keeps the server from stopping.
const settleWait = 2 * time.Second

// Shutdown ends a NATS server once no request is under way: a stream that is made while the server stops would
// keep its files open, and its goroutines.
func Shutdown(s *server.Server) {
	for deadline := time.Now().Add(settleWait); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		info, err := s.Jsz(nil)
		if err != nil || info.API.Inflight == 0 {
			break
		}
	}
	s.Shutdown()
	s.WaitForShutdown()
}

// running tells whether JetStream is there; it leaves by itself when it may not write.
func (e *engine) running() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.server != nil && e.server.JetStreamEnabled()
}

// InProcessConn is nats.InProcessConnProvider, for every connection and reconnection.
func (e *engine) InProcessConn() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server == nil {
		return nil, errors.New("the embedded server is being started anew")
	}
	return e.server.InProcessConn()
}
