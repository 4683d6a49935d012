package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// patience is how long a server that is not there yet is waited for. Servers, workers and NATS are often
// started at once.
type patience struct {
	server string // as it may be told
	until  time.Time
	told   bool
}

func newPatience(o Options) *patience {
	return &patience{server: redacted(o.URL), until: time.Now().Add(o.Wait)}
}

const (
	firstPause   = 100 * time.Millisecond
	longestPause = 2 * time.Second
)

// try tries until it succeeds, until waiting makes no sense, or until the time is over.
func (p *patience) try(ctx context.Context, what func() error) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := what()
		left := time.Until(p.until)
		switch {
		case err == nil:
			if p.told {
				slog.Info("the NATS server answers", "server", p.server)
			}
			return nil
		case final(err), left <= 0:
			return err
		case !p.told:
			p.told = true
			slog.Warn("waiting for the NATS server", "server", p.server, "at most", left.Round(time.Millisecond), "error", err)
		}
		select {
		case <-time.After(min(pause, left)):
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		}
	}
}

// final knows the errors of a server that is there.
func final(err error) bool {
	for _, known := range []error{
		nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired,
		jetstream.ErrJetStreamNotEnabled, jetstream.ErrJetStreamNotEnabledForAccount,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// connect reaches one of the servers.
func (p *patience) connect(ctx context.Context, list string, options []nats.Option) (conn *nats.Conn, err error) {
	if _, err := addresses(list); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	err = p.try(ctx, func() (err error) { conn, err = nats.Connect(list, options...); return err })
	switch {
	case err == nil:
	case final(err):
		return nil, fmt.Errorf("store: the NATS server at %s: %w", p.server, err)
	default:
		return nil, fmt.Errorf("store: no NATS server answers at %s: %w", p.server, err)
	}
	return conn, nil
}
