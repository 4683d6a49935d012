package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"cuaderno/server/store"
)

// said collects what is logged during a test.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func listening(t *testing.T) *said {
	log := &said{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return log
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 2000 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

// free is a port that nobody listens on.
func free(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// natsServer starts a server of its own; the function ends it.
func natsServer(t *testing.T, port int, token string) func() {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, Authorization: token, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	return sync.OnceFunc(func() { store.Shutdown(s) })
}

// Who may use a NATS server is told nobody: in no error, whether or not the address can be read, and in no
// line of the log.
func TestUsersAreHidden(t *testing.T) {
	log := listening(t)
	hides := func(t *testing.T, text string) {
		t.Helper()
		for _, secret := range []string{"reader", "s3cret", "s3", "cret", "t0ken"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %q", secret, text)
			}
		}
	}
	for name, c := range map[string]struct{ list, want string }{
		"a password":           {"nats://reader:s3cret@127.0.0.1:1", "nats://xxxxx@127.0.0.1:1"},
		"a token":              {"nats://t0ken@127.0.0.1:1", "nats://xxxxx@127.0.0.1:1"},
		"without a scheme":     {"t0ken@127.0.0.1:1", "nats://xxxxx@127.0.0.1:1"},
		"several":              {"nats://reader:s3cret@127.0.0.1:1, nats://t0ken@127.0.0.1:2,nats://127.0.0.1:3", "nats://xxxxx@127.0.0.1:1,nats://xxxxx@127.0.0.1:2,nats://127.0.0.1:3"},
		"a sign not escaped":   {"nats://reader:s3/cret@127.0.0.1:1", "number 1"},
		"a comma":              {"nats://s3,cret@127.0.0.1:1", "number 2"},
		"a question mark":      {"nats://s3?cret@127.0.0.1:1", "number 1"},
		"a sharp":              {"nats://s3#cret@127.0.0.1:1", "number 1"},
		"a slash in a token":   {"nats://s3/cret@127.0.0.1:1", "number 1"},
		"one escaped badly":    {"nats://127.0.0.1:1,nats://reader:s3%zzcret@127.0.0.1:1", "number 2"},
		"somewhere else in it": {"nats://127.0.0.1:1/t0ken?s3cret", "nats://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(t.Context(), store.Options{URL: c.list})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			hides(t, err.Error())
		})
	}
	t.Run("while waiting", func(t *testing.T) {
		_, err := store.Open(t.Context(), store.Options{URL: "reader:s3cret@127.0.0.1:1", Wait: 50 * time.Millisecond})
		hides(t, err.Error())
	})
	t.Run("when the token is wrong, which is not waited for", func(t *testing.T) {
		port := free(t)
		defer natsServer(t, port, "another")()
		began := time.Now()
		_, err := store.Open(t.Context(), store.Options{URL: address("t0ken@", port), Wait: time.Minute})
		if err == nil || !strings.Contains(err.Error(), "Authorization") || time.Since(began) > 20*time.Second {
			t.Fatalf("%v after %v", err, time.Since(began))
		}
		hides(t, err.Error())
	})
	t.Run("when the server goes and comes", func(t *testing.T) {
		port := free(t)
		end := natsServer(t, port, "t0ken")
		s := open(t, store.Options{URL: address("t0ken@", port)})
		hides(t, s.Address())
		end()
		eventually(t, "its loss", func() bool { return strings.Contains(log.String(), "out of reach") })
		defer natsServer(t, port, "t0ken")()
		defer s.Close()
		// A NATS server that ends while it makes a stream leaves goroutines behind.
		defer eventually(t, "the stream of small writes", func() bool {
			_, err := s.JetStream.Stream(t.Context(), "CUADERNO_HEALTH")
			return err == nil
		})
		eventually(t, "its return", func() bool { return strings.Contains(log.String(), "is back") })
	})
	hides(t, log.String())
	if !strings.Contains(log.String(), "xxxxx@127.0.0.1") {
		t.Errorf("the log names no server: %s", log)
	}
}

func address(user string, port int) string { return fmt.Sprintf("nats://%s127.0.0.1:%d", user, port) }

// Servers and NATS may be started in any order.
func TestWaitsForNATS(t *testing.T) {
	t.Run("that comes later", func(t *testing.T) {
		log := listening(t)
		port := free(t)
		type opened struct {
			s   *store.Store
			err error
		}
		got := make(chan opened, 1)
		go func() {
			s, err := store.Open(t.Context(), store.Options{URL: address("", port), Wait: time.Minute})
			got <- opened{s, err}
		}()
		eventually(t, "a line that says so", func() bool { return strings.Contains(log.String(), "waiting for the NATS server") })
		defer natsServer(t, port, "")()
		o := <-got
		if o.err != nil {
			t.Fatal(o.err)
		}
		defer o.s.Close()
		put(t, o.s, "a", "1")
		if n := strings.Count(log.String(), "waiting"); n != 1 || !strings.Contains(log.String(), "the NATS server answers") {
			t.Errorf("%s", log)
		}
	})
	t.Run("not at all", func(t *testing.T) {
		log := listening(t)
		if _, err := store.Open(t.Context(), store.Options{URL: address("", free(t))}); err == nil || log.String() != "" {
			t.Errorf("%v, %s", err, log)
		}
	})
	t.Run("no longer than it may", func(t *testing.T) {
		began := time.Now()
		_, err := store.Open(t.Context(), store.Options{URL: address("", free(t)), Wait: 300 * time.Millisecond})
		if took := time.Since(began); err == nil || took < 300*time.Millisecond || took > 20*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
	t.Run("until it is asked to end", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := store.Open(ctx, store.Options{URL: address("", free(t)), Wait: time.Hour})
		if took := time.Since(began); err == nil || took > 20*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// A server that refuses us for a while, as when its passwords are changed, is asked again until it does not.
func TestRefusedForAWhile(t *testing.T) {
	port := free(t)
	end := natsServer(t, port, "t0ken")
	s, err := store.Open(t.Context(), store.Options{URL: fmt.Sprintf("nats://t0ken@127.0.0.1:%d", port)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	end()
	log := listening(t)
	end = natsServer(t, port, "another")
	eventually(t, "several refusals", func() bool { return strings.Count(log.String(), "authorization violation") > 2 })
	end()
	t.Cleanup(natsServer(t, port, "t0ken"))
	eventually(t, "the store", func() bool { return s.Err() == nil })
}
