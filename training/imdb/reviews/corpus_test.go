package reviews_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/tokenize"
)

func load(t *testing.T, path string, o reviews.Rules) *imdb.Corpus {
	t.Helper()
	c, err := reviews.Load(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// all are the reviews of a split, decoded, with their labels, sorted.
func all(c *imdb.Corpus, s *imdb.Split) []string {
	out := []string{}
	for i := range s.Len() {
		out = append(out, fmt.Sprintf("%s|%d", strings.Join(c.Words.Decode(s.Review(i), imdb.IndexFrom), " "), s.Label(i)))
	}
	slices.Sort(out)
	return out
}

func TestLoad(t *testing.T) {
	text := "review,sentiment,split\nThe film: the BEST film of the year!,positive,train\n¡the worst…,negative,train\na film é É,1,train\nThe unseen film,0,test\n"
	c := load(t, file(t, "my.csv", text), reviews.Rules{})
	words := []string{}
	for rank := 1; rank <= c.Words.Len(); rank++ {
		w, _ := c.Words.Word(rank)
		words = append(words, w)
	}
	// Of the training reviews: the 4, film 3, then by the alphabet; unseen is not among them.
	if diff := cmp.Diff([]string{"the", "film", "é", "a", "best", "of", "worst", "year"}, words); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"[START] a film é é|1", "[START] the film the best film of the year|1", "[START] the worst|0"}, all(c, c.Train)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"[START] the [OOV] film|0"}, all(c, c.Test)); diff != "" {
		t.Error(diff)
	}
	if c.Name != "reviews" || c.Source != "--reviews" || c.SHA256 != imdb.Identity(c.Train, c.Test, c.Words) || c.Official || !filepath.IsAbs(c.Dir) {
		t.Errorf("%+v", c)
	}
}

// What differs in a label or in a word alone is another data set: nothing kept of the one may serve the other.
func TestIdentity(t *testing.T) {
	seen := map[string]string{}
	for name, text := range map[string]string{
		"one": "review,sentiment,split\ngood,1,train\nbad,0,test\n", "other labels": "review,sentiment,split\ngood,0,train\nbad,1,test\n",
		"other words": "review,sentiment,split\nbueno,1,train\nmalo,0,test\n",
	} {
		c := load(t, file(t, "my.csv", text), reviews.Rules{})
		if other, twice := seen[c.SHA256]; twice {
			t.Errorf("%s is taken for %s", name, other)
		}
		seen[c.SHA256] = name
		var b bytes.Buffer
		if err := imdb.Pack(&b, c); err != nil {
			t.Fatal(err)
		}
		back, err := imdb.Unpack(&b)
		if err != nil || back.SHA256 != c.SHA256 || back.Words.Rule() != tokenize.Unicode {
			t.Errorf("%s comes back as %v, %v", name, back, err)
		}
	}
}

// The five spellings are one word, however the accents are typed.
func TestSpanish(t *testing.T) {
	c := load(t, file(t, "es.csv", "reseña,sentimiento\npésima,negativa\n¿Pésima?,positiva\n«PÉSIMA»…,negativa\n—pe\u0301sima—,negativa\n"), reviews.Rules{Test: .25})
	if word, _ := c.Words.Word(1); c.Words.Len() != 1 || word != "pésima" {
		t.Errorf("%d words, %q the commonest", c.Words.Len(), word)
	}
	if diff := cmp.Diff([]string{"[START] pésima|0"}, all(c, c.Test)); diff != "" {
		t.Error(diff)
	}
}

func rows(n int) string {
	var b strings.Builder
	b.WriteString("review,sentiment\n")
	for i := range n {
		fmt.Fprintf(&b, "review number n%d is here,%d\n", i, i%2)
	}
	return b.String()
}

func TestDivision(t *testing.T) {
	path := file(t, "my.csv", rows(1000))
	c := load(t, path, reviews.Rules{Seed: 1})
	if c.Train.Len() != 500 || c.Test.Len() != 500 {
		t.Errorf("%d and %d", c.Train.Len(), c.Test.Len())
	}
	if again := load(t, path, reviews.Rules{Seed: 1}); again.SHA256 != c.SHA256 {
		t.Error("the same seed divides otherwise")
	}
	if other := load(t, path, reviews.Rules{Seed: 2}); other.SHA256 == c.SHA256 {
		t.Error("another seed divides alike")
	}
	if c := load(t, path, reviews.Rules{Test: 0.2}); c.Test.Len() != 200 || c.Train.Len() != 800 {
		t.Errorf("%d and %d", c.Train.Len(), c.Test.Len())
	}
	for text, want := range map[string]string{rows(0): "there is no review in it", rows(1): "too few"} {
		if _, err := reviews.Load(t.Context(), file(t, "my.csv", text), reviews.Rules{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestFaultsOfADataSet(t *testing.T) {
	many := strings.Repeat("a ", imdb.MaxWords)
	path := file(t, "my.csv", rows(10)+"no label,\n"+many+",1\n")
	if _, err := reviews.Load(t.Context(), path, reviews.Rules{}); err == nil || !strings.Contains(err.Error(), "line 12, row 11: there is no label") {
		t.Errorf("%v", err)
	}
	var faults []string
	o := reviews.Rules{}
	o.Skip, o.Fault = true, func(f *reviews.Fault) { faults = append(faults, f.Error()) }
	c := load(t, path, o)
	if n := c.Train.Len() + c.Test.Len(); n != 10 || len(faults) != 2 || !strings.Contains(faults[1], "line 13, row 12: a text of more than") {
		t.Errorf("%d reviews, faults %q", n, faults)
	}
}

// acl is a small set in Stanford's layout, as a folder.
func acl(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "aclImdb")
	for name, text := range map[string]string{
		"README": "not a review", "train/labeledBow.feat": "9 0:9", "train/unsup/0_0.txt": "no label",
		"train/pos/0_9.txt": "Wonderful film", "train/pos/1_10.txt": "wonderful!<br /><br />Really", "train/neg/0_1.txt": "dreadful film",
		"test/pos/0_8.txt": "wonderful", "test/neg/0_3.txt": "dreadful",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func archived(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "aclImdb_v1.tar.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	if err := w.AddFS(os.DirFS(filepath.Dir(dir))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStanford(t *testing.T) {
	dir := acl(t)
	for name, path := range map[string]string{"folder": dir, "folder above": filepath.Dir(dir), "archive": archived(t, dir)} {
		t.Run(name, func(t *testing.T) {
			var done, total int64
			o := reviews.Rules{}
			o.Progress = func(d, n int64) { done, total = d, n }
			c := load(t, path, o)
			if diff := cmp.Diff([]string{"[START] dreadful film|0", "[START] wonderful br br really|1", "[START] wonderful film|1"}, all(c, c.Train)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"[START] dreadful|0", "[START] wonderful|1"}, all(c, c.Test)); diff != "" {
				t.Error(diff)
			}
			if done != total || total == 0 {
				t.Errorf("progress %d of %d", done, total)
			}
			if c.SHA256 != load(t, dir, reviews.Rules{}).SHA256 {
				t.Error("another data set than from the folder")
			}
		})
	}
	t.Run("faults", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(dir, "train", "neg", "7_1.txt"), []byte("caf\xe9"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "test", "neg", "8_1.txt"), []byte(long), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, archived(t, dir)} {
			found, faults := read(t, path, reviews.Options{})
			if len(found) != 5 || len(faults) != 2 || !strings.Contains(strings.Join(faults, "\n"), "train/neg/7_1.txt: not UTF-8: byte 4") ||
				!strings.Contains(strings.Join(faults, "\n"), "test/neg/8_1.txt: a text of 10485760 bytes") {
				t.Errorf("%d reviews, faults %.300q", len(found), faults)
			}
		}
	})
	t.Run("half an archive", func(t *testing.T) {
		path := archived(t, dir)
		if err := os.Truncate(path, 300); err != nil {
			t.Fatal(err)
		}
		if err := reviews.Read(t.Context(), path, reviews.Options{Skip: true}, func(reviews.Review) error { return nil }); err == nil {
			t.Error("no error")
		}
	})
}

// The official reviews, written to a CSV file of 50,000 rows, come back as the words that they were, cut by
// the rule of own reviews.
func TestFiftyThousandRows(t *testing.T) {
	c := imdbtest.Corpus(t)
	path := filepath.Join(t.TempDir(), "IMDB Dataset.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	io.WriteString(f, "review,sentiment,split\n")
	for i, s := range []*imdb.Split{c.Train, c.Test} {
		for k := range s.Len() {
			fmt.Fprintf(f, "\"%s\",%s,%s\n", strings.Join(c.Words.Decode(s.Review(k)[1:], imdb.IndexFrom), " "),
				[]string{"negative", "positive"}[s.Label(k)], []string{"train", "test"}[i])
		}
	}
	own := load(t, path, reviews.Rules{})
	if own.Train.Len() != 25000 || own.Test.Len() != 25000 {
		t.Fatalf("%d and %d", own.Train.Len(), own.Test.Len())
	}
	want := []string{}
	for i := range c.Train.Len() {
		text := strings.Join(c.Words.Decode(c.Train.Review(i)[1:], imdb.IndexFrom), " ")
		want = append(want, fmt.Sprintf("[START] %s|%d", tokenize.Unicode.Standardize(text), c.Train.Label(i)))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, all(own, own.Train)); diff != "" {
		t.Error("other training reviews")
	}
	if word, _ := own.Words.Word(1); word != "the" {
		t.Errorf("the commonest word is %q", word)
	}
}
