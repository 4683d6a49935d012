package store_test

import (
	"bytes"
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

// What the embedded server cuts off of a block that it cannot read to the end is kept and said, also where
// nobody counted what there was.
func TestBlocksThatAreCutAreSetAside(t *testing.T) {
	for name, counted := range map[string]bool{"counted": true, "not counted": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, store.Options{Dir: dir})
			for i := range 30 {
				put(t, s, fmt.Sprint("k", i), strings.Repeat("x", 100))
			}
			s.Close()
			streams := filepath.Join(dir, "jetstream", "jetstream", "$G", "streams")
			blocks, err := filepath.Glob(filepath.Join(streams, "KV_*", "msgs", "1.blk"))
			if err != nil || len(blocks) != 1 {
				t.Fatal(blocks, err)
			}
			data, err := os.ReadFile(blocks[0])
			if err != nil {
				t.Fatal(err)
			}
			for i := len(data) / 3; i < len(data)*2/3; i++ {
				data[i] ^= 0x5a
			}
			if err := os.WriteFile(blocks[0], data, 0o600); err != nil {
				t.Fatal(err)
			}
			if !counted {
				if err := os.Remove(filepath.Join(dir, "streams.json")); err != nil {
					t.Fatal(err)
				}
			}
			s = open(t, store.Options{Dir: dir})
			defer s.Close()
			if get(t, s, "k0") == "" || get(t, s, "k15") != "" {
				t.Error("not what is readable of the block is there")
			}
			rel, _ := filepath.Rel(streams, blocks[0])
			kept, err := filepath.Glob(filepath.Join(dir, "damaged-*", rel))
			if err != nil || len(kept) != 1 || len(s.Lost) != 1 || !strings.Contains(s.Note, filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(kept[0]))))) {
				t.Fatalf("kept %v, lost %v, note %q", kept, s.Lost, s.Note)
			}
			if was, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(was, data) {
				t.Errorf("%d bytes are kept of %d: %v", len(was), len(data), err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "opening")); len(left) > 0 {
				t.Error("the other copies are there still")
			}
		})
	}
}
