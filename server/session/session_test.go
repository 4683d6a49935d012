package session

import (
	"context"
	"io"
	"testing"
	"time"

	"cuaderno/server/servertest"

	"github.com/a-h/templ"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

func TestDeskSurvivesASlip(t *testing.T) {
	d, err := openTest(t).Get(servertest.NotebookID(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.call(t.Context(), func() { panic("slip") }); err != nil {
		t.Fatal(err)
	}
	if err := d.Do(t.Context(), notebook.RunCell{At: time.Now(), Cell: notebook.Model}); err != nil {
		t.Fatal(err)
	}
	servertest.Eventually(t, "the model", func() bool {
		p, err := d.Page(t.Context(), web.EN, "", nil)
		return err == nil && p.Cells[4].Validity == web.Evaluated
	})
}

func TestElementThatCannotBeRendered(t *testing.T) {
	s := &renderer{html: map[string]string{}}
	var m Message
	s.swap(&m, "bad", templ.ComponentFunc(func(context.Context, io.Writer) error { panic("slip") }))
	s.swap(&m, "good", templ.Raw("<p>fine</p>"))
	servertest.Same(t, "swaps", m.Swap, []Swap{{"good", "<p>fine</p>"}})
}
