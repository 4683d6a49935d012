package main

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/server/site"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/reviews"
)

// A notebook that serves the reader's own reviews says so, and does not call them IMDB's.
func TestOwnReviewsOnThePage(t *testing.T) {
	c, err := reviews.Load(t.Context(), ownFile(t, 400, ""), reviews.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("as read", func(t *testing.T) { ownOnThePage(t, c) })
	t.Run("from the store", func(t *testing.T) { // as another server of a cluster has them
		var b bytes.Buffer
		if err := imdb.Pack(&b, c); err != nil {
			t.Fatal(err)
		}
		other, err := imdb.Unpack(&b)
		if err != nil {
			t.Fatal(err)
		}
		ownOnThePage(t, other)
	})
}

func ownOnThePage(t *testing.T, c *imdb.Corpus) {
	s := serve(t, func(o *site.Config) {
		o.Corpus.Own = func(context.Context) (*imdb.Corpus, error) { return c, nil }
	})
	r := s.reader()
	page := r.Open()
	r.Script("/cells/load/run", url.Values{})
	page.Until("load", "evaluated", "ready")
	html := page.HTML["output-load"]
	servertest.Has(t, html, "Your own reviews")
	servertest.Has(t, html, c.SHA256)
	if strings.Contains(html, "The IMDB reviews") || strings.Contains(html, "Keras gives") {
		t.Error("they pass for others")
	}
	r.Script("/cells/inspect/run", url.Values{})
	page.Until("inspect", "evaluated", "ready")
	exported := r.Get("/export/ipynb").Body
	servertest.Has(t, exported, "your own reviews")
	servertest.Has(t, exported, "unicodedata.category") // the rule
	servertest.Has(t, r.Get("/").Body, "unicodedata.category")
	word, _ := c.Words.Word(int(c.Train.Review(0)[1]) - imdb.IndexFrom)
	servertest.Has(t, page.HTML["output-inspect"], word)
	r.Script("/cells/evaluate/run", url.Values{"units": {"4"}, "embedding_dim": {"4"}, "maxlen": {"10"}, "epochs": {"1"}})
	page.Until("evaluate", "evaluated", "ready")
	html = page.HTML["output-evaluate"]
	servertest.Has(t, html, `data-score="run"`)
	if strings.Contains(html, `data-score="notebook"`) {
		t.Error("they are compared with figures of IMDB's")
	}
}

// One kind of review alone is said, on the page and in the terminal; where there is no other at all, refused.
func TestOneKindOfReview(t *testing.T) {
	const split = "review,sentiment,split\nfine,1,train\ngood,1,train\nbad,0,test\nawful,0,test\n"
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	_, errs, err := x.run(t.Context(), split, train("--epochs=1", "--reviews=-", "--kind=csv")...)
	if err != nil {
		t.Fatal(err)
	}
	servertest.Has(t, errs, "all 2 training reviews are positive")
	servertest.Has(t, errs, "all 2 test reviews are negative")
	_, _, err = x.run(t.Context(), "review,sentiment\nfine,1\ngood,1\n", train("--epochs=1", "--reviews=-", "--kind=csv")...)
	if err == nil || !strings.Contains(err.Error(), "all 2 reviews are positive; without the other kind") {
		t.Error(err)
	}
	_, _, err = x.run(t.Context(), split, train("--epochs=1", "--reviews=-", "--kind=csv", "--validation=split")...)
	if err == nil || !strings.Contains(err.Error(), "0 to validate on") {
		t.Error(err)
	}
	c, err := reviews.Load(t.Context(), reviews.Stdin, reviews.Rules{Options: reviews.Options{Stdin: strings.NewReader(split), Kind: reviews.CSV}})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(o *site.Config) {
		o.Corpus.Own = func(context.Context) (*imdb.Corpus, error) { return c, nil }
	})
	r := s.reader()
	page := r.Open()
	r.Script("/cells/load/run", url.Values{})
	page.Until("load", "evaluated", "ready")
	servertest.Has(t, page.HTML["output-load"], "All training reviews have the same label")
	servertest.Has(t, page.HTML["output-load"], "All test reviews have the same label")
}
