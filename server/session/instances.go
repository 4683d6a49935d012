package session

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// instances knows which of the servers that share a store are alive. A server does the work of the cells
// that were started through it; when it dies another takes that over.
type instances struct {
	me   string
	conn *nats.Conn
	sub  *nats.Subscription
}

func instanceSubject(id string) string { return "cuaderno.front." + id }

// newInstances makes this server known.
func newInstances(conn *nats.Conn) (*instances, error) {
	var chance [8]byte
	_, _ = rand.Read(chance[:]) // never fails
	f := &instances{me: hex.EncodeToString(chance[:]), conn: conn}
	var err error
	f.sub, err = conn.Subscribe(instanceSubject(f.me), func(m *nats.Msg) { _ = m.Respond(nil) }) // who asks may be gone
	if err != nil {
		return nil, fmt.Errorf("making this server known: %w", err)
	}
	return f, nil
}

// alive asks a server whether it is there. One that cannot be asked is taken to live.
func (i *instances) alive(ctx context.Context, id string) bool {
	if id == i.me || id == "" {
		return id != ""
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := i.conn.RequestWithContext(ctx, instanceSubject(id), nil)
	return !errors.Is(err, nats.ErrNoResponders)
}

func (i *instances) close() { _ = i.sub.Unsubscribe() } // the connection goes too
