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
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options choose the server. With neither Dir nor URL all is kept in memory.
type Options struct {
	Dir  string // of the embedded server's files
	URL  string // of a NATS server or cluster to use instead
	Name string // of this client, for that server's operators

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
	Note     string // what went wrong at opening, though it could be helped

	embedded *server.Server
	lock     *flock.Flock
	parted   *time.Timer
	files    string // directory of the embedded server
	scratch  string // directory to remove in the end
}

// ErrInUse says that another process has the directory open.
var ErrInUse = errors.New("in use by another server")

// Open connects to the URL, or starts the embedded server. A directory whose files cannot be read is
// set aside under another name, never deleted, and an empty one put in its place; Note then says so.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.URL != "" {
		return dial(ctx, o)
	}
	s := &Store{Embedded: true, Storage: jetstream.FileStorage, Replicas: 1}
	err := s.start(ctx, o)
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, o Options) error {
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "cuaderno-"); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		s.scratch, s.Storage = dir, jetstream.MemoryStorage
	}
	if err := s.take(dir); err != nil {
		return err
	}
	s.files = dir
	files := filepath.Join(dir, "jetstream")
	err := s.launch(ctx, files, o)
	if err == nil {
		return nil
	}
	s.stop()
	aside := fmt.Sprintf("%s.damaged-%s", files, time.Now().UTC().Format("20060102-150405"))
	if moved := os.Rename(files, aside); moved != nil {
		return fmt.Errorf("store: %w", errors.Join(err, moved))
	}
	s.Note = fmt.Sprintf("%v; it was set aside as %s", err, aside)
	slog.Error("the store is damaged, going on with an empty one", "error", err, "aside", aside)
	return s.launch(ctx, files, o)
}

// take makes sure that no other process uses the directory: two servers on the same files lose data
// without a word.
func (s *Store) take(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.lock = flock.New(filepath.Join(dir, "lock"))
	got, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if !got {
		return fmt.Errorf("store: %s is %w", dir, ErrInUse)
	}
	return nil
}

const readyWait = 20 * time.Second

func (s *Store) launch(ctx context.Context, files string, o Options) (err error) {
	if err := os.MkdirAll(files, 0o700); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil { // of the server, over files that make no sense
			err = fmt.Errorf("%s could not be read: %v", files, p)
		}
	}()
	s.embedded, err = server.NewServer(&server.Options{
		ServerName: "cuaderno", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: files, JetStreamMaxStore: 1 << 50, // see Room
		MaxPayload: maxPayload,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", files, err)
	}
	s.embedded.SetLogger(logger{}, false, false)
	s.embedded.Start()
	if !s.embedded.ReadyForConnections(readyWait) || !s.embedded.JetStreamEnabled() {
		return fmt.Errorf("%s could not be opened by JetStream", files)
	}
	s.Conn, err = nats.Connect("", append(options(o), nats.InProcessServer(s.embedded))...)
	if err != nil {
		return fmt.Errorf("%s: %w", files, err)
	}
	return s.check(ctx)
}

// maxPayload is the embedded server's largest message: a notebook's state may pass the usual 1 MB.
const maxPayload = 8 << 20

func options(o Options) []nats.Option {
	return []nats.Option{
		nats.Name(o.Name), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.RetryOnFailedConnect(false), nats.DrainTimeout(5 * time.Second),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { slog.Warn("store", "error", err) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				slog.Warn("the store is out of reach", "error", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { slog.Info("the store is back", "server", c.ConnectedUrlRedacted()) }),
	}
}

func dial(ctx context.Context, o Options) (*Store, error) {
	conn, err := nats.Connect(o.URL, options(o)...)
	if err != nil {
		return nil, fmt.Errorf("store: no NATS server answers at %s: %w", redacted(o.URL), err)
	}
	s := &Store{Conn: conn, Storage: jetstream.FileStorage, Replicas: o.Replicas}
	if s.Replicas == 0 {
		s.Replicas = 1
		if len(conn.Servers()) >= 3 {
			s.Replicas = 3
		}
	}
	if err := s.check(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("store: %s: %w", redacted(o.URL), err)
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
		s.Conn.Close()
		return
	}
	s.parted = time.AfterFunc(parting, s.Conn.Close)
}

func (s *Store) stop() {
	if s.parted != nil {
		s.parted.Stop()
	}
	if s.Conn != nil {
		s.Conn.Close()
		s.Conn = nil
	}
	if s.embedded != nil {
		s.embedded.Shutdown()
		s.embedded.WaitForShutdown()
		s.embedded = nil
	}
}

// Close ends the connection and the embedded server, and waits for both.
func (s *Store) Close() {
	s.stop()
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

// Err says why nothing can be kept now; nil if it can.
func (s *Store) Err() error {
	switch {
	case s.embedded != nil && !s.embedded.JetStreamEnabled():
		return errors.New("the embedded JetStream has stopped: is the disk full?")
	case !s.Conn.IsConnected():
		return errors.New("the NATS server is out of reach")
	}
	return nil
}
