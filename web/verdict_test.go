package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cuaderno/web"
)

// words are what stands on the tape: each word's class and the number beneath it.
func words(t *testing.T, l web.Lang, change func(*web.ClassifyResult)) []string {
	t.Helper()
	r := sampleClassify(.9)
	r.Tokens = nil
	for _, w := range []string{"a", "b", "c"} {
		r.Tokens = append(r.Tokens, web.OwnToken{Text: w, Word: w, Rank: 9, ID: 12, Read: true, Tried: true, After: .5})
	}
	change(&r)
	found := regexp.MustCompile(`(?s)<li class="([a-z0-9 ]*)"><button id="word-\d+".*?<small>(.*?)</small>`)
	var all []string
	for _, m := range found.FindAllStringSubmatch(render(t, web.Output(done(l, "classify", r))), -1) {
		all = append(all, strings.TrimSpace(m[1]+" "+strings.TrimSpace(m[2])))
	}
	return all
}

func TestWordsAreColouredByWhatTheyMoved(t *testing.T) {
	moved := func(m ...float64) func(*web.ClassifyResult) {
		return func(r *web.ClassifyResult) {
			for i := range m {
				r.Tokens[i].Moved = m[i]
			}
		}
	}
	for _, c := range []struct {
		l      web.Lang
		change func(*web.ClassifyResult)
		want   string
	}{
		{web.EN, moved(.4, -.2, .001), "[up l4 +0.40 down l2 −0.20 0]"},
		{web.ES, moved(.4, -.2, .001), "[up l4 +0,40 down l2 −0,20 0]"},
		// Small movements get a third decimal, and where all are tiny there is no colour.
		{web.EN, moved(.04, -.01, 0), "[up l4 +0.040 down l1 −0.010 0]"},
		{web.EN, moved(.004, -.001, 0), "[+0.004 −0.001 0]"},
		{web.EN, func(r *web.ClassifyResult) { r.Tokens[1].Out, r.Tokens[2].ID = true, 2 }, "[0 out left out oov 0]"},
	} {
		if got := fmt.Sprint(words(t, c.l, c.change)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// A word that is pressed joins those left out; one that is out comes back.
func TestPressedWords(t *testing.T) {
	r := sampleClassify(.5)
	r.Tokens[4].Out, r.Tokens[7].Out = true, true
	all := elements(t, render(t, web.Output(done(web.EN, "classify", r))))
	for id, want := range map[string]string{"word-2": "4 7 2", "word-4": "7", "word-7": "4"} {
		if e, ok := find(all, "id", id); !ok || e.attr["name"] != "without" || e.attr["value"] != want {
			t.Errorf("%s gives %q, want %q", id, e.attr["value"], want)
		}
	}
}

// A result of another review must not be worked on; one whose words are being tried may.
func TestStaleWordsAreHeld(t *testing.T) {
	for name, c := range map[string]struct {
		change         func(*web.CellView)
		disabled, dims bool
	}{
		"another review":     {func(c *web.CellView) { c.Changes = []web.Change{{Field: "review", From: "a", To: "b"}} }, true, true},
		"another run":        {func(c *web.CellView) { c.After = "fit" }, true, true},
		"a word left out":    {func(c *web.CellView) { c.Changes = []web.Change{{Field: "without", To: "3"}} }, false, false},
		"another epoch, too": {func(c *web.CellView) { c.Changes = []web.Change{{Field: "at_epoch", To: "3"}, {Field: "maxlen"}} }, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			view := with(done(web.EN, "classify", sampleClassify(.5)), c.change)
			view.Validity = web.Stale
			doc := render(t, web.Output(view))
			word, _ := find(elements(t, doc), "id", "word-0")
			if _, disabled := word.attr["disabled"]; disabled != c.disabled {
				t.Errorf("disabled: %v", disabled)
			}
			if dims := strings.Contains(doc, `class="output dim"`); dims != c.dims {
				t.Errorf("dimmed: %v", dims)
			}
			view.Activity = web.Running
			word, _ = find(elements(t, render(t, web.Output(view))), "id", "word-0")
			if _, disabled := word.attr["disabled"]; disabled || word.attr["aria-disabled"] != "true" {
				t.Errorf("while it works: %v", word.attr)
			}
		})
	}
}

// A word that the data set's list lacks has no place on the tape and no number, but is named; so is what was
// read otherwise than typed, each once.
func TestWordsWithoutATrace(t *testing.T) {
	for l, want := range map[web.Lang][]string{
		web.EN: {"“yeeears”", "“i’ve” as “i&#39;ve”, “nearly—left” as “nearly left”, “—” as a blank", "left out</span>", "a word that its list lacks is left out"},
		web.ES: {"«yeeears»", "«i’ve» como «i&#39;ve», «nearly—left» como «nearly left», «—» como un espacio", "se deja fuera</span>", "una palabra que no está en su lista se deja fuera"},
	} {
		r := cutClassify()
		doc := render(t, web.Output(done(l, "classify", r)))
		for _, text := range append(want, "data-absent", "data-reread", `data-rule="imdb"`) {
			if !strings.Contains(doc, text) {
				t.Errorf("%s: nothing says %s", l, text)
			}
		}
		if _, found := find(elements(t, doc), "id", "word-22"); found {
			t.Errorf("%s: it stands on the tape", l)
		}
		if n := strings.Count(doc, "data-word "); n+strings.Count(doc, "data-word>") != 19 { // of 23 three are cut off
			t.Errorf("%s: %d words on the tape", l, n)
		}
		for range 30 {
			r.Tokens = append(r.Tokens, web.OwnToken{Word: fmt.Sprintf("z%d", len(r.Tokens)), Absent: true})
		}
		if doc := render(t, web.Output(done(l, "classify", r))); !strings.Contains(doc, map[web.Lang]string{web.EN: "and 11 more", web.ES: "y 11 más"}[l]) {
			t.Errorf("%s: too many are named", l)
		}
	}
}

func TestLongReviewsAreFolded(t *testing.T) {
	r := sampleClassify(.5)
	var long []web.OwnToken
	for range 500 {
		long = append(long, web.OwnToken{Text: "so", Word: "so", Rank: 3, ID: 6})
	}
	r.From, r.Tokens = 501, append(long, r.Tokens...)
	doc := render(t, web.Output(done(web.EN, "classify", r)))
	if n := strings.Count(doc, "data-word"); n != len(r.Tokens)-500 || !strings.Contains(doc, "500 words never read") {
		t.Errorf("%d words on the tape", n)
	}
}

func TestWhoWins(t *testing.T) {
	for _, c := range []struct {
		run, bag float64
		want     string
	}{{.83, .887, "bag"}, {.888, .79, "run"}, {.886, .887, "even"}, {.83, 0, ""}} {
		r := sampleEvaluate()
		r.Accuracy, r.Bag = c.run, c.bag
		_, found := find(elements(t, render(t, web.Output(done(web.EN, "evaluate", r)))), "data-contest", c.want)
		if found != (c.want != "") {
			t.Errorf("%v against %v: not %q", c.run, c.bag, c.want)
		}
	}
}

func TestWhoseFiguresCompare(t *testing.T) {
	for name, change := range map[string]func(*web.EvaluateResult){
		"practice": func(r *web.EvaluateResult) { r.Practice = true }, "own": func(r *web.EvaluateResult) { r.Own = true }, "real": nil,
	} {
		r := sampleEvaluate()
		if change != nil {
			change(&r)
		}
		_, shown := find(elements(t, render(t, web.Output(done(web.EN, "evaluate", r)))), "data-score", "notebook")
		if shown != (change == nil) {
			t.Errorf("%s: the notebook's figures are shown: %v", name, shown)
		}
	}
}

func TestWhatWeighed(t *testing.T) {
	for want, moved := range map[string][]float64{
		"“b” for it (+0.40), “c” against it (−0.20)": {.1, .4, -.2}, "“a” for it (+0.30).": {.3, 0, .001}, "“c” against it (−0.30).": {0, 0, -.3},
		"No single word decides": {.001, -.002, 0},
	} {
		r := sampleClassify(.9)
		r.Tokens = nil
		for i, w := range []string{"a", "b", "c"} {
			r.Tokens = append(r.Tokens, web.OwnToken{Text: w, Word: w, ID: 12, Read: true, Tried: true, After: .5, Moved: moved[i]})
		}
		if doc := render(t, web.Notes(done(web.EN, "classify", r))); !strings.Contains(doc, want) {
			t.Errorf("%v: the notes do not say %s", moved, want)
		}
	}
}

// All units share a scale, the smallest that holds them.
func TestUnitsShareAScale(t *testing.T) {
	for most, want := range map[float64]string{.05: "± 0.1.", .2: "± 0.2.", .21: "± 0.5.", .8: "± 1."} {
		r := sampleClassify(.9)
		for i := range r.Units {
			for k := range r.Units[i].States {
				r.Units[i].States[k] = .01
			}
		}
		r.Units[2].States[3] = -most
		if doc := render(t, web.Output(done(web.EN, "classify", r))); !strings.Contains(doc, want) {
			t.Errorf("states to %v: not %s", most, want)
		}
	}
}
