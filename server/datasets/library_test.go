package datasets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

func TestLibraryIsBounded(t *testing.T) {
	fetched := 0
	l := NewLibrary(imdb.Options{Home: t.TempDir(), Cache: t.TempDir()}, nil)
	l.elsewhere = func(_ context.Context, sha256 string) (*imdb.Corpus, error) {
		fetched++
		c := practice.New()
		c.SHA256 = sha256
		return c, nil
	}
	l.used.Limit = 3 * practice.New().Bytes()
	find := func(i int) *imdb.Corpus {
		t.Helper()
		c, err := l.Find(t.Context(), fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := find(0)
	for i := 1; i < 10; i++ {
		find(i)
		if got := l.used.Size(); got > l.used.Limit {
			t.Fatalf("%d bytes after %d data sets, %d are allowed", got, i+1, l.used.Limit)
		}
	}
	servertest.Same(t, "fetched", fetched, 10)
	find(9)
	find(7)
	servertest.Same(t, "those that were used last are here", fetched, 10)
	servertest.Same(t, "one that is still used is found", find(0) == first, true)
	servertest.Same(t, "and not fetched", fetched, 10)
	runtime.KeepAlive(first)
	runtime.GC()
	if _, err := l.Get("1"); err == nil {
		t.Error("one that nobody uses is still in memory")
	}
	find(1)
	servertest.Same(t, "fetched again", fetched, 11)
	if len(l.alive) > 5 {
		t.Errorf("%d data sets are remembered", len(l.alive))
	}
}

// A data set's size is about what the heap grows by.
func TestCorpusBytes(t *testing.T) {
	heap := func() int64 {
		runtime.GC()
		runtime.GC() // what the first one found to finalize
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var all [6]*imdb.Corpus // what other tests leave behind weighs little beside them
	said := int64(0)
	for i := range all {
		all[i] = practice.New()
		said += all[i].Bytes()
	}
	grown := heap() - before
	runtime.KeepAlive(&all)
	if said < grown*8/10 || said > grown*12/10 {
		t.Errorf("it takes %d bytes and says %d", grown, said)
	}
}

func TestWhatLoadingWouldFind(t *testing.T) {
	l := NewLibrary(servertest.Offline(t), nil)
	servertest.Equal(t, "without files and network", l.Expect(), Size{Train: 6000, Test: 2000})
	l.options.Download = true
	servertest.Equal(t, "without files", l.Expect(), Size{Train: 25_000, Test: 25_000, AtMost: true})
	l.options.Dir = t.TempDir()
	for _, name := range []string{"imdb.npz", "imdb_word_index.json"} {
		if err := os.WriteFile(filepath.Join(l.options.Dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	servertest.Equal(t, "with files", l.Expect(), IMDB)
	l.real = practice.New()
	servertest.Equal(t, "loaded for another reader", l.Expect(), Size{Train: 6000, Test: 2000})
}

func TestLibrary(t *testing.T) {
	t.Run("loads once for all", func(t *testing.T) {
		dir := filepath.Join("..", "..", "..", "shared", "data")
		o := servertest.Offline(t)
		if _, _, ok := imdb.Locate(imdb.Options{Dir: dir}); ok {
			o.Dir = dir
		}
		l := NewLibrary(o, nil)
		var wg sync.WaitGroup
		found := make([]*imdb.Corpus, 4)
		for i := range found {
			wg.Go(func() {
				c, err := l.Load(t.Context(), nil)
				if err != nil {
					t.Error(err)
				}
				found[i] = c
			})
		}
		wg.Wait()
		for _, c := range found {
			servertest.Same(t, "one corpus", c == found[0], true)
		}
		again, err := l.Get(found[0].SHA256)
		servertest.Same(t, "by its hash", again == found[0] && err == nil, true)
	})
	t.Run("a reader who waits may leave", func(t *testing.T) {
		l := NewLibrary(servertest.Offline(t), nil)
		l.turn <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Load(ctx, nil)
		servertest.Same(t, "error", errors.Is(err, context.Canceled), true)
	})
	t.Run("an unknown one", func(t *testing.T) {
		if _, err := NewLibrary(servertest.Offline(t), nil).Get("abc"); err == nil {
			t.Error("no error")
		}
	})
}
