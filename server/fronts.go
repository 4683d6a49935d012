package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// fronts knows which of the servers that share a store are alive. A server does the work of the cells
// that were started through it; when it dies another takes that over.
type fronts struct {
	me   string
	conn *nats.Conn
	sub  *nats.Subscription
}

func frontSubject(id string) string { return "cuaderno.front." + id }

// newFronts makes this server known.
func newFronts(conn *nats.Conn) (*fronts, error) {
	var chance [8]byte
	_, _ = rand.Read(chance[:]) // never fails
	f := &fronts{me: hex.EncodeToString(chance[:]), conn: conn}
	var err error
	f.sub, err = conn.Subscribe(frontSubject(f.me), func(m *nats.Msg) { _ = m.Respond(nil) }) // who asks may be gone
	if err != nil {
		return nil, fmt.Errorf("making this server known: %w", err)
	}
	return f, nil
}

// alive asks a server whether it is there. One that cannot be asked is taken to live.
func (f *fronts) alive(ctx context.Context, id string) bool {
	if id == f.me || id == "" {
		return id != ""
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := f.conn.RequestWithContext(ctx, frontSubject(id), nil)
	return !errors.Is(err, nats.ErrNoResponders)
}

func (f *fronts) close() { _ = f.sub.Unsubscribe() } // the connection goes too
