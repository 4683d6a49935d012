package imdb_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// enough words for arrays(), whose largest rank is 700.
const enough = 700

func practice() *imdb.Corpus {
	return &imdb.Corpus{Name: "practice", Train: imdb.NewSplit(nil, nil), Test: imdb.NewSplit(nil, nil)}
}

// house is an empty machine.
func house(t *testing.T) imdb.Options {
	return imdb.Options{Home: filepath.Join(t.TempDir(), "keras"), Cache: t.TempDir(), Practice: practice}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, npz(t, arrays()), enough)
	c, err := imdb.Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "imdb" || c.Dir != dir || c.Official || len(c.SHA256) != 64 || !strings.Contains(c.Note, c.SHA256) {
		t.Errorf("%+v", c)
	}
	if c.Train.Len() != 2 || c.Test.Len() != 1 || c.Words.Len() != enough {
		t.Errorf("%d and %d reviews, %d words", c.Train.Len(), c.Test.Len(), c.Words.Len())
	}
}

func TestLoadShuffles(t *testing.T) {
	dir := t.TempDir()
	ranks := make([][]int, 17)
	likes := make([]int, len(ranks))
	for i := range ranks {
		ranks[i], likes[i] = []int{i + 1}, i%2
	}
	x, y := npy("|O", len(ranks), pickled(ranks)), labels(likes...)
	place(t, dir, npz(t, []entry{{"x_train.npy", x, 0}, {"y_train.npy", y, 0}, {"x_test.npy", x, 0}, {"y_test.npy", y, 0}}), 17)
	c, err := imdb.Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	orders := imdb.Permutations(113, 17, 17)
	for half, s := range []*imdb.Split{c.Train, c.Test} {
		for i, from := range orders[half] {
			if got := s.Review(i)[1]; got != int32(from)+1+imdb.IndexFrom || s.Label(i) != int(from%2) {
				t.Errorf("half %d, review %d: id %d, label %d; it should be review %d of the file", half, i, got, s.Label(i), from)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	good := npz(t, arrays())
	empty := npz(t, []entry{{"x_train.npy", npy("|O", 0, pickled(nil)), 0}, {"y_train.npy", labels(), 0},
		{"x_test.npy", npy("|O", 0, pickled(nil)), 0}, {"y_test.npy", labels(), 0}})
	tests := map[string]struct {
		prepare func(t *testing.T, dir string)
		want    error
		says    string
	}{
		"nothing":       {func(t *testing.T, dir string) {}, imdb.ErrMissing, "imdb.npz"},
		"no words":      {func(t *testing.T, dir string) { place(t, dir, good, 0) }, imdb.ErrMissing, "imdb_word_index.json"},
		"no reviews":    {func(t *testing.T, dir string) { place(t, dir, nil, enough) }, imdb.ErrMissing, "imdb.npz"},
		"empty reviews": {func(t *testing.T, dir string) { place(t, dir, empty, enough) }, imdb.ErrDamaged, "no reviews"},
		"too few words": {func(t *testing.T, dir string) { place(t, dir, good, enough-1) }, imdb.ErrDamaged, "rank 700"},
		"a directory": {func(t *testing.T, dir string) {
			place(t, dir, nil, enough)
			os.Mkdir(filepath.Join(dir, imdb.ReviewsFile), 0o755)
		}, imdb.ErrDamaged, "no regular file"},
		"damaged": {func(t *testing.T, dir string) { place(t, dir, good[:len(good)/2], enough) }, imdb.ErrDamaged, "imdb.npz"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tt.prepare(t, dir)
			for _, o := range []imdb.Options{{Dir: dir}, {Dir: dir, Practice: practice, Download: true}} {
				_, err := imdb.Open(t.Context(), o)
				if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("error %v, want %v saying %q", err, tt.want, tt.says)
				}
			}
		})
	}
}

// The order of the places, and what is done where files are missing or damaged.
func TestOpen(t *testing.T) {
	good := npz(t, arrays())
	broken := good[:100]
	tests := map[string]struct {
		keras, cache             []byte
		kerasWords, cacheWords   int
		dir                      bool // --data has the files
		source, located, noteHas string
	}{
		"--data first":               {good, good, enough, enough, true, "--data", "--data", "not the official"},
		"then keras":                 {good, good, enough, enough, false, "keras", "keras", "not the official"},
		"then the cache":             {nil, good, 0, enough, false, "cache", "cache", "not the official"},
		"then practice":              {nil, nil, 0, 0, false, "practice", "", "not found"},
		"half is nothing":            {good, nil, 0, 0, false, "practice", "", "not found"},
		"words alone are nothing":    {nil, nil, enough, enough, false, "practice", "", "not found"},
		"words from the cache":       {good, nil, 0, enough, false, "keras", "keras", "not the official"},
		"words from keras":           {nil, good, enough, 0, false, "cache", "cache", "not the official"},
		"keras damaged":              {broken, good, enough, enough, false, "cache", "keras", "keras"},
		"both damaged":               {broken, broken, enough, enough, false, "practice", "keras", "datasets"},
		"one damaged for two":        {broken, nil, enough, enough, false, "practice", "keras", "not the data it should be"},
		"words of another data set":  {good, nil, 5, enough, false, "keras", "keras", "ends at 5"},
		"damaged and nothing better": {broken, nil, enough, 0, false, "practice", "keras", "not the data it should be"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := house(t)
			place(t, o.Home, tt.keras, tt.kerasWords)
			place(t, filepath.Join(o.Cache, "datasets"), tt.cache, tt.cacheWords)
			if tt.dir {
				o.Dir = t.TempDir()
				place(t, o.Dir, good, enough)
			}
			source, dir, ok := imdb.Locate(o)
			if source != tt.located || ok != (tt.located != "") || ok != (dir != "") {
				t.Errorf("Locate gives %q, %q, %v, want %q", source, dir, ok, tt.located)
			}
			c, err := imdb.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if c.Source != tt.source || !strings.Contains(c.Note, tt.noteHas) || strings.Contains(c.Note, "\n") {
				t.Errorf("source %q, note %q; want %q, %q", c.Source, c.Note, tt.source, tt.noteHas)
			}
			if strings.Count(c.Note, filepath.Join(o.Home, imdb.ReviewsFile)) > 1 {
				t.Errorf("the note repeats itself: %q", c.Note)
			}
			if (tt.source == "practice") != (c.Name == "practice") {
				t.Errorf("source %q of %q", c.Source, c.Name)
			}
			o.Practice = nil
			if _, err := imdb.Open(t.Context(), o); (err != nil) != (tt.source == "practice") {
				t.Errorf("without a practice corpus: %v", err)
			}
		})
	}
	t.Run("KERAS_HOME", func(t *testing.T) {
		keras := t.TempDir()
		t.Setenv("KERAS_HOME", keras)
		o := house(t)
		o.Home = ""
		place(t, filepath.Join(keras, "datasets"), good, enough)
		if source, dir, ok := imdb.Locate(o); source != "keras" || dir != filepath.Join(keras, "datasets") || !ok {
			t.Errorf("found %q, %q, %v", source, dir, ok)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		o := house(t)
		place(t, o.Home, good, enough)
		if c, err := imdb.Open(ctx, o); !errors.Is(err, context.Canceled) {
			t.Errorf("corpus %v, error %v", c, err)
		}
	})
}

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
		c, err := imdb.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if c.Source != "download" || !c.Official || c.Note != "" || c.Dir != filepath.Join(o.Cache, "datasets") || asked.Load() != 2 {
			t.Errorf("source %q, note %q, dir %q, %d requests", c.Source, c.Note, c.Dir, asked.Load())
		}
		if last[0] != last[1] || last[0] < 19_000_000 {
			t.Errorf("progress ended at %d of %d", last[0], last[1])
		}
	})
	t.Run("then from the cache", func(t *testing.T) {
		if c, err := imdb.Open(t.Context(), o); err != nil || c.Source != "cache" || asked.Load() != 2 {
			t.Errorf("%v, %v, %d requests", c, err, asked.Load())
		}
	})
	t.Run("a damaged file anew", func(t *testing.T) {
		write(t, filepath.Join(o.Cache, "datasets", imdb.ReviewsFile), []byte("damaged"))
		last = [2]int64{}
		c, err := imdb.Open(t.Context(), o)
		if err != nil || c.Source != "download" || asked.Load() != 3 {
			t.Errorf("%+v, %v, %d requests", c, err, asked.Load())
		}
	})
	t.Run("both where they do not belong together", func(t *testing.T) {
		o, before := o, asked.Load()
		o.Home, o.Cache = t.TempDir(), t.TempDir()
		place(t, o.Home, npz(t, arrays()), 5)
		last = [2]int64{}
		c, err := imdb.Open(t.Context(), o)
		if err != nil || c.Source != "keras" || c.Words.Len() != 88584 || asked.Load() != before+2 || !strings.Contains(c.Note, "ends at 5") {
			t.Errorf("%+v, %v, %d requests", c, err, asked.Load()-before)
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
