package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrConflict is for writers who were overtaken and know what is there by now: Retry tries again.
var ErrConflict = errors.New("store: somebody else was quicker")

// Conflict tells whether a write was refused because what it goes by is no longer the latest.
func Conflict(err error) bool {
	var api *jetstream.APIError
	return errors.Is(err, ErrConflict) || errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// retried is for how long a store that does not answer is asked again: a cluster that has lost a
// server needs some seconds to agree on who leads.
const retried = time.Minute

// Retry calls f until it succeeds or fails for good, less and less often, for a minute at most. Waits are
// drawn, so that of several who write to one place each gets its turn. The error is f's last.
func Retry(ctx context.Context, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, retried)
	defer cancel()
	for wait := 8 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := f()
		if err == nil || !Passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-time.After(wait/4 + rand.N(wait)):
		}
	}
}

// lasting are JetStream's errors that look as if they might pass, but do not.
var lasting = map[jetstream.ErrorCode]bool{
	10023:                                  true, // insufficient resources
	10077:                                  true, // a stream could not be written to: the disk is full, or its limit reached
	jetstream.JSErrCodeJetStreamNotEnabled: true, jetstream.JSErrCodeJetStreamNotEnabledForAccount: true,
}

// Passing tells whether an error may be gone a moment later.
func Passing(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code == 503 && !lasting[api.ErrorCode]
	}
	for _, e := range []error{
		ErrConflict, context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse,
		nats.ErrConnectionReconnecting, nats.ErrDisconnected, nats.ErrReconnectBufExceeded,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
