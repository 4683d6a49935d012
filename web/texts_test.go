package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cuaderno/web"
)

func TestEveryTextInEveryLanguage(t *testing.T) {
	verbs := regexp.MustCompile(`%.`)
	for key, en := range web.Texts[web.EN] {
		es, ok := web.Texts[web.ES][key]
		if !ok {
			t.Errorf("%s is not in es", key)
			continue
		}
		if e, s := verbs.FindAllString(en, -1), verbs.FindAllString(es, -1); strings.Join(e, "") != strings.Join(s, "") {
			t.Errorf("%s takes %v in en and %v in es", key, e, s)
		}
	}
	for key := range web.Texts[web.ES] {
		if _, ok := web.Texts[web.EN][key]; !ok {
			t.Errorf("%s is not in en", key)
		}
	}
}

func TestTextsAreFitToPrint(t *testing.T) {
	for l, texts := range web.Texts {
		for key, text := range texts {
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s in %s is empty or has blanks around it: %q", key, l, text)
			}
			if strings.ContainsAny(text, "!¡") {
				t.Errorf("%s in %s shouts: %q", key, l, text)
			}
			for _, mark := range []string{"`", "*"} {
				if strings.Count(text, mark)%2 != 0 {
					t.Errorf("%s in %s opens a %s and does not close it", key, l, mark)
				}
			}
			if strings.Contains(text, `"`) || strings.Contains(text, "'") && !strings.Contains(text, "`") {
				t.Errorf("%s in %s has typewriter quotes: %q", key, l, text)
			}
		}
	}
}

// built are keys that the code puts together from a part and a name.
var built = regexp.MustCompile(`^(choice|gate|example|fail|notice|field|http|kernel|optimizer|score|source|stage|state|table|theme|token|topology|fit\.done|chart\.alt|chart|confusion|contest|unit|mistake\.was|code|rule|overlay|overlay\.alt|chip\.more|model\.note)\.` +
	`|^say\.(settings|deleted)$|^[a-z]+\.(name|title|fresh|\d)$|\.(one|many)$`)

func TestNoTextIsLeftOver(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_templ.go") || strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "_en.go") || strings.HasSuffix(f, "_es.go") {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
	for key := range web.Texts[web.EN] {
		if !strings.Contains(source.String(), `"`+key+`"`) && !built.MatchString(key) {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{web.EN.N(25000), "25,000"}, {web.ES.N(25000), "25.000"}, {web.EN.N(999), "999"}, {web.ES.N(2691713), "2.691.713"}, {web.EN.N(-1234), "−1,234"},
		{web.EN.F(1234.5, 1), "1,234.5"}, {web.ES.F(1234.5, 1), "1.234,5"}, {web.ES.F(.8384, 3), "0,838"}, {web.EN.F(-.05, 2), "−0.05"},
		{web.EN.F(.9996, 3), "1.000"}, {web.EN.G(.001), "0.001"}, {web.ES.G(.2), "0,2"}, {web.EN.G(5), "5"},
		{web.EN.Pct(.951), "95%"}, {web.ES.Pct(.5), "50\u00a0%"}, {web.EN.Pct(.995), "99.5%"}, {web.EN.Pct(1), "100%"}, {web.EN.Pct(0), "0%"},
		{web.EN.Pct(.00005), "<\u20090.1%"}, {web.EN.Pct(.99999), ">\u200999.9%"}, {web.EN.Pct(.0029), "0.3%"},
		{web.EN.Count("chip.queued", 1), "queued, 1 run before this"}, {web.EN.Count("chip.queued", 2), "queued, 2 runs before this"},
		{web.ES.Count("pad.title", 80), "Quedarse con 80 palabras"}, {web.ES.Count("pad.title", 1), "Quedarse con 1 palabra"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for seconds, want := range map[float64]string{0: "<\u20090.01 s", .42: "0.42 s", 13.2: "13.2 s", 59.97: "1 min 0 s", 161: "2 min 41 s", 3599.6: "1 h 0 min", 4320: "1 h 12 min"} {
		if got := web.EN.Time(secs(seconds)); got != want {
			t.Errorf("%v s: %q, want %q", seconds, got, want)
		}
	}
	if got := web.ES.Time(secs(13.2)); got != "13,2 s" {
		t.Errorf("es: %q", got)
	}
}

func TestRichEscapes(t *testing.T) {
	// An argument is text, whatever it looks like.
	got := render(t, web.EN.Rich("inspect.note.pos", "<i>*`"))
	if want := "<b>y_train[&lt;i&gt;*`] = 1</b>: the reviewer liked the film."; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
