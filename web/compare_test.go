package web_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/web"
)

// book is the table of some runs, each changed a little.
func book(n int, change func(i int, r *web.RunRow)) string {
	var r web.CompareResult
	for i := range n {
		row := web.RunRow{ID: fmt.Sprint("run-", i+1), Number: i + 1, Settings: training.Defaults(), State: "finished", Epochs: sampleEpochs(4), Best: 1}
		change(i, &row)
		r.Runs = append(r.Runs, row)
	}
	return renderText(web.Output(done(web.EN, "compare", r)))
}

func all(text, pattern string) (found []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

func TestSettingsThatDifferAreSetApart(t *testing.T) {
	got := book(3, func(i int, r *web.RunRow) {
		r.Settings.Maxlen = 40
		if i == 1 {
			r.Settings.Units = 64
		}
	})
	if varies := all(got, `class="setting varies">([^<]*)`); !slices.Equal(varies, []string{"units=128", "units=64", "units=128"}) {
		t.Errorf("differing: %v", varies)
	}
	if same := all(got, `class="setting">([^<]*)`); !slices.Equal(same, []string{"maxlen=40", "maxlen=40", "maxlen=40"}) {
		t.Errorf("not the lesson's, and the same in all: %v", same)
	}
	if got := book(1, func(int, *web.RunRow) {}); !strings.Contains(got, "the lesson’s own") {
		t.Error("a run with the lesson's settings does not say so")
	}
}

func TestCurvesDifferByMoreThanTheirHue(t *testing.T) {
	got := book(9, func(i int, r *web.RunRow) { r.Current = i == 0 })
	// The latest, and the one whose model the notebook has.
	labels := all(got, `<text class="label curve[^>]*>(\d+)</text>`)
	if want := strings.Fields("1 5 6 7 8 9 1 5 6 7 8 9"); !slices.Equal(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
	if styles := all(got, `<path class="curve (curve-\d)" d="M[^"]*L`); len(slices.Compact(slices.Sorted(slices.Values(styles)))) != 6 {
		t.Errorf("styles %v", styles)
	}
	if !strings.Contains(got, `aria-label="Validation loss by epoch. run 1: 0.358 → 0.558; run 5:`) {
		t.Error("the chart is not told in words")
	}
	ys := all(got, `<text class="label curve[^>]* y="([\d.]+)"`)[:6]
	seen := map[string]bool{}
	for _, y := range ys {
		if at, err := strconv.ParseFloat(y, 64); err != nil || seen[y] || at < 30 || at > 180 {
			t.Errorf("labels in one place, or outside the chart: %v", ys)
		}
		seen[y] = true
	}
	if note := renderText(web.Notes(done(web.EN, "compare", web.CompareResult{Runs: manyRuns(9)}))); !strings.Contains(note, "The charts draw the latest <b>6</b>") {
		t.Error("that not all are drawn is not said")
	} else if strings.Contains(note, "the oldest goes") {
		t.Error("the list is not full")
	}
	if note := renderText(web.Notes(done(web.EN, "compare", web.CompareResult{Runs: manyRuns(web.MaxRuns)}))); !strings.Contains(note, "With the next one, the oldest goes.") {
		t.Error("that the list is full is not said")
	}
}

func manyRuns(n int) (all []web.RunRow) {
	for i := range n {
		all = append(all, web.RunRow{ID: fmt.Sprint(i), Number: i + 1, Settings: training.Defaults(), State: "finished", Epochs: sampleEpochs(2), Best: 1})
	}
	return all
}

func TestAxesOfTheBookFitWhatIsDrawn(t *testing.T) {
	ticks := func(epochs ...web.Epoch) []string {
		got := book(1, func(_ int, r *web.RunRow) { r.Epochs = epochs })
		return all(got, `<text class="tick" x="30"[^>]*>([^<]*)`)
	}
	// Validation loss, then accuracy; what was measured while training does not count.
	got := ticks(web.Epoch{Epoch: 1, Loss: 9, ValLoss: .312, ValAccuracy: .841}, web.Epoch{Epoch: 2, ValLoss: .448, ValAccuracy: .8725})
	if want := strings.Fields("0.30 0.35 0.40 0.45 0.84 0.85 0.86 0.87 0.88"); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := ticks(web.Epoch{Epoch: 1, ValLoss: .5, ValAccuracy: 1}); !slices.Equal(got, strings.Fields("0.50 0.51 1.00 1.01")) {
		t.Errorf("of one figure: %v", got)
	}
	if got := ticks(web.Epoch{Epoch: 1, ValLoss: math.NaN(), ValAccuracy: math.Inf(1)}); !slices.Equal(got, strings.Fields("0.0 0.2 0.4 0.6 0.8 0.0 0.2 0.4 0.6 0.8 1.0")) {
		t.Errorf("of no figure: %v", got)
	}
}

func TestWinnersOfTheBook(t *testing.T) {
	got := book(3, func(i int, r *web.RunRow) { r.Accuracy = []float64{.80, .84, 0}[i] })
	if n := strings.Count(got, "winner"); n != 2 { // one for the test set, one for validation
		t.Errorf("%d winners", n)
	}
	if got := book(1, func(_ int, r *web.RunRow) { r.Accuracy = .8 }); strings.Contains(got, "winner") {
		t.Error("a best of one")
	}
}

func TestActionsOfTheBook(t *testing.T) {
	got := book(2, func(i int, r *web.RunRow) {
		r.InUse = i == 1
		r.Name = []string{"", `<"b">`}[i]
	})
	for _, want := range []string{
		`action="/runs/run-1/settings"`, `action="/runs/run-1/rename"`, `action="/runs/run-1/delete"`,
		`action="/runs/run-2/rename"`, `data-action="load-settings"`, `data-action="rename"`, `data-action="delete"`,
		`value="&lt;&#34;b&#34;&gt;"`, `<span class="run-name">&lt;&#34;b&#34;&gt;</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(got, `/runs/run-2/delete`) {
		t.Error("a run that is in use can be deleted")
	}
	if n, forms := strings.Count(got, `name="csrf" value="token"`), strings.Count(got, "<form"); n != forms {
		t.Errorf("%d tokens in %d forms", n, forms)
	}
}

func TestValues(t *testing.T) {
	c := fresh(web.ES, "model")
	c.Invalid = map[string]string{"dropout": "mucho"}
	v := web.Values(c)
	if v["dropout"] != "0,2" || v["units"] != "128" || v["layer"] != "lstm" || len(v) != 6 {
		t.Errorf("%v", v)
	}
	if v := web.Values(fresh(web.EN, "classify")); v["review"] != web.DefaultReview {
		t.Errorf("%v", v)
	}
	// The page finds its controls by these names.
	for _, id := range web.Cells {
		form := renderText(web.Form(fresh(web.EN, id)))
		for name := range web.Values(fresh(web.EN, id)) {
			if !strings.Contains(form, `id="field-`+name+`"`) {
				t.Errorf("no control for %s", name)
			}
		}
	}
}

func TestProbabilitiesKeepShortOfCertainty(t *testing.T) {
	for p, want := range map[float64]string{
		.0001: "<\u20090.01", .005: "0.01", .5: "0.50", .994: "0.99", .9999: ">\u20090.99", 0: "0.00", 1: "1.00",
	} {
		if got := web.EN.P(p); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
	got := renderText(web.Output(done(web.EN, "classify", sampleClassify(.0004))))
	if !strings.Contains(got, "P(liked) &lt;\u20090.01 ·") {
		t.Error(got[:400])
	}
}
