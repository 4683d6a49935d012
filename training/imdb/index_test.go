package imdb_test

import (
	"errors"
	"strings"
	"testing"

	"cuaderno/training/imdb"

	"github.com/google/go-cmp/cmp"
)

func TestWordIndex(t *testing.T) {
	w := imdb.NewWordIndex([]string{"the", "and", "a"})
	if w.Len() != 3 {
		t.Errorf("%d words", w.Len())
	}
	for rank, want := range map[int]string{1: "the", 3: "a", 0: "", 4: "", -1: ""} {
		if got, ok := w.Word(rank); got != want || ok != (want != "") {
			t.Errorf("Word(%d) = %q, %v", rank, got, ok)
		}
	}
	for word, want := range map[string]int{"the": 1, "a": 3, "film": 0, "": 0} {
		if got, ok := w.Rank(word); got != want || ok != (want != 0) {
			t.Errorf("Rank(%q) = %d, %v", word, got, ok)
		}
	}
	t.Run("a word twice", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		imdb.NewWordIndex([]string{"the", "the"})
	})
}

func TestDecode(t *testing.T) {
	w := imdb.NewWordIndex([]string{"the", "and", "a"})
	ids := []int32{0, 1, 2, 3, 4, 5, 6, 7, -1}
	tests := map[string]struct {
		indexFrom int
		want      []string
	}{
		"the right offset": {3, []string{"[PAD]", "[START]", "[OOV]", "?", "the", "and", "a", "?", "?"}},
		"no offset":        {0, []string{"?", "the", "and", "a", "?", "?", "?", "?", "?"}},
		"one too few":      {2, []string{"?", "?", "?", "the", "and", "a", "?", "?", "?"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.Decode(ids, tt.indexFrom)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadWords(t *testing.T) {
	t.Run("whole", func(t *testing.T) {
		w, err := imdb.ReadWords(strings.NewReader("{\"caf\\u00e9\": 2, \"the\": 1,\n \"it's\": 3}"))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Decode([]int32{4, 5, 6}, 3); !cmp.Equal([]string{"the", "café", "it's"}, got) {
			t.Errorf("words %q", got)
		}
		if rank, ok := w.Rank("café"); rank != 2 || !ok {
			t.Errorf("rank %d", rank)
		}
	})
	tests := map[string]struct{ json, says string }{
		"empty":          {"", "end of JSON"},
		"no words":       {"{}", "without words"},
		"null":           {"null", "without words"},
		"a list":         {`["the"]`, "array"},
		"cut":            {`{"the": 1, "an`, "end of JSON"},
		"more after":     {`{"the": 1} {}`, "after top-level"},
		"rank 0":         {`{"the": 0}`, `"the" has rank 0`},
		"rank -1":        {`{"the": -1}`, "has rank -1"},
		"a gap":          {`{"the": 1, "a": 3}`, `"a" has rank 3`},
		"shared rank":    {`{"the": 1, "a": 1}`, "share rank 1"},
		"same word":      {`{"the": 1, "the": 2}`, "has rank 2"},
		"fraction":       {`{"the": 1.5}`, "number 1.5"},
		"text":           {`{"the": "1"}`, "string"},
		"beyond 32 bits": {`{"the": 4294967297}`, "number 4294967297"},
		"nothing":        {`{"the": null, "a": 1}`, "has rank 0"},
		"too large":      {`{"the": 1` + strings.Repeat(" ", imdb.MaxIndex) + `}`, "more than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := imdb.ReadWords(strings.NewReader(tt.json))
			if !errors.Is(err, imdb.ErrDamaged) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one saying %q", err, tt.says)
			}
		})
	}
	t.Run("a reader that fails", func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := imdb.ReadWords(failing{broken}); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
