package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"cuaderno/training"
	"cuaderno/web"
)

// pages are whole documents in every state.
func pages() map[string]web.PageView {
	all := map[string]web.PageView{}
	for _, l := range web.Langs {
		all["fresh "+string(l)] = freshPage(l)
		all["done "+string(l)] = donePage(l)
		all["mixed "+string(l)] = mixedPage(l)
		all["loading "+string(l)] = loadingPage(l)
	}
	return all
}

// element is what the checks need to know of one element.
type element struct {
	tag  string
	attr map[string]string
}

// elements reads a document strictly: every element closed, in order, ids unique.
func elements(t *testing.T, doc string) []element {
	t.Helper()
	var all []element
	var open []string
	z := html.NewTokenizer(strings.NewReader(doc))
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			e := element{token.Data, map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Key]; twice {
					t.Errorf("<%s> has %s twice", e.tag, a.Key)
				}
				e.attr[a.Key] = a.Val
			}
			all = append(all, e)
			if kind == html.StartTagToken && !void[e.tag] {
				open = append(open, e.tag)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
	return all
}

func find(all []element, attr, value string) (element, bool) {
	for _, e := range all {
		if v, ok := e.attr[attr]; ok && v == value {
			return e, true
		}
	}
	return element{}, false
}

func TestPagesAreWellFormed(t *testing.T) {
	for name, p := range pages() {
		t.Run(name, func(t *testing.T) {
			all := elements(t, render(t, web.Page(p)))
			ids := map[string]bool{}
			for _, e := range all {
				if id := e.attr["id"]; id != "" {
					if ids[id] {
						t.Errorf("two elements have the id %s", id)
					}
					ids[id] = true
				}
			}
			for _, e := range all {
				for _, a := range []string{"for", "form", "aria-describedby", "aria-labelledby", "aria-controls"} {
					for _, id := range strings.Fields(e.attr[a]) {
						if !ids[id] {
							t.Errorf("<%s %s=%q>: no such id", e.tag, a, id)
						}
					}
				}
			}
		})
	}
}

// The content security policy allows neither; nor does the page reach for another origin.
func TestNothingInline(t *testing.T) {
	for name, p := range pages() {
		t.Run(name, func(t *testing.T) {
			doc := render(t, web.Page(p))
			for _, e := range elements(t, doc) {
				for a, v := range e.attr {
					if a == "style" || strings.HasPrefix(a, "on") {
						t.Errorf("<%s %s=%q>", e.tag, a, v)
					}
					if (a == "src" || a == "href" || a == "action" || a == "formaction") && !regexp.MustCompile(`^(/[^/]|/$|#|\?)`).MatchString(v) {
						t.Errorf("<%s %s=%q> leaves this origin", e.tag, a, v)
					}
				}
				if e.tag == "style" || e.tag == "script" && e.attr["src"] == "" {
					t.Errorf("inline <%s>", e.tag)
				}
			}
		})
	}
}

func TestCells(t *testing.T) {
	all := elements(t, render(t, web.Page(freshPage(web.ES))))
	var ids []string
	for _, e := range all {
		if e.attr["class"] == "cell" {
			ids = append(ids, e.attr["data-cell"])
			if e.tag != "section" || e.attr["id"] != "cell-"+e.attr["data-cell"] || e.attr["data-validity"] != "fresh" || e.attr["data-activity"] != "ready" {
				t.Errorf("not a cell as DESIGN has it: %v", e)
			}
		}
	}
	if want := strings.Fields("intro load inspect pad model compile fit evaluate classify compare"); !slices.Equal(ids, want) {
		t.Errorf("cells %v, want %v", ids, want)
	}
	for _, id := range ids {
		for _, part := range []string{"gutter", "head", "form", "code", "output", "notes"} {
			if _, ok := find(all, "id", web.ElementID(part, id)); !ok {
				t.Errorf("no %s-%s", part, id)
			}
		}
		form, _ := find(all, "id", "form-"+id)
		if form.attr["method"] != "post" || form.attr["action"] != "/cells/"+id+"/run" {
			t.Errorf("form-%s does not run without scripts: %v", id, form.attr)
		}
		stop, _ := find(all, "id", "stop-"+id)
		if stop.attr["formaction"] != "/cells/"+id+"/interrupt" || stop.attr["form"] != "form-"+id || stop.attr["data-action"] != "interrupt" {
			t.Errorf("stop-%s does not stop: %v", id, stop.attr)
		}
		output, _ := find(all, "id", "output-"+id)
		if _, ok := output.attr["data-output"]; !ok {
			t.Errorf("output-%s has no data-output", id)
		}
	}
}

func TestButtonFollowsActivity(t *testing.T) {
	for activity, want := range map[web.Activity]string{web.Ready: "run", web.Broken: "run", web.Running: "interrupt", web.Queued: "interrupt"} {
		c := with(fresh(web.EN, "fit"), func(c *web.CellView) { c.Activity = activity })
		var shown []string
		for _, e := range elements(t, render(t, web.Gutter(c))) {
			if _, hidden := e.attr["hidden"]; !hidden && e.attr["data-action"] != "" {
				shown = append(shown, e.attr["data-action"])
			}
		}
		if !slices.Equal(shown, []string{want}) {
			t.Errorf("%s shows %v, want %s", activity, shown, want)
		}
	}
}

func TestFields(t *testing.T) {
	for _, l := range web.Langs {
		all := elements(t, render(t, web.Page(freshPage(l))))
		names := []string{"index", "review"}
		for _, f := range training.Fields {
			names = append(names, f.Name)
		}
		for _, name := range names {
			e, ok := find(all, "name", name)
			if !ok {
				t.Errorf("%s: no field %s", l, name)
				continue
			}
			if _, ok := find(all, "for", e.attr["id"]); !ok {
				t.Errorf("%s: field %s has no label", l, name)
			}
		}
	}
}

// What a form shows must be what the server reads back.
func TestFormsShowSettings(t *testing.T) {
	value := regexp.MustCompile(`name="learning_rate"[^>]* value="([^"]*)"`)
	for l, want := range map[web.Lang]string{web.EN: "0.001", web.ES: "0,001"} {
		m := value.FindStringSubmatch(render(t, web.Form(fresh(l, "compile"))))
		if m == nil || m[1] != want {
			t.Fatalf("%s: %v, want %s", l, m, want)
		}
		f, _ := training.FieldByName("learning_rate")
		s := training.Settings{}
		if err := f.Set(&s, m[1]); err != nil || s.LearningRate != .001 {
			t.Errorf("%s: %s reads as %v (%v)", l, m[1], s.LearningRate, err)
		}
	}
}

func TestErrorsStandBesideTheField(t *testing.T) {
	c := with(fresh(web.ES, "model"), func(c *web.CellView) {
		c.Invalid = map[string]string{"dropout": "1,5", "units": "\"><b>"}
	})
	doc := render(t, web.Form(c))
	all := elements(t, doc)
	for field, typed := range c.Invalid {
		e, _ := find(all, "name", field)
		if e.attr["value"] != typed || e.attr["aria-invalid"] != "true" || !strings.Contains(e.attr["aria-describedby"], "error-"+field) {
			t.Errorf("%s: %v", field, e.attr)
		}
	}
	for _, sentence := range []string{"Un número de 0 a 0,9.", "Un número entero de 1 a 512."} {
		if !strings.Contains(doc, sentence) {
			t.Errorf("the form does not say %q", sentence)
		}
	}
	long := with(fresh(web.EN, "classify"), func(c *web.CellView) {
		c.Invalid = map[string]string{"review": strings.Repeat("é", training.MaxReview+1)}
	})
	if doc := render(t, web.Form(long)); !strings.Contains(doc, "At most 20,000 characters. This review has 20,001.") {
		t.Error("the form does not say that the review is too long")
	}
}

func TestResultsAsAttributes(t *testing.T) {
	for _, l := range web.Langs {
		all := elements(t, render(t, web.Page(donePage(l))))
		for attr, want := range map[string]string{
			"data-probability": "0.9134", "data-accuracy": "0.8382", "data-loss": "0.3812",
			"data-epoch": "8", "data-state": "interrupted", "data-parameters": "2691713",
		} {
			if _, ok := find(all, attr, want); !ok {
				t.Errorf("%s: no %s=%q", l, attr, want)
			}
		}
	}
}

func TestReviewsAreEscaped(t *testing.T) {
	const hostile = `</textarea><script>alert(1)</script>`
	c := with(done(web.EN, "classify", sampleClassify(.5)), func(c *web.CellView) {
		r := c.Result.(web.ClassifyResult)
		r.Lowered, r.Filtered = hostile, hostile
		r.Tokens = []web.OwnToken{{Text: hostile, Word: hostile, ID: 2}}
		c.Result, c.Review = r, hostile
		c.Changes, c.Validity = []web.Change{{"review", "<i>", "<b>"}}, web.Stale
	})
	if doc := render(t, web.Cell(c)); strings.Contains(doc, "<script") || strings.Contains(doc, "<i>") {
		t.Error("the review came through as markup")
	}
}

// Every hook that a script looks for is on the page.
func TestScriptsFindTheirHooks(t *testing.T) {
	page := mixedPage(web.EN)
	page.Offer = []web.Setting{{Name: "maxlen", Value: "33"}}
	doc := render(t, web.Page(page))
	files, err := filepath.Glob("../static/js/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	selector := regexp.MustCompile(`\[(data-[a-z-]+)`)
	dataset := regexp.MustCompile(`needData\(\w+, "([a-z]+)"\)`)
	hooks := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range selector.FindAllStringSubmatch(string(b), -1) {
			hooks++
			if !strings.Contains(doc, m[1]) {
				t.Errorf("%s looks for %s", f, m[1])
			}
		}
		for _, m := range dataset.FindAllStringSubmatch(string(b), -1) {
			hooks++
			if !strings.Contains(doc, "data-"+m[1]) {
				t.Errorf("%s reads data-%s", f, m[1])
			}
		}
	}
	if hooks < 15 {
		t.Errorf("only %d hooks found: has the way of writing them changed?", hooks)
	}
}
