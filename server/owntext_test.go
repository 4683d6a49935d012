package main

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cuaderno/server/datasets"
	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
	"cuaderno/training/imdb/reviews"
	"cuaderno/training/nn"
	"cuaderno/training/tokenize"
)

// The data set's own test reviews, written out as words and classified as texts, are what evaluate judged: the
// same numbers, the same probabilities. Words that its list lacks change nothing. A network that nobody trained is enough for that.
func TestOwnTextIsReadAsTheDataSetIs(t *testing.T) {
	c, data := imdbtest.Corpus(t), imdbtest.Dir(t)
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	s := servertest.Settings(t, "num_words=500 embedding_dim=8 units=8 maxlen=40")
	s.NumWords, s.EmbeddingDim, s.Units = 88_587, 4, 4
	params, predictor := servertest.SmallJudge(s)
	meta := checkpoint.Meta{Settings: s, Corpus: c.Name, CorpusSHA256: c.SHA256, Epoch: 1}
	if err := shelve(x, "small", meta, params); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create("test.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	_ = w.Write([]string{"review", "sentiment"})
	for i := range c.Test.Len() {
		words := append(c.Words.Decode(c.Test.Review(i)[1:], imdb.IndexFrom), "Qzzzq’s", "qzzzq")
		_ = w.Write([]string{strings.Join(words, " "), labelNames[c.Test.Label(i)]})
	}
	w.Flush()
	if w.Error() != nil {
		t.Fatal(w.Error())
	}
	set := fit.Prepare(c, s).Test
	rows := make([][]int32, set.Len())
	for i := range rows {
		rows[i] = make([]int32, s.Maxlen)
		set.Row(i, rows[i])
	}
	want, err := predictor.Predict(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	var line bulkLine
	parseLine(t, x.ok("", "classify", "--run=small", "--data", data, "--in=test.csv", "--out=judged.csv", "--json"), &line)
	judged, err := os.Open("judged.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer judged.Close()
	got, err := csv.NewReader(judged).ReadAll()
	if err != nil || len(got) != len(want)+1 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, row := range got[1:] {
		if p := strconv.FormatFloat(float64(want[i]), 'g', -1, 32); row[2] != p {
			t.Fatalf("review %d has %s, evaluate %s: %.200s", i, row[2], p, row[0])
		}
	}
	var e evaluateLine
	parseLine(t, x.ok("", "evaluate", "--run=small", "--data", data, "--json"), &e)
	servertest.Same(t, "accuracy", *line.Accuracy, e.Accuracy)
}

// A word that the data set's list lacks leaves no trace, on every route, and the answer names it.
func TestWordsOutsideTheIndex(t *testing.T) {
	x, _ := trained(t)
	const with, without = "It isn’t slow — a zzzwombat! the story—was good qqq", "It isn't slow a the story was good"
	var a, b verdictLine
	parseLine(t, x.ok("", "classify", "--json", with), &a)
	parseLine(t, x.ok("", "classify", "--json", without), &b)
	servertest.Same(t, "probability", a.Probability, b.Probability)
	servertest.Same(t, "left out", [][]string{a.LeftOut, b.LeftOut}, [][]string{{"zzzwombat", "qqq"}, nil})
	servertest.Same(t, "read as", a.ReadAs, map[string]string{"isn’t": "isn't", "—": "", "story—was": "story was"})
	parseLine(t, x.ok(with+"\n", "classify", "--json", "-"), &b)
	servertest.Same(t, "from standard input", b, a)
	servertest.Has(t, x.ok("", "classify", with), `of 10 words known; left out, for the data set's list lacks them: "zzzwombat", "qqq"; read with plain signs: "isn’t", "story—was", "—")`)
	if err := os.WriteFile("mine.txt", []byte(with+"\n"+without+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(x.ok("", "classify", "--in", "mine.txt"))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	servertest.Same(t, "in a file", rows[1][2], rows[2][2])
}

// So it is on the page: the review, its tape and the sentences that are pinned.
func TestWordsOutsideTheIndexOnThePage(t *testing.T) {
	s := serve(t)
	r := s.reader()
	page := r.Open()
	r.SetTiny("1")
	r.Script("/cells/fit/pin", url.Values{"sentence": {"A zzzwombat story isn’t slow."}})
	judge := func(review string) (body, probability string) {
		t.Helper()
		servertest.Same(t, "status", r.Form("/cells/classify/fields", url.Values{"review": {review}}).Status, http.StatusSeeOther)
		servertest.Same(t, "status", r.Form("/cells/classify/run", nil).Status, http.StatusSeeOther)
		page.Until("classify", "evaluated", "ready")
		body = r.Get("/").Body
		return body, servertest.Find(t, body, `data-probability="([0-9.e-]+)"`)
	}
	plain, want := judge("A story isn't slow.")
	if strings.Contains(plain, "data-absent") || strings.Contains(plain, "data-reread") {
		t.Error("something is said to have been left out")
	}
	body, got := judge("A zzzwombat story isn’t slow —.")
	servertest.Same(t, "probability", got, want)
	servertest.Same(t, "words on the tape", strings.Count(body, " data-word"), 4)
	servertest.Has(t, body, "“zzzwombat”.")
	servertest.Has(t, body, "“isn’t” as “isn&#39;t”, “—” as a blank.")
	servertest.Has(t, body, `data-rule="imdb"`)
	for !strings.Contains(r.Get("/").Body, "1 left out") {
		page.Next()
	}
	servertest.Find(t, r.Get("/").Body, `([1-4] of 5 words known) · 1 left out`)
}

// What was learnt from own reviews under the rule of before goes on to be judged by it.
func TestOwnReviewsOfBefore(t *testing.T) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	words := imdb.NewWordIndexBy(tokenize.ASCII, []string{"película", "¿pésima", "pésima"})
	ids := [][]int32{{1, 4, 5}, {1, 4, 6}}
	c := &imdb.Corpus{Name: reviews.Name, Words: words, Train: imdb.NewSplit(ids, []int{0, 1}), Test: imdb.NewSplit(ids, []int{0, 1})}
	c.SHA256 = imdb.Identity(c.Train, c.Test, c.Words)
	servertest.Same(t, "its hash is that of before", c.SHA256, imdb.StreamSHA256(c.Train, c.Test))
	if err := (shared{State: x.state}).keepCorpus(c); err != nil {
		t.Fatal(err)
	}
	s := servertest.Settings(t, "num_words=500 embedding_dim=8 units=8 maxlen=6")
	params, predictor := servertest.SmallJudge(s)
	if err := shelve(x, "before", checkpoint.Meta{Settings: s, Corpus: c.Name, CorpusSHA256: c.SHA256, Epoch: 1}, params); err != nil {
		t.Fatal(err)
	}
	want, err := predictor.Predict(t.Context(), [][]int32{{0, 1, 4, 5, 2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	var got verdictLine
	parseLine(t, x.ok("", "classify", "--run=before", "--json", "película ¿pésima? PÉSIMA zzz"), &got)
	servertest.Same(t, "probability", got.Probability, float64(want[0]))
	servertest.Has(t, x.ok("", "export", "--run=before", "--format=json", "-o", "-"), `"rule": "ascii"`)
	l := datasets.NewLibrary(servertest.Offline(t), shared{State: x.state}.keptCorpus)
	found, err := l.Find(t.Context(), c.SHA256)
	if err != nil || found.Words.Rule() != tokenize.ASCII {
		t.Errorf("the library has %v, %v", found, err)
	}
}

// shelve puts weights where the terminal keeps its runs.
func shelve(x *terminal, id string, m checkpoint.Meta, p *nn.Params) error {
	dir := filepath.Join(x.state, "runs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return runfiles.Dir{Path: dir}.Put(id, m, p)
}
