package web_test

import (
	"regexp"
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
	field := func(l web.Lang, value string) string {
		return strings.Replace(l.T("fit.resume.field", value), "`"+value+"`", "<code>"+value+"</code>", 1)
	}
	for _, l := range web.Langs {
		if got := line(l, func(*web.CellView) {}); !strings.Contains(got, l.T("fit.resume.same")) {
			t.Errorf("%s, nothing changed: %s", l, got)
		}
		got := line(l, func(c *web.CellView) { c.Settings.LearningRate, c.Settings.Units = .05, 7 })
		for _, want := range []string{
			l.T("fit.resume.with"), "<code>learning_rate=0.001</code> " + field(l, "0.05"), "<code>units=128</code> " + field(l, "7"),
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in %s", l, want, got)
			}
		}
		// As a reader reads it: a list with spaces behind its commas, and Keras' point in every number.
		if plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(got, ""); !strings.Contains(plain, "), ") || regexp.MustCompile(`\d,\d|,\S| ,`).MatchString(plain) {
			t.Errorf("%s: it reads %s", l, plain)
		}
		if strings.Contains(got, "dropout=") {
			t.Errorf("%s: what has not changed is named: %s", l, got)
		}
	}
}
