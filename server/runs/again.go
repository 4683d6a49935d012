package runs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

var errOutdated = errors.New("runs: somebody was quicker")

// outdated tells whether a conditional write came too late.
func outdated(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// patience is for how long a store that does not answer is asked again: a cluster that has lost a
// server needs some seconds to agree on who leads.
const patience = time.Minute

// again calls f until it succeeds or fails for good, less and less often. Waits are drawn, so that of
// several who write to one place each gets its turn.
func again(ctx context.Context, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for wait := 8 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := f()
		if err == nil || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-time.After(wait/4 + rand.N(wait)):
		}
	}
}

// final are JetStream's errors that look as if they might pass, but do not.
var final = map[jetstream.ErrorCode]bool{
	10023:                                  true, // insufficient resources
	10077:                                  true, // a stream could not be written to: the disk is full, or its limit reached
	jetstream.JSErrCodeJetStreamNotEnabled: true, jetstream.JSErrCodeJetStreamNotEnabledForAccount: true,
}

// passing tells whether an error may be gone a moment later.
func passing(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code == 503 && !final[api.ErrorCode]
	}
	for _, e := range []error{
		errOutdated, context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse,
		nats.ErrConnectionReconnecting, nats.ErrDisconnected, nats.ErrReconnectBufExceeded,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
