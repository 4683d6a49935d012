package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"cuaderno/server/store"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *store.Store, key, value string) {
	t.Helper()
	kv, err := s.Bucket(t.Context(), jetstream.KeyValueConfig{Bucket: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.PutString(t.Context(), key, value); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s *store.Store, key string) string {
	t.Helper()
	kv, err := s.Bucket(t.Context(), jetstream.KeyValueConfig{Bucket: "test"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := kv.Get(t.Context(), key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(e.Value())
}

func TestWhatIsKeptIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	put(t, s, "a", "1")
	s.Close()
	s = open(t, store.Options{Dir: dir})
	defer s.Close()
	if got := get(t, s, "a"); got != "1" {
		t.Errorf("a is %q after reopening", got)
	}
	if s.Note != "" {
		t.Errorf("note %q", s.Note)
	}
}

func TestOneProcessADirectory(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	_, err := store.Open(t.Context(), store.Options{Dir: dir})
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second got %v", err)
	}
	s.Close()
	open(t, store.Options{Dir: dir}).Close()
}

func TestMemoryLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := open(t, store.Options{})
	put(t, s, "a", "1")
	s.Close()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestDamagedFiles spoils every kind of file there is, each in a store of its own: it opens, and
// takes new things, whatever became of the old.
func TestDamagedFiles(t *testing.T) {
	make := func(t *testing.T) (dir string, files []string) {
		dir = t.TempDir()
		s := open(t, store.Options{Dir: dir})
		put(t, s, "a", strings.Repeat("1", 10_000))
		put(t, s, "b", "2")
		s.Close()
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && d.Name() != "lock" {
				rel, _ := filepath.Rel(dir, path)
				files = append(files, rel)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return dir, files
	}
	_, files := make(t)
	if len(files) < 3 {
		t.Fatalf("only %v", files)
	}
	for _, file := range files {
		for name, spoil := range map[string]func([]byte) []byte{
			"cut":     func(b []byte) []byte { return b[:len(b)/2] },
			"empty":   func([]byte) []byte { return nil },
			"garbled": func(b []byte) []byte { return bytes.Repeat([]byte("garbage!"), len(b)/8+1) },
		} {
			t.Run(filepath.Base(file)+" "+name, func(t *testing.T) {
				dir, _ := make(t)
				path := filepath.Join(dir, file)
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, spoil(data), 0o600); err != nil {
					t.Fatal(err)
				}
				s := open(t, store.Options{Dir: dir})
				defer s.Close()
				a := get(t, s, "a")
				if a != "" && len(a) != 10_000 {
					t.Errorf("a has %d bytes", len(a))
				}
				put(t, s, "c", "3")
				if got := get(t, s, "c"); got != "3" {
					t.Errorf("c is %q", got)
				}
				t.Logf("a survived: %v, note %q", a != "", s.Note)
			})
		}
	}
}

// TestUnreadableFilesAreSetAside has something in the place of the files that is none of the server's.
func TestUnreadableFilesAreSetAside(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, store.Options{Dir: dir})
	defer s.Close()
	put(t, s, "a", "1")
	aside, err := filepath.Glob(filepath.Join(dir, "damaged-*"))
	if err != nil || len(aside) != 1 || !strings.Contains(s.Note, aside[0]) {
		t.Errorf("aside %v, note %q", aside, s.Note)
	}
}

// TestClosesWhileStreamsAreMade asks for streams and closes before they are there: TestMain sees that none of
// them outlives its server.
func TestClosesWhileStreamsAreMade(t *testing.T) {
	for range 5 {
		s := open(t, store.Options{Dir: t.TempDir()})
		for i := range 20 {
			ask := fmt.Sprintf(`{"name":"S%d","subjects":["s%d.>"],"storage":"file","retention":"limits"}`, i, i)
			if err := s.Conn.Publish(fmt.Sprint("$JS.API.STREAM.CREATE.S", i), []byte(ask)); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
	}
}

func TestDirectoryThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(file, "below")})
	var path *fs.PathError
	if !errors.As(err, &path) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyAtTheAddress(t *testing.T) {
	_, err := store.Open(t.Context(), store.Options{URL: "nats://user:secret@127.0.0.1:1"})
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("got %v", err)
	}
}
