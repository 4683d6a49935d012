package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
)

// What the embedded server opens without a word, with less in it than there was, is told.
func TestLossIsTold(t *testing.T) {
	bucket := jetstream.KeyValueConfig{Bucket: "test"}
	made := func(t *testing.T) (dir string) {
		dir = t.TempDir()
		s := open(t, store.Options{Dir: dir})
		kv, err := s.Bucket(t.Context(), bucket)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			if _, err := kv.PutString(t.Context(), fmt.Sprint("k", i), strings.Repeat("x", 100)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 5 { // what is deleted is no loss
			if err := kv.Purge(t.Context(), fmt.Sprint("k", i)); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
		return dir
	}
	for name, spoil := range map[string]func(path string, data []byte) error{
		"nothing":  nil,
		"emptied":  func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		"cut":      func(path string, data []byte) error { return os.WriteFile(path, data[:len(data)*3/4], 0o600) },
		"removed":  func(path string, _ []byte) error { return os.Remove(path) },
		"a stream": func(path string, _ []byte) error { return os.RemoveAll(filepath.Dir(filepath.Dir(path))) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := made(t)
			if spoil != nil {
				path := filepath.Join(dir, "jetstream", "jetstream", "$G", "streams", "KV_test", "msgs", "1.blk")
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := spoil(path, data); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, store.Options{Dir: dir})
			if told := len(s.Lost) > 0 && strings.Contains(s.Note, "KV_test"); told != (spoil != nil) {
				t.Errorf("lost %v, note %q", s.Lost, s.Note)
			}
			s.Close()
			s = open(t, store.Options{Dir: dir}) // it is told once
			defer s.Close()
			if len(s.Lost) > 0 {
				t.Errorf("the next time too: %v", s.Lost)
			}
		})
	}
}
