package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	healthStream = "CUADERNO_HEALTH" // of the small writes
	// lookEvery is how often the store is asked whether it keeps what it is given.
	lookEvery = 2 * time.Second
	// writeWait is the deadline of the small write that asks it.
	writeWait = 5 * time.Second
	// longestRest is the most that lies between two starts of the embedded server.
	longestRest = 8 * time.Second
)

// health is whether things can be kept.
type health struct {
	mu      sync.Mutex
	err     error           // why they cannot
	alarm   error           // of a write that failed since the last look
	sound   context.Context // ends when they no longer can
	unsound context.CancelCauseFunc

	wake chan struct{}   // something speaks for another look
	gone context.Context // ends when nobody is to wait any longer
	end  context.CancelFunc
	wg   sync.WaitGroup

	// Of the goroutine that looks.
	stream bool   // the stream for small writes is there
	name   string // of this process in it
	missed int    // small writes in a row that failed
	sick   bool   // the embedded server has to be started anew
	begun  time.Time
	rest   time.Duration
}

func (h *health) init() {
	var chance [6]byte
	_, _ = rand.Read(chance[:]) // never fails
	h.wake, h.name = make(chan struct{}, 1), hex.EncodeToString(chance[:])
	h.sound, h.unsound = context.WithCancelCause(context.Background())
	h.gone, h.end = context.WithCancel(context.Background())
}

// ErrUnkept says that the store keeps nothing at present.
var ErrUnkept = errors.New("nothing can be kept now")

// Err says why nothing can be kept now; nil if it can, as far as is known.
func (s *Store) Err() error {
	if s.Conn == nil || !s.Conn.IsConnected() {
		return fmt.Errorf("%w: the store is out of reach", ErrUnkept)
	}
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	return s.health.err
}

// Await returns when things can be kept, or with an error when the context ends or the store closes.
func (s *Store) Await(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.Err()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-s.health.gone.Done():
			return fmt.Errorf("%w: the store closes", err)
		}
	}
}

// While gives a context that also ends as soon as nothing can be kept any more, for what had better be
// kept in memory than waited for.
func (s *Store) While(ctx context.Context) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(ctx)
	s.health.mu.Lock()
	sound := s.health.sound
	s.health.mu.Unlock()
	release := context.AfterFunc(sound, func() { cancel(context.Cause(sound)) })
	return inner, func() { release(); cancel(nil) }
}

// watch looks after the store until the context ends.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.health.wake:
		case <-ctx.Done():
			return
		}
		s.look(ctx)
	}
}

// nudge asks for a look now.
func (s *Store) nudge() {
	select {
	case s.health.wake <- struct{}{}:
	default:
	}
}

// failed is told by the embedded server of a write that failed. Its stream takes no other.
func (s *Store) failed(err error) {
	s.health.mu.Lock()
	s.health.alarm = err
	s.health.mu.Unlock()
	s.set(err)
	s.nudge()
}

// set notes how things are, and logs it when that changes.
func (s *Store) set(err error) {
	h := &s.health
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.err
	if h.err = err; err != nil {
		h.err = fmt.Errorf("%w: %w", ErrUnkept, err)
	}
	switch {
	case err != nil && was == nil:
		slog.Error("nothing can be kept until this is mended; what happens meanwhile is held in memory", "error", err)
		h.unsound(h.err)
	case err == nil && was != nil:
		slog.Info("things can be kept again")
		h.sound, h.unsound = context.WithCancelCause(context.Background())
	}
}

// look finds out whether things can be kept, and mends the embedded server: what of it has once failed
// to write does not write again.
func (s *Store) look(ctx context.Context) {
	h := &s.health
	h.mu.Lock()
	if h.alarm != nil {
		h.sick, h.alarm = true, nil
	}
	h.mu.Unlock()
	err := s.writable(h.sick)
	switch {
	case err != nil:
		h.sick = true
	case s.engine != nil && (h.sick || !s.engine.running()):
		err = s.mend(ctx)
	}
	if err == nil {
		err = s.write(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	alarmed := h.alarm
	h.mu.Unlock()
	if err == nil {
		err = alarmed // while it was looked at
	}
	s.set(err)
	if err == nil {
		s.count(false)
	}
}

// writable tries the embedded server's disk; with deep, whether there is enough of it to begin anew.
func (s *Store) writable(deep bool) error {
	if s.engine == nil || s.scratch != "" {
		return nil
	}
	if deep {
		return try(s.files, 24, 64<<10)
	}
	return try(s.files, 1, 16<<10)
}

// write keeps a small message.
func (s *Store) write(ctx context.Context) error {
	h := &s.health
	ctx, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	err := func() error {
		if !h.stream {
			if _, err := s.Stream(ctx, jetstream.StreamConfig{
				Name: healthStream, Subjects: []string{"cuaderno.health.*"}, MaxMsgsPerSubject: 1, MaxAge: time.Hour,
			}); err != nil {
				return err
			}
			h.stream = true
		}
		_, err := s.Publish(ctx, "cuaderno.health."+h.name, []byte(time.Now().UTC().Format(time.RFC3339)))
		return err
	}()
	if err == nil {
		h.missed = 0
		return nil
	}
	h.stream = false
	if h.missed++; h.missed > 1 && s.engine != nil && s.scratch == "" {
		h.sick = true // it had time enough
	}
	return fmt.Errorf("a small write failed: %w", err)
}

// mend starts the embedded server anew on its files.
func (s *Store) mend(ctx context.Context) error {
	h := &s.health
	if s.scratch != "" {
		return errors.New("the embedded server has stopped") // with all that was in its memory
	}
	if time.Since(h.begun) > time.Minute {
		h.rest = 0
	}
	if time.Since(h.begun) < h.rest {
		return errors.New("the embedded server has failed to write, and is soon started anew")
	}
	h.begun, h.rest = time.Now(), min(max(2*h.rest, time.Second), longestRest)
	slog.Warn("the embedded server is started anew: it had failed to write")
	s.engine.stop()
	if err := s.engine.start(); err != nil {
		return err
	}
	if closed := s.engine.unopened(); len(closed) > 0 {
		return fmt.Errorf("the embedded server did not open %v", closed)
	}
	if err := s.reconnect(ctx); err != nil {
		return err
	}
	h.mu.Lock()
	h.alarm = nil // of the server that is gone
	h.mu.Unlock()
	h.sick, h.missed = false, 0
	return nil
}

// reconnect waits until the connection has found the new server.
func (s *Store) reconnect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if s.Conn.IsConnected() && s.Conn.FlushWithContext(ctx) == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("the embedded server was started anew, but not reached")
		}
	}
}
