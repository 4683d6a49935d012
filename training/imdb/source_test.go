package imdb_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/training/imdb"

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

// One's own reviews come before everything else.
func TestOpenOwn(t *testing.T) {
	o := house(t)
	place(t, o.Home, npz(t, arrays()), enough)
	own := practice()
	o.Own = func(context.Context) (*imdb.Corpus, error) { return own, nil }
	if c, err := imdb.Open(t.Context(), o); c != own || err != nil {
		t.Errorf("%v, %v", c, err)
	}
	if source, _, ok := imdb.Locate(o); ok {
		t.Errorf("files of %s are told of", source)
	}
	broken := errors.New("broken")
	o.Own = func(context.Context) (*imdb.Corpus, error) { return nil, broken }
	if _, err := imdb.Open(t.Context(), o); err != broken {
		t.Errorf("%v", err)
	}
}
