package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options choose the server. With neither Dir nor URL all is kept in memory.
type Options struct {
	Dir  string        // of the embedded server's files
	URL  string        // of a NATS server or cluster to use instead
	Name string        // of this client, for that server's operators
	Wait time.Duration // for that server, if it is not there yet

	// Replicas of what is kept in a cluster; 0 chooses by its size.
	Replicas int
}

// Store is an open JetStream. Close it.
type Store struct {
	jetstream.JetStream
	Conn     *nats.Conn
	Storage  jetstream.StorageType
	Replicas int
	Embedded bool
	Note     string   // what went wrong at opening, though it could be helped
	Lost     []string // streams that could not be read then

	engine  *engine // the embedded server, if there is one
	health  health
	renewal renewal
	lock    *flock.Flock
	parted  *time.Timer
	cancel  context.CancelFunc // ends looking after it
	files   string             // directory of the embedded server
	scratch string             // directory to remove in the end
	ledger  ledger             // as it was written last
}

// ErrInUse says that another process has the directory open.
var ErrInUse = errors.New("in use by another server")

// Open connects to the URL, or starts the embedded server. What of a directory's files cannot be read is
// set aside under another name, never deleted, and made anew; Note then says so. Until it is closed, the
// store looks after itself: see Err.
func Open(ctx context.Context, o Options) (s *Store, err error) {
	if o.URL != "" {
		s, err = dial(ctx, o)
	} else {
		s, err = embed(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	looking, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.health.wg.Go(func() { s.watch(looking) })
	return s, nil
}

func embed(ctx context.Context, o Options) (*Store, error) {
	s := &Store{Embedded: true, Storage: jetstream.FileStorage, Replicas: 1}
	s.health.init()
	if err := s.start(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, o Options) error {
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = scratchDir(); err != nil {
			return err
		}
		s.scratch, s.Storage = dir, jetstream.MemoryStorage
	}
	if err := s.take(ctx, dir); err != nil {
		return err
	}
	s.files = dir
	s.engine = &engine{files: filepath.Join(dir, "jetstream"), alarm: s.failed}
	if err := s.open(dir); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	var err error
	if s.Conn, err = nats.Connect("", append(s.options(o), nats.InProcessServer(s.engine))...); err != nil {
		return fmt.Errorf("store: %s: %w", dir, err)
	}
	if err := s.check(ctx); err != nil {
		return fmt.Errorf("store: %s: %w", dir, err)
	}
	return nil
}

// lockWait is the longest that a directory in use is waited for.
const lockWait = time.Second

// take makes sure that no other process uses the directory: two servers on the same files lose data
// without a word. A command that looks into the store is soon done, and waited for.
func (s *Store) take(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.lock = flock.New(filepath.Join(dir, "lock"))
	wait, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	got, err := s.lock.TryLockContext(wait, 20*time.Millisecond)
	if err != nil && !(errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil) {
		return fmt.Errorf("store: %w", err)
	}
	if !got {
		return fmt.Errorf("store: %s is %w", dir, ErrInUse)
	}
	return nil
}

func (s *Store) options(o Options) []nats.Option {
	return []nats.Option{
		nats.Name(o.Name), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.RetryOnFailedConnect(false), nats.IgnoreAuthErrorAbort(), nats.DrainTimeout(5 * time.Second),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { slog.Warn("store", "error", err) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				slog.Warn("the store is out of reach", "error", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) {
			slog.Info("the store is back", "server", redacted(c.ConnectedUrl()))
			s.renewal.tell()
			s.nudge()
		}),
	}
}

func dial(ctx context.Context, o Options) (*Store, error) {
	s := &Store{Storage: jetstream.FileStorage, Replicas: o.Replicas}
	s.health.init()
	p := newPatience(o)
	conn, err := p.connect(ctx, o.URL, s.options(o))
	if err != nil {
		return nil, err
	}
	s.Conn = conn
	if s.Replicas == 0 {
		s.Replicas = 1
		if len(conn.Servers()) >= 3 {
			s.Replicas = 3
		}
	}
	if err := p.try(ctx, func() error { return s.check(ctx) }); err != nil {
		s.Close()
		return nil, fmt.Errorf("store: %s: %w", p.server, err)
	}
	return s, nil
}

// check asks JetStream whether it is there.
func (s *Store) check(ctx context.Context) (err error) {
	if s.JetStream, err = jetstream.New(s.Conn, jetstream.WithDefaultTimeout(10*time.Second)); err != nil {
		return err
	}
	if _, err = s.AccountInfo(ctx); err != nil {
		return fmt.Errorf("JetStream: %w", err)
	}
	return nil
}

// parting is how long the store may take, when the process ends, for what is still to be written.
const parting = 8 * time.Second

// Part says that the process ends: whoever waits for the store in vain is soon told so, at once if it is
// out of reach. What is written until then is kept.
func (s *Store) Part() {
	if !s.Conn.IsConnected() {
		s.health.end()
		s.Conn.Close()
		return
	}
	s.parted = time.AfterFunc(parting, func() {
		s.health.end()
		s.Conn.Close()
	})
}

// Close ends looking after the store, the connection and the embedded server, and waits for all.
func (s *Store) Close() {
	s.health.end()
	if s.cancel != nil {
		s.cancel()
		s.health.wg.Wait()
	}
	if s.parted != nil {
		s.parted.Stop()
	}
	if s.Conn != nil {
		if s.engine != nil && s.Conn.IsConnected() {
			_ = s.Conn.FlushTimeout(settleWait) // what was asked is with the server: it waits for that
		}
		s.Conn.Close()
	}
	if s.engine != nil {
		if s.cancel != nil { // it was opened whole
			s.count(true)
		}
		s.engine.stop()
	}
	if s.lock != nil {
		if err := s.lock.Unlock(); err != nil {
			slog.Warn("the store was not unlocked", "error", err)
		}
	}
	if s.scratch != "" {
		if err := os.RemoveAll(s.scratch); err != nil {
			slog.Warn("scratch files were not removed", "error", err)
		}
	}
}

// Scratch tells whether everything is lost when the process ends.
func (s *Store) Scratch() bool { return s.scratch != "" }
