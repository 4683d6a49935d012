package reviews_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/imdb/reviews"
)

func packed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zipped and tarred are archives of files, given as name and text in turn.
func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for f := range slices.Chunk(files, 2) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, f[1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for f := range slices.Chunk(files, 2) {
		h := &tar.Header{Name: f[0], Size: int64(len(f[1])), Mode: 0o600}
		if to, link := strings.CutPrefix(f[1], "-> "); link {
			h.Typeflag, h.Linkname, h.Size, f = tar.TypeSymlink, to, 0, []string{f[0], ""}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, f[1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const table = "review,sentiment\nfine,1\nbad,0\n"

// Every kind of file, under its name and, where the first bytes tell, from standard input, gives the same.
func TestKinds(t *testing.T) {
	const array = `[{"review": "fine", "sentiment": 1},` + "\n" + `{"review": "bad", "sentiment": 0}]`
	pair := []string{"pos/1.txt", "fine", "neg/1.txt", "bad", "pos/._1.txt", "\x00\x05", "__MACOSX/pos/._1.txt", "\x00", "README.txt", "no review"}
	tree := strings.Join(pair, "|")
	for name, text := range map[string]string{
		"a.csv": table, "a.csv.gz": packed(t, table), "a.tsv": strings.ReplaceAll(table, ",", "\t"), "a.zip": zipped(t, "a.csv", table, "__MACOSX/._a.csv", "x"),
		"a.json": array, "b.json": "\ufeff\n " + array + "\n\n", "a.jsonl.gz": packed(t, "{\"review\":\"fine\",\"sentiment\":1.0}\r{\"review\":\"bad\",\"sentiment\":false}\r"),
		"b.zip": zipped(t, pair...), "a.tar": tarred(t, pair...), "single.tgz": packed(t, tarred(t, "x/a.csv", table, "x/._a.csv", "x")), "a.tgz": packed(t, tarred(t, pair...)), "c.zip": zipped(t, "x/a.json.gz", packed(t, array)),
		"noname": table, "folder": tree,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if text == tree {
				for f := range slices.Chunk(pair, 2) {
					full := filepath.Join(path, filepath.FromSlash(f[0]))
					if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o700), os.WriteFile(full, []byte(f[1]), 0o600)); err != nil {
						t.Fatal(err)
					}
				}
			} else {
				path = file(t, name, text)
			}
			want := []string{"bad|0", "fine|1"}
			check := func(path string, o reviews.Options) {
				t.Helper()
				found, faults := read(t, path, o)
				got := texts(found)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" || faults != nil {
					t.Error(path, diff, faults)
				}
			}
			check(path, reviews.Options{})
			if !strings.HasSuffix(name, ".zip") && text != tree {
				check(reviews.Stdin, reviews.Options{Stdin: strings.NewReader(text)})
			}
		})
	}
}

// What is doubtful as a whole is an error, with its cause, though faulty reviews may be left out.
func TestRefused(t *testing.T) {
	cut := func(text string, n int) string { return text[:len(text)-n] }
	damaged := func(text string, at int) string {
		b := []byte(text)
		b[at] ^= 1
		return string(b)
	}
	whole := tarred(t, "pos/1.txt", "fine", "neg/1.txt", "bad")
	store := zipped(t, "a.csv", table)
	tree := zipped(t, "pos/1.txt", "fine", "neg/1.txt", "bad")
	stars := "review,sentiment\nawful,1\nbad,1\nfine,%s\n"
	for name, c := range map[string]struct {
		name, text, want string
		o                reviews.Options
	}{
		"a wrong checksum":           {"a.csv.gz", damaged(packed(t, table), len(packed(t, table))-8), "damaged", reviews.Options{}},
		"a wrong checksum, tar":      {"a.tar.gz", damaged(packed(t, whole), len(packed(t, whole))-8), "damaged", reviews.Options{}},
		"a wrong checksum, array":    {"a.json.gz", damaged(packed(t, `[{"review":"fine"}]`), len(packed(t, `[{"review":"fine"}]`))-8), "damaged", reviews.Options{}},
		"gzip cut":                   {"a.csv.gz", cut(packed(t, table), 3), "cut short", reviews.Options{}},
		"a tar without its end":      {"a.tar", whole[:1024], "cut short", reviews.Options{}},
		"a tar cut in a review":      {"a.tar", whole[:514], "not a whole archive", reviews.Options{}},
		"a packed tar without end":   {"a.tgz", packed(t, whole[:1024]), "cut short", reviews.Options{}},
		"zip cut":                    {"a.zip", cut(store, 5), "not a whole archive", reviews.Options{}},
		"zip damaged":                {"a.zip", damaged(store, strings.Index(store, "fine")), "damaged", reviews.Options{}},
		"zip of a folder damaged":    {"a.zip", damaged(tree, strings.Index(tree, "fine")), "damaged", reviews.Options{}},
		"zip of two":                 {"a.zip", zipped(t, "a.csv", table, "b.csv", table), "a.csv and b.csv", reviews.Options{}},
		"tar of two":                 {"a.tar", tarred(t, "a.csv", table, "b.csv", table), "a.csv and b.csv", reviews.Options{}},
		"tar of nothing":             {"a.tar", tarred(t, "a.pdf", ""), "neither", reviews.Options{}},
		"zip of nothing":             {"a.zip", zipped(t, "a.pdf", ""), "neither", reviews.Options{}},
		"an array cut":               {"a.json", `[{"review":"fine"},`, "cut short", reviews.Options{}},
		"an array and more":          {"a.json", `[{"review":"fine"}] x`, "behind the JSON array", reviews.Options{}},
		"an array broken":            {"a.json", `[{"review":"fine"},{"review":]`, "row 2", reviews.Options{}},
		"UTF-16":                     {"a.csv", "\xff\xfer\x00e\x00", "UTF-16", reviews.Options{}},
		"UTF-16, big":                {"a.txt", "\xfe\xff\x00r", "UTF-16", reviews.Options{}},
		"UTF-16 without a mark":      {"a.jsonl", "{\x00\"\x00", "UTF-16", reviews.Options{}},
		"stars":                      {"a.csv", fmt.Sprintf(stars, "5"), "stars", reviews.Options{}},
		"ten stars":                  {"a.csv", fmt.Sprintf(stars, "10.0"), "stars", reviews.Options{}},
		"minus one":                  {"a.csv", fmt.Sprintf(stars, "-1"), "stars", reviews.Options{}},
		"half a star":                {"a.csv", fmt.Sprintf(stars, "0.5"), "stars", reviews.Options{}},
		"stars in JSON":              {"a.jsonl", `{"review":"fine","label":4}`, "stars", reviews.Options{}},
		"no review":                  {"a.csv", "review,sentiment\n", "there is no review", reviews.Options{}},
		"an empty text file":         {"a.txt", "\n \r\n", "there is no review", reviews.Options{}},
		"an empty array":             {"a.json", "[]", "there is no review", reviews.Options{}},
		"only faulty ones":           {"a.csv", "review,sentiment\nfine,five\n", "no review is left", reviews.Options{}},
		"two texts in CSV":           {"a.csv", "id,text,review\n1,a,b\n", `"text" and "review"`, reviews.Options{}},
		"two labels in CSV":          {"a.csv", "label;review;sentiment\n1;a;1\n", `"label" and "sentiment"`, reviews.Options{}},
		"two texts in JSON":          {"a.jsonl", `{"text":"a","review":"b"}`, `"text" and "review" may hold the texts; --text-column`, reviews.Options{}},
		"two labels in JSON":         {"a.json", `[{"text":"a","sentiment":1,"label":0}]`, `"sentiment" and "label" may hold the labels; --label-column`, reviews.Options{}},
		"the same name twice":        {"a.jsonl", `{"text":"a","text":"b"}`, `"text" and "text" may hold the texts; rename`, reviews.Options{}},
		"a flag that names none":     {"a.csv", table, `--text-column is "comment"`, reviews.Options{TextColumn: "comment"}},
		"a label that is not there":  {"a.csv", table, `--label-column is "stars", but the names here are "review", "sentiment"`, reviews.Options{LabelColumn: "stars"}},
		"no column of labels":        {"a.csv", "review,rating\nfine,positive\n", `--label-column says which: "review", "rating"`, reviews.Options{Labelled: true}},
		"lines have no labels":       {"a.txt", "fine\n", "no labels", reviews.Options{Labelled: true}},
		"lines without a kind":       {"noname", "fine\nbad\n", "--kind txt", reviews.Options{}},
		"a kind that it is not":      {"a.txt", "fine\nbad\n", "the first line must name the columns", reviews.Options{Kind: reviews.CSV}},
		"a zip from standard input":  {"-", store, "a file of its own", reviews.Options{}},
		"gzip that is none":          {"a.csv.gz", table, "not a gzip file", reviews.Options{}},
		"stars by the flag's column": {"a.csv", "review,stars\nfine,4\n", "stars", reviews.Options{LabelColumn: "stars"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.name
			c.o.Skip = true
			if path == reviews.Stdin {
				c.o.Stdin = strings.NewReader(c.text)
			} else {
				path = file(t, c.name, c.text)
			}
			err := reviews.Read(t.Context(), path, c.o, func(reviews.Review) error { return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			var fault *reviews.Fault
			if errors.As(err, &fault) {
				t.Error("it passes for the fault of one review")
			}
		})
	}
}

func TestColumnsAreAsked(t *testing.T) {
	for name, c := range map[string]struct {
		name, text string
		o          reviews.Options
		want       string
	}{
		"CSV":           {"a.csv", "Comment,stars,mood\nfine,5,positive\n", reviews.Options{TextColumn: "comment", LabelColumn: "mood"}, "fine|1"},
		"one of two":    {"a.csv", "text,review,label\nfine,no,1\n", reviews.Options{TextColumn: "text"}, "fine|1"},
		"no labels":     {"a.csv", "text,label\nfine,5\n", reviews.Options{LabelColumn: reviews.NoColumn}, "fine|-1"},
		"a single one":  {"a.csv", "comment\nwell, fine\n", reviews.Options{TextColumn: "comment"}, "well, fine|-1"},
		"JSON":          {"a.jsonl", `{"comment":"fine","mood":"neg","label":7}`, reviews.Options{TextColumn: "comment", LabelColumn: "mood"}, "fine|0"},
		"one of two, J": {"a.json", `[{"text":"no","review":"fine"}]`, reviews.Options{TextColumn: "review"}, "fine|-1"},
	} {
		t.Run(name, func(t *testing.T) {
			found, faults := read(t, file(t, c.name, c.text), c.o)
			if diff := cmp.Diff([]string{c.want}, texts(found)); diff != "" || faults != nil {
				t.Error(diff, faults)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	put := func(t *testing.T, names ...string) string {
		dir := t.TempDir()
		for _, name := range names {
			full := filepath.Join(dir, filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o700), os.WriteFile(full, []byte("fine"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	link := func(t *testing.T, to, name string) {
		if err := os.Symlink(to, name); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("are followed", func(t *testing.T) {
		dir, other := put(t, "pos/1.txt"), put(t, "bad/1.txt", "one")
		link(t, filepath.Join(other, "bad"), filepath.Join(dir, "neg"))
		link(t, filepath.Join(other, "one"), filepath.Join(dir, "pos", "2.txt"))
		found, faults := read(t, dir, reviews.Options{})
		if diff := cmp.Diff([]string{"fine|0", "fine|1", "fine|1"}, texts(found)); diff != "" || faults != nil {
			t.Error(diff, faults)
		}
	})
	t.Run("that lead back are refused", func(t *testing.T) {
		dir := put(t, "pos/1.txt")
		link(t, dir, filepath.Join(dir, "pos", "again"))
		err := reviews.Read(t.Context(), dir, reviews.Options{Skip: true}, func(reviews.Review) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "again: this link leads back") {
			t.Error(err)
		}
	})
	t.Run("that lead nowhere are named", func(t *testing.T) {
		dir := put(t, "pos/1.txt", "neg/other.md")
		link(t, "missing", filepath.Join(dir, "pos", "2.txt"))
		found, faults := read(t, dir, reviews.Options{})
		if len(found) != 1 || len(faults) != 2 || !strings.HasPrefix(faults[0], "neg/other.md: the name") || !strings.HasPrefix(faults[1], "pos/2.txt: ") {
			t.Errorf("%d reviews, %q", len(found), faults)
		}
	})
	t.Run("in archives are named", func(t *testing.T) {
		found, faults := read(t, file(t, "a.tar", tarred(t, "pos/1.txt", "fine", "pos/2.txt", "-> 1.txt", "neg", "-> pos")), reviews.Options{})
		if len(found) != 1 || len(faults) != 2 || !strings.HasPrefix(faults[0], "neg: a link to \"pos\"") {
			t.Errorf("%d reviews, %q", len(found), faults)
		}
	})
}

// A text that a spreadsheet would take for a formula is guarded, and given back.
func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-fine": "'-fine", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=1": "''=1", "'fine'": "'fine'", "": "", "fine = good": "fine = good", "'": "'",
	} {
		if got := reviews.Guard(text); got != want || reviews.Unguard(got) != text {
			t.Errorf("%q: %q, and back %q", text, got, reviews.Unguard(got))
		}
	}
	found, _ := read(t, file(t, "judged.csv", strings.Join(reviews.Judged, ",")+"\n'=fine,positive,0.9,positive\n"), reviews.Options{})
	if diff := cmp.Diff([]string{"=fine|1"}, texts(found)); diff != "" {
		t.Error(diff)
	}
	found, _ = read(t, file(t, "other.csv", "review,sentiment\n'=fine,1\n"), reviews.Options{})
	if diff := cmp.Diff([]string{"'=fine|1"}, texts(found)); diff != "" {
		t.Error(diff)
	}
}
