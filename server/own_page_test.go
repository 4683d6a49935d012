package main

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/reviews"
)

// A notebook that serves the reader's own reviews says so, and does not call them IMDB's.
func TestOwnReviewsOnThePage(t *testing.T) {
	c, err := reviews.Load(t.Context(), ownFile(t, 400, ""), reviews.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	site := newSite(t, func(o *config) {
		o.Corpus.Own = func(context.Context) (*imdb.Corpus, error) { return c, nil }
	})
	r := site.reader()
	page := r.open()
	r.script("/cells/load/run", url.Values{})
	page.until("load", "evaluated", "ready")
	html := page.html["output-load"]
	has(t, html, "Your own reviews")
	has(t, html, "your own file")
	has(t, html, c.SHA256)
	if strings.Contains(html, "The IMDB reviews") || strings.Contains(html, "Keras gives") {
		t.Error("they pass for others")
	}
	r.script("/cells/inspect/run", url.Values{})
	page.until("inspect", "evaluated", "ready")
	exported := r.get("/export/ipynb").body
	has(t, exported, "your own reviews")
	has(t, exported, "unicodedata.category") // the rule
	has(t, r.get("/").body, "unicodedata.category")
	word, _ := c.Words.Word(int(c.Train.Review(0)[1]) - imdb.IndexFrom)
	has(t, page.html["output-inspect"], word)
}
