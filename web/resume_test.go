package web_test

import (
	"strings"
	"testing"

	"cuaderno/web"
)

// Resume says with which settings the run goes on, and which of them the fields do not show.
func TestResumeSaysWithWhat(t *testing.T) {
	line := func(l web.Lang, change func(*web.CellView)) string {
		c := done(l, "fit", stoppedRun())
		c.Ran = c.Settings
		change(&c)
		_, rest, ok := strings.Cut(render(t, web.Output(c)), `id="resume-with"`)
		if !ok {
			t.Fatal("there is no such line")
		}
		text, _, _ := strings.Cut(rest, "</p>")
		return strings.Join(strings.Fields(text), " ")
	}
	for _, l := range web.Langs {
		if got := line(l, func(*web.CellView) {}); !strings.Contains(got, l.T("fit.resume.same")) {
			t.Errorf("%s, nothing changed: %s", l, got)
		}
		point := map[web.Lang]string{web.ES: "0,05", web.EN: "0.05"}[l]
		got := line(l, func(c *web.CellView) { c.Settings.LearningRate, c.Settings.Units = .05, 7 })
		for _, want := range []string{
			l.T("fit.resume.with"), "<code>learning_rate=0.001</code> " + l.T("fit.resume.field", point), "<code>units=128</code> " + l.T("fit.resume.field", "7"),
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in %s", l, want, got)
			}
		}
		if strings.Contains(got, "dropout=") {
			t.Errorf("%s: what has not changed is named: %s", l, got)
		}
	}
}
