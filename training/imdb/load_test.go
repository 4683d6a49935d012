package imdb_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
)

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

// One word misspelt: nothing in the file's shape tells.
func TestLoadNotesAnotherWordIndex(t *testing.T) {
	from, dir := imdbtest.Dir(t), t.TempDir()
	raw, err := os.ReadFile(filepath.Join(from, imdb.WordsFile))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, imdb.WordsFile), bytes.Replace(raw, []byte(`"film": `), []byte(`"fi1m": `), 1))
	if err := os.Symlink(filepath.Join(from, imdb.ReviewsFile), filepath.Join(dir, imdb.ReviewsFile)); err != nil {
		t.Fatal(err)
	}
	c, err := imdb.Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.Official || c.SHA256 != imdb.OfficialSHA256 || !strings.Contains(c.Note, "official word index") {
		t.Errorf("official %v, note %q", c.Official, c.Note)
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
