package runs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/fit"
)

// Every run has two subjects: one for what stays, and one that holds only the latest of what is of
// interest for a moment.
func logSubject(id string) string  { return "cuaderno.run." + id + ".log" }
func liveSubject(id string) string { return "cuaderno.run." + id + ".live" }

// trail is a run's log in the hands of one writer.
type trail struct {
	service *Service
	id      string
	attempt int
	last    uint64       // the entry that the next one must follow
	said    map[key]bool // events that are there already
	ended   *fit.Stopped // of the last entry, if it is an end
	history []fit.EpochDone
}

// key is what makes two events the same.
type key struct {
	kind  string
	epoch int
}

// read goes through the log to its end.
func (s *Service) read(ctx context.Context, id string) (*trail, error) {
	t := &trail{service: s, id: id, said: map[key]bool{}}
	err := store.Retry(ctx, func() error {
		*t = trail{service: s, id: id, said: map[key]bool{}}
		for {
			m, err := s.logs.GetMsg(ctx, t.last+1, jetstream.WithGetMsgSubject(logSubject(id)))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			e, err := decode(m.Data)
			if err != nil {
				return err
			}
			t.note(e, m.Sequence)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("runs: the log of %s: %w", id, err)
	}
	return t, nil
}

func (t *trail) note(e entry, seq uint64) {
	t.last, t.ended = seq, nil
	switch event := e.Event.(type) {
	case fit.EpochStarted:
		t.said[key{"started", event.Epoch}] = true
	case fit.Reach:
		t.said[key{"reach", event.Epoch}] = true
	case fit.EpochDone:
		t.said[key{"done", event.Epoch}] = true
		t.history = append(t.history, event)
	case fit.Stopped:
		t.ended = &event
		// What was told beyond that was lost with its worker.
		for _, e := range t.history[min(event.Epochs, len(t.history)):] {
			delete(t.said, key{"done", e.Epoch})
		}
		t.history = slices.Clip(t.history[:min(event.Epochs, len(t.history))])
	}
}

// errReplaced says that another worker has the run.
var errReplaced = errors.New("runs: another worker has taken the run")

// add appends an entry; errReplaced if somebody else did meanwhile.
func (t *trail) add(ctx context.Context, e entry) error {
	switch event := e.Event.(type) {
	case fit.EpochStarted:
		if t.said[key{"started", event.Epoch}] {
			return nil
		}
	case fit.Reach:
		if t.said[key{"reach", event.Epoch}] {
			return nil
		}
	case fit.EpochDone:
		if t.said[key{"done", event.Epoch}] {
			return nil
		}
	}
	e.Attempt = t.attempt
	data, err := e.encode()
	if err != nil {
		return err
	}
	seq := uint64(0)
	err = store.Retry(ctx, func() error {
		ack, err := t.service.store.Publish(ctx, logSubject(t.id), data, jetstream.WithExpectLastSequencePerSubject(t.last))
		if store.Conflict(err) {
			// Perhaps it is there: the answer to an earlier try was lost.
			last, err := t.service.logs.GetLastMsgForSubject(ctx, logSubject(t.id))
			if err != nil {
				return err
			}
			if !bytes.Equal(last.Data, data) {
				return errReplaced
			}
			seq = last.Sequence
			return nil
		}
		if err == nil {
			seq = ack.Sequence
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("runs: the log of %s: %w", t.id, err)
	}
	t.note(e, seq)
	return nil
}

// live tells what is of interest for a moment. Nobody waits for it and nobody misses it.
func (t *trail) live(e entry) {
	e.Attempt = t.attempt
	data, err := e.encode()
	if err == nil {
		m := nats.NewMsg(liveSubject(t.id))
		m.Data = data
		m.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
		err = t.service.store.Conn.PublishMsg(m)
	}
	if err != nil {
		slog.Debug("not told", "run", t.id, "error", err)
	}
}
