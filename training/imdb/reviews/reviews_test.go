package reviews_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/imdb/reviews"
)

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read gives what is read of a file and the faults, leaving those out.
func read(t testing.TB, path string, o reviews.Options) (found []reviews.Review, faults []string) {
	t.Helper()
	o.Skip = true
	o.Fault = func(f *reviews.Fault) { faults = append(faults, f.Error()) }
	if err := reviews.Read(context.Background(), path, o, func(v reviews.Review) error { found = append(found, v); return nil }); err != nil {
		t.Fatal(err)
	}
	return found, faults
}

func texts(found []reviews.Review) []string {
	out := []string{}
	for _, v := range found {
		out = append(out, fmt.Sprintf("%s|%d", v.Text, v.Label))
	}
	return out
}

var long = strings.Repeat("word ", 2<<20) // 10 MB

// What is wrong with a row is said with its place; the rows around it are read.
func TestCSVFaults(t *testing.T) {
	const before, after = "review,sentiment\n\"good, \"\"very\"\" good\",positive\n", "bad,negative\r\n\"two\nlines\",pos"
	for name, c := range map[string]struct {
		rows   string
		faults []string
	}{
		"none":                   {"", nil},
		"empty lines":            {"\n\r\n", nil},
		"no label, which may be": {"fine,\n", nil},
		"another label":          {"fine,4 stars\n", []string{`line 3, row 2: the label "4 stars" is none of positive, negative, 1, 0`}},
		"too few fields":         {"fine\n", []string{"line 3, row 2: 1 fields, not 2 as the first line has; a text with commas in it stands in quotes"}},
		"too many fields":        {"fine, really,positive\n", []string{"line 3, row 2: 3 fields, not 2"}},
		"no text":                {" ,positive\n", []string{"line 3, row 2: there is no text"}},
		"Latin-1":                {"caf\xe9,positive\n", []string{"line 3, row 2: not UTF-8: byte 4 is 0xe9"}},
		// The quote closes where the next one opens.
		"a quote too few":          {"\"fine,positive\n", []string{`line 3, row 2: behind a closing quote stands "two`}},
		"a quote within":           {"\"so \"fine\" it is\",positive\n", []string{`line 3, row 2: behind a closing quote stands "fine\" it i`}},
		"10 MB":                    {long + ",positive\n", []string{"line 3, row 2: a row of 10485769 bytes"}},
		"10 MB in quotes":          {`"` + long + "\",positive\n", []string{"line 3, row 2: a row of 10485771 bytes"}},
		"10 MB in lines":           {`"` + strings.ReplaceAll(long, "word word ", "word\nword ") + "\",positive\n", []string{"line 3, row 2: a row of"}},
		"two, then one":            {"fine\nfine,positive\nfine,x\n", []string{"line 3, row 2", "line 5, row 4"}},
		"a quote too few, quoted":  {"\"fine,positive\n\"good\",1\n", []string{`line 3, row 2: behind a closing quote stands "good`}},
		"a quote too few, 1 MB":    {"\"fine,positive\n" + strings.Repeat("so so,0\n", 150_000), []string{`line 3, row 2: behind a closing quote stands "two`}},
		"a text of 1.5 MB in time": {long[:3<<19] + ",1\n", []string{"line 3, row 2: a row of"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "my.csv", before+c.rows+after)
			found, faults := read(t, path, reviews.Options{})
			if len(faults) != len(c.faults) {
				t.Fatalf("faults %.300q, want %q", faults, c.faults)
			}
			for i, want := range c.faults {
				if !strings.HasPrefix(faults[i], want) {
					t.Errorf("fault %.200s, want %s", faults[i], want)
				}
			}
			got := texts(found)
			if lines := strings.Count(c.rows, "so so"); lines > 0 && len(got) != 3+lines {
				t.Errorf("%d reviews of %d", len(got), 3+lines)
			}
			want := []string{`good, "very" good|1`, "bad|0", "two\nlines|1"}
			if diff := cmp.Diff(want, []string{got[0], got[len(got)-2], got[len(got)-1]}); diff != "" {
				t.Error(diff)
			}
			err := reviews.Read(t.Context(), path, reviews.Options{}, func(reviews.Review) error { return nil })
			var fault *reviews.Fault
			if (err == nil) != (c.faults == nil) || err != nil && (!errors.As(err, &fault) || fault.Place.Line != 3 || fault.Place.Row != 2) {
				t.Errorf("not skipping: %.200v", err)
			}
		})
	}
	t.Run("quotes that never end", func(t *testing.T) {
		found, faults := read(t, file(t, "my.csv", "review,sentiment\n\"fine,1\n"+strings.Repeat("so so,0\n", 150_000)), reviews.Options{})
		if len(found) != 150_000 || len(faults) != 1 || !strings.HasPrefix(faults[0], "line 2, row 1: its quotes do not end") {
			t.Errorf("%d reviews, faults %q", len(found), faults)
		}
	})
}

func TestCSVHeads(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"as it is spread":  {"review,sentiment\nfine,positive\n", []string{"fine|1"}},
		"other order":      {"id,Label,Text\n7,0,fine\n", []string{"fine|0"}},
		"a mark before it": {"\ufeffreview,sentiment\nfine,1\n", []string{"fine|1"}},
		"quoted names":     {"\"review\",\"sentiment\"\nfine,1\n", []string{"fine|1"}},
		"semicolons":       {"reseña;sentimiento\nno, nada;negativo\n", []string{"no, nada|0"}},
		"tabs":             {"review\tsentiment\nno, nothing\tneg\n", []string{"no, nothing|0"}},
		"texts alone":      {"review\nfine\n\"and, well\"\n", []string{"fine|-1", "and, well|-1"}},
		"what splits them": {"sep=;\r\nreview;sentiment\r\nno, nada;1\r\n", []string{"no, nada|1"}},
		"another sign":     {"\"sep=|\"\nreview|sentiment\nno; nada|1\n", []string{"no; nada|1"}},
		"old ends":         {"review,sentiment\rfine,1\r\"two\rlines\",0\r", []string{"fine|1", "two\nlines|0"}},
		"as numbers":       {"review,sentiment\nfine,1.0\nbad,0.0\nwho knows,nan\n", []string{"fine|1", "bad|0", "who knows|-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, faults := read(t, file(t, "my.csv", c.text), reviews.Options{})
			if diff := cmp.Diff(c.want, texts(found)); diff != "" || faults != nil {
				t.Error(diff, faults)
			}
		})
	}
	for name, text := range map[string]string{"nothing": "", "no head": "fine,positive\nbad,negative\n", "another head": "id,rating\n1,2\n"} {
		t.Run(name, func(t *testing.T) {
			err := reviews.Read(t.Context(), file(t, "my.csv", text), reviews.Options{Skip: true}, nil)
			if err == nil || !strings.Contains(err.Error(), "line 1: the first line must name the columns") {
				t.Errorf("%v", err)
			}
		})
	}
}

// What the standard library writes is read back, whatever it holds.
func TestCSVAsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "B", " ", ",", `"`, "\n", "é", "🎬", "'", ";", "\t", `""`, "<br />"}
	var want []string
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"review", "sentiment"})
	for range 2000 {
		text := "x"
		for range random.IntN(30) {
			text += alphabet[random.IntN(len(alphabet))]
		}
		label := random.IntN(2)
		want = append(want, fmt.Sprintf("%s|%d", text, label))
		_ = w.Write([]string{text, fmt.Sprint(label)})
	}
	w.Flush()
	found, faults := read(t, file(t, "my.csv", b.String()), reviews.Options{})
	if diff := cmp.Diff(want, texts(found)); diff != "" || faults != nil {
		t.Error(diff, faults)
	}
}

func TestJSONLines(t *testing.T) {
	object := func(v any) string {
		text, _ := json.Marshal(v)
		return string(text) + "\n"
	}
	text := "\ufeff" + object(map[string]any{"review": "fine \"really\"\nso", "sentiment": "positive"}) +
		object(map[string]any{"Text": "bad \ufffd", "label": 0, "id": 3}) + "\n" +
		"{\"review\": \"cut\n" + object(map[string]any{"review": "so", "label": true, "split": "test"}) +
		object([]int{1}) + object(map[string]any{"sentiment": 1}) + object(map[string]any{"review": []int{1}}) +
		object(map[string]any{"review": "so", "label": "so so"}) + "{\"review\": \"caf\xe9\"}\n" +
		object(map[string]any{"review": long, "label": 1}) + object(map[string]any{"review": long[:3<<19], "label": 1}) + "null\n" +
		object(map[string]any{"review": "so", "split": "dev"}) + `{"review": "the last", "label": null}`
	found, faults := read(t, file(t, "my.jsonl", text), reviews.Options{})
	if diff := cmp.Diff([]string{"fine \"really\"\nso|1", "bad \ufffd|0", "so|1", "the last|-1"}, texts(found)); diff != "" {
		t.Error(diff)
	}
	if found[2].Part != reviews.Test || found[3].Place.Line != 15 {
		t.Errorf("%+v", found)
	}
	for i, want := range []string{
		"line 4: not a JSON object", "line 6: not a JSON object", "line 7: there is no field review", "line 8: [1] is neither",
		`line 9: the label "so so"`, "line 10: not UTF-8", "line 11: a line of", "line 12: a text of 1572864 bytes", "line 13: not a JSON object",
		`line 14: the split "dev"`,
	} {
		if i >= len(faults) || !strings.HasPrefix(faults[i], want) {
			t.Errorf("fault %d of %.100q, want %s", i, faults, want)
		}
	}
}

func TestTextLines(t *testing.T) {
	found, faults := read(t, file(t, "my.txt", "\ufefffine, really\r\n\ncaf\xe9\n"+long+"\n\"bad\""), reviews.Options{})
	if diff := cmp.Diff([]string{"fine, really|-1", "\"bad\"|-1"}, texts(found)); diff != "" || len(faults) != 2 || !strings.HasPrefix(faults[1], "line 4: a ") {
		t.Errorf("%s %.200q", diff, faults)
	}
}

func TestLimitIsAsked(t *testing.T) {
	path := file(t, "my.csv", "review,sentiment\n"+long+",positive\n")
	found, faults := read(t, path, reviews.Options{Limit: 11 << 20})
	if len(found) != 1 || faults != nil {
		t.Errorf("%d reviews, %q", len(found), faults)
	}
}

func TestTooManyFaults(t *testing.T) {
	path := file(t, "my.csv", "review,sentiment\n"+strings.Repeat("x\n", 20_000))
	err := reviews.Read(t.Context(), path, reviews.Options{Skip: true}, func(reviews.Review) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "hardly reviews") {
		t.Errorf("%v", err)
	}
}

func TestReadStops(t *testing.T) {
	path := file(t, "my.csv", "review,sentiment\n"+strings.Repeat("x,1\n", 1000))
	t.Run("when its context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		err := reviews.Read(ctx, path, reviews.Options{}, func(reviews.Review) error { n++; cancel(); return nil })
		if !errors.Is(err, context.Canceled) || n > 100 {
			t.Errorf("%d reviews, %v", n, err)
		}
	})
	t.Run("when its reader has enough", func(t *testing.T) {
		enough := errors.New("enough")
		if err := reviews.Read(t.Context(), path, reviews.Options{}, func(reviews.Review) error { return enough }); err != enough {
			t.Error(err)
		}
	})
	t.Run("at other files", func(t *testing.T) {
		for name, want := range map[string]string{"my.pdf": "reviews are read from", "my.tar.gz": "not a gzip", "my.tar": "not a whole archive"} {
			if err := reviews.Read(t.Context(), file(t, name, "nothing of the sort"), reviews.Options{}, nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := reviews.Read(t.Context(), t.TempDir(), reviews.Options{}, nil); !errors.Is(err, reviews.ErrKind) {
			t.Error(err)
		}
		if err := reviews.Read(t.Context(), filepath.Join(t.TempDir(), "no.csv"), reviews.Options{}, nil); !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
}

func TestProgress(t *testing.T) {
	path := file(t, "my.csv", "review,sentiment\n"+strings.Repeat("x,1\n", 1000))
	var last, calls int64
	o := reviews.Options{Progress: func(done, total int64) {
		if done < last || total != 17+4000 {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last, calls = done, calls+1
	}}
	read(t, path, o)
	if last != 17+4000 || calls < 5 {
		t.Errorf("ended at %d after %d calls", last, calls)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("review,sentiment\n\"a \"\"b\"\"\",positive\nc,0\n")
	f.Add("review;label\n\"a\nb\";1\n\"c;0\nd;1")
	f.Fuzz(func(t *testing.T, text string) {
		path := file(t, "my.csv", text)
		n := 0
		last := 0
		_ = reviews.Read(t.Context(), path, reviews.Options{Skip: true, Limit: 50}, func(v reviews.Review) error {
			if n++; v.Place.Line <= last || len(v.Text) > 50 {
				t.Errorf("line %d after %d, %d bytes", v.Place.Line, last, len(v.Text))
			}
			last = v.Place.Line
			return nil
		})
		if ends := strings.Count(text, "\n") + strings.Count(text, "\r"); n > ends {
			t.Errorf("%d reviews in %d lines", n, ends+1)
		}
	})
}
