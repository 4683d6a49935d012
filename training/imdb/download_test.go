package imdb_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
)

// library serves a directory as the official address does, and counts.
func library(t *testing.T, dir string) (url string, asked *atomic.Int32) {
	asked = new(atomic.Int32)
	files := http.FileServer(http.Dir(dir))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func TestOpenDownloads(t *testing.T) {
	o := house(t)
	var asked *atomic.Int32
	o.URL, asked = library(t, imdbtest.Dir(t))
	var last [2]int64
	o.Progress = func(done, total int64) {
		if done < last[0] {
			t.Errorf("progress goes back from %d to %d", last[0], done)
		}
		last = [2]int64{done, total}
	}
	t.Run("not unasked", func(t *testing.T) {
		if c, err := imdb.Open(t.Context(), o); err != nil || c.Source != "practice" || asked.Load() != 0 {
			t.Errorf("%v, %v, %d requests", c, err, asked.Load())
		}
	})
	o.Download = true
	t.Run("both files", func(t *testing.T) {
		cache := filepath.Join(o.Cache, "datasets")
		place(t, cache, []byte("damaged"), 0)
		c, err := imdb.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if c.Source != "download" || !c.Official || c.Note != "" || c.Dir != cache || asked.Load() != 2 {
			t.Errorf("source %q, note %q, dir %q, %d requests", c.Source, c.Note, c.Dir, asked.Load())
		}
		if last[0] != last[1] || last[0] < 19_000_000 {
			t.Errorf("progress ended at %d of %d", last[0], last[1])
		}
		if source, dir, ok := imdb.Locate(o); source != "cache" || dir != cache || !ok {
			t.Errorf("next time from %q, %q", source, dir)
		}
	})
	t.Run("only the words for the cache's reviews", func(t *testing.T) {
		o := o
		o.Home, o.Cache = t.TempDir(), t.TempDir()
		place(t, filepath.Join(o.Cache, "datasets"), npz(t, arrays()), 0)
		last = [2]int64{}
		if c, err := imdb.Open(t.Context(), o); err != nil || c.Source != "cache" || c.Train.Len() != 2 {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("only the words for Keras' reviews", func(t *testing.T) {
		o, before := o, asked.Load()
		o.Home, o.Cache = t.TempDir(), t.TempDir()
		place(t, o.Home, npz(t, arrays()), 0)
		last = [2]int64{}
		c, err := imdb.Open(t.Context(), o)
		if err != nil || c.Source != "keras" || asked.Load() != before+1 {
			t.Errorf("%+v, %v, %d requests", c, err, asked.Load())
		}
		if last[0] != last[1] || last[0] != 1641221 {
			t.Errorf("progress ended at %d of %d", last[0], last[1])
		}
	})
}

func TestOpenRefusesAWrongDownload(t *testing.T) {
	good, words := npz(t, arrays()), index(enough)
	tests := map[string]struct {
		reviews, words []byte
		want           error
		says           string
	}{
		"other reviews": {good, words, imdb.ErrChecksum, "the reviews' SHA-256"},
		"no archive":    {[]byte("<html>"), words, imdb.ErrChecksum, "no"},
		"not found":     {nil, nil, imdb.ErrNetwork, "404"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir, o := t.TempDir(), house(t)
			if tt.reviews != nil {
				write(t, filepath.Join(dir, imdb.ReviewsFile), tt.reviews)
				write(t, filepath.Join(dir, imdb.WordsFile), tt.words)
			}
			o.Download = true
			o.URL, _ = library(t, dir)
			c, err := imdb.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if c.Source != "practice" || !errors.Is(c.Cause, tt.want) || !strings.Contains(c.Note, tt.says) || strings.Contains(c.Note, "on this machine") {
				t.Errorf("source %q, note %q, cause %v", c.Source, c.Note, c.Cause)
			}
			if _, _, ok := imdb.Locate(o); ok {
				t.Error("the wrong files stayed")
			}
			o.Practice = nil
			if _, err := imdb.Open(t.Context(), o); !errors.Is(err, tt.want) {
				t.Errorf("without a practice corpus: %v", err)
			}
		})
	}
	t.Run("other words for Keras' reviews", func(t *testing.T) {
		dir, o := t.TempDir(), house(t)
		place(t, o.Home, good, 0)
		write(t, filepath.Join(dir, imdb.WordsFile), words)
		o.Download = true
		o.URL, _ = library(t, dir)
		if c, err := imdb.Open(t.Context(), o); err != nil || c.Source != "practice" || !errors.Is(c.Cause, imdb.ErrChecksum) {
			t.Errorf("%+v, %v", c, err)
		}
	})
	// Both are usable, but not with each other: the reviews are asked for all the same.
	t.Run("files that do not belong together", func(t *testing.T) {
		dir, o := t.TempDir(), house(t)
		place(t, o.Home, good, 5)
		write(t, filepath.Join(dir, imdb.ReviewsFile), good)
		o.Download = true
		o.URL, _ = library(t, dir)
		c, err := imdb.Open(t.Context(), o)
		if err != nil || c.Source != "practice" || !errors.Is(c.Cause, imdb.ErrChecksum) || !strings.Contains(c.Note, "ends at 5") {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("cancelled on the way", func(t *testing.T) {
		o := house(t)
		dir := t.TempDir()
		write(t, filepath.Join(dir, imdb.ReviewsFile), make([]byte, 1<<20))
		o.Download = true
		o.URL, _ = library(t, dir)
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(done, total int64) { cancel() }
		if c, err := imdb.Open(ctx, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%+v, %v", c, err)
		}
	})
}
