package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training/checkpoint"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// ownFile is the practice reviews as a file of texts, with a faulty row in between if asked for.
func ownFile(t *testing.T, n int, faulty string) string {
	t.Helper()
	c := practice.New()
	path := filepath.Join(t.TempDir(), "own.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	_ = w.Write([]string{"review", "sentiment"})
	for i := range n {
		_ = w.Write([]string{strings.Join(c.Words.Decode(c.Train.Review(i)[1:], imdb.IndexFrom), " "), labelNames[c.Train.Label(i)]})
		if i == n/2 {
			w.Flush()
			fmt.Fprint(f, faulty)
		}
	}
	w.Flush()
	if w.Error() != nil {
		t.Fatal(w.Error())
	}
	return path
}

func TestOwnReviews(t *testing.T) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	path := ownFile(t, 1000, "caf\xe9,positive\nfine,\n")
	t.Run("a fault ends it", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", train("--epochs=1", "--reviews", path)...)
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, err.Error(), "line 503, row 502: not UTF-8")
		servertest.Has(t, err.Error(), "--skip-faulty")
	})
	out, errs, err := x.run(t.Context(), "", train("--epochs=1", "--reviews", path, "--skip-faulty", "--test-share=0.2", "--json")...)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("is told", func(t *testing.T) {
		servertest.Has(t, errs, "Reviews: your own, 800 to train, 200 to test, from "+path)
		servertest.Has(t, errs, `place="line 503, row 502"`)
		servertest.Has(t, errs, `reason="there is no label"`)
	})
	t.Run("is known to later commands", func(t *testing.T) {
		if err := os.Rename(path, path+".gone"); err != nil {
			t.Fatal(err)
		}
		defer os.Rename(path+".gone", path)
		var m checkpoint.Meta
		parseLine(t, x.ok("", "runs", "show", "--json"), &m)
		servertest.Same(t, "corpus", m.Corpus, "reviews")
		var e evaluateLine
		parseLine(t, x.ok("", "evaluate", "--json"), &e)
		servertest.Same(t, "accuracy", fmt.Sprintf(`"val_accuracy":%v`, e.Accuracy), servertest.Find(t, out, `("val_accuracy":[0-9.]+)`))
		servertest.Has(t, x.ok("", "classify", review), "P(positive)")
		servertest.Has(t, x.ok("", "export", "--format=json", "-o", "-"), `"the":`)
		if err := os.RemoveAll(filepath.Join(x.state, "reviews")); err != nil {
			t.Fatal(err)
		}
		_, _, err := x.run(t.Context(), "", "evaluate")
		servertest.Has(t, err.Error(), "not kept here")
	})
	t.Run("mistakes", func(t *testing.T) {
		for want, args := range map[string][]string{"between 0 and 1": {"--test-share=1", "--reviews", path}, "no such file": {"--reviews=nothing.csv"}} {
			_, _, err := x.run(t.Context(), "", train(args...)...)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %v", args, err)
			}
		}
	})
}

func TestClassifyInBulk(t *testing.T) {
	x, _ := trained(t)
	path := ownFile(t, 700, "")
	var line bulkLine
	parseLine(t, x.ok("", "classify", "--in", path, "--out", "judged.csv", "--json"), &line)
	if line.Reviews != 700 || line.Labelled != 700 || line.Accuracy == nil || line.Skipped != 0 || line.File != "judged.csv" {
		t.Fatalf("%+v", line)
	}
	f, err := os.Open("judged.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 701 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	servertest.Same(t, "head", rows[0], []string{"review", "sentiment", "probability", "verdict"})
	right := 0
	for _, row := range rows[1:] {
		if row[1] == row[3] {
			right++
		}
	}
	servertest.Same(t, "accuracy", *line.Accuracy, float64(right)/700)
	servertest.Has(t, x.ok("", "classify", "--json", rows[300][0]), fmt.Sprintf(`{"probability":%.5s`, rows[300][2]))
	t.Run("without labels", func(t *testing.T) {
		if err := os.WriteFile("mine.txt", []byte("wonderful\n\nawful, \"really\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, err := x.run(t.Context(), "", "classify", "--in", "mine.txt")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out, "\n")
		servertest.Same(t, "lines", len(lines), 4)
		servertest.Has(t, lines[2], `"awful, ""really""",,0.`)
		servertest.Same(t, "summary", errs, "2 reviews judged\n")
	})
	t.Run("with faults", func(t *testing.T) {
		path := ownFile(t, 10, "caf\xe9,positive\n")
		_, _, err := x.run(t.Context(), "", "classify", "--in", path, "--out", "half.csv")
		servertest.Has(t, err.Error(), "line 8, row 7: not UTF-8")
		if _, err := os.Stat("half.csv"); err == nil {
			t.Error("half a file was written")
		}
		_, errs, err := x.run(t.Context(), "", "classify", "--in", path, "--out", "whole.csv", "--skip-faulty")
		if err != nil {
			t.Fatal(err)
		}
		servertest.Has(t, errs, "10 reviews judged; accuracy 0.")
		servertest.Has(t, errs, "; 1 left out")
	})
	t.Run("mistakes", func(t *testing.T) {
		for want, args := range map[string][]string{
			"either": {"classify"}, "standard output": {"classify", "--json", "--in", path}, "either a review": {"classify", "--in", path, "text"},
		} {
			_, _, err := x.run(t.Context(), "", args...)
			if exitCode(err) != 2 || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %v", args, err)
			}
		}
		_, _, err := x.run(t.Context(), "", "classify", "--in", path, "-o", "judged.csv")
		servertest.Has(t, err.Error(), "--force")
	})
}
