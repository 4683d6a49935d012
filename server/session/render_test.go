package session

import (
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/web"
)

// A screen takes as much as a page; a notebook that nobody looks at or touches lets go of it.
func TestScreensOfAQuietNotebookAreForgotten(t *testing.T) {
	d, err := openTest(t).Get(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	look := func() {
		t.Helper()
		if _, err := d.Page(t.Context(), web.EN, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	count := func(after time.Duration) (n int) {
		if err := d.call(t.Context(), func() { d.forgetRenderers(time.Now().Add(after)); n = len(d.renderers) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	look()
	servertest.Same(t, "at once", count(0), 1)
	servertest.Same(t, "later", count(2*forgetAfter), 0)
	look()
	servertest.Same(t, "the page comes back", count(0), 1)
}
