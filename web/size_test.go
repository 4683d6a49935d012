package web_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"cuaderno/static"
	"cuaderno/web"
)

func zipped(t *testing.T, text string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// DESIGN's and LOOK's budgets: style and scripts under 30 KB, the first page with all of it under 60.
func TestSizes(t *testing.T) {
	all := 0
	for _, n := range static.Sizes() {
		all += n
	}
	if all > 30_000 {
		t.Errorf("style and scripts take %d bytes", all)
	}
	for name, p := range pages() {
		n := zipped(t, render(t, web.Page(p)))
		t.Logf("%s: page %d bytes, with style and scripts %d", name, n, n+all)
		if n+all > 60_000 {
			t.Errorf("%s takes %d bytes", name, n+all)
		}
	}
}
