package web_test

import (
	"strings"
	"testing"
	"time"

	"cuaderno/web"
)

func TestPricesAreNoFinerThanTheyAreKnown(t *testing.T) {
	for text, want := range map[string]string{
		"300ms": "about 0.5 s", "1.3s": "about 1.5 s", "4.9s": "about 5 s", "7.4s": "about 7 s", "43s": "about 45 s", "58s": "about 1 min 0 s",
		"198s": "about 3 min 20 s", "754s": "about 13 min", "4321s": "about 1 h 12 min",
	} {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		c := fresh(web.EN, "fit")
		c.Price = web.Price{Trains: true, Epochs: 15, Total: d}
		if got := render(t, web.Gutter(c)); !strings.Contains(got, ">"+want+"</p>") {
			t.Errorf("%s: no %q in %s", text, want, got)
		}
	}
}

func TestPriceTags(t *testing.T) {
	known := web.Price{Trains: true, Epochs: 15, Total: 110 * time.Second}
	rough, most := known, known
	rough.Rough, most.Most = true, true
	for _, c := range []struct {
		cell  string
		price web.Price
		want  string
	}{
		{"fit", known, "about 1 min 50 s"}, {"evaluate", known, "trains first, about 1 min 50 s"},
		{"classify", rough, "trains first, roughly 1 min 50 s"}, {"fit", most, "at most about 1 min 50 s"},
		{"fit", web.Price{Trains: true}, "time not known yet"}, {"evaluate", web.Price{Trains: true}, "trains first"},
	} {
		v := fresh(web.EN, c.cell)
		v.Price = c.price
		got := render(t, web.Gutter(v))
		if !strings.Contains(got, ">"+c.want+"</p>") || !strings.Contains(got, `aria-describedby="price-`+c.cell+`"`) {
			t.Errorf("no %q in %s", c.want, got)
		}
		v.Activity = web.Running
		if got := render(t, web.Gutter(v)); strings.Contains(got, "price") {
			t.Errorf("a price while it works: %s", got)
		}
	}
	if got := render(t, web.Gutter(fresh(web.EN, "load"))); strings.Contains(got, "price") {
		t.Errorf("a price where nothing is trained: %s", got)
	}
	s := web.StatusView{Lang: web.EN, State: web.NotebookStale, Stale: 3, Of: 10, All: known, Again: rough}
	got := render(t, web.RunAll(s))
	for _, want := range []string{`data-action="run-all"`, `data-action="run-stale"`, "Run 3 stale", "trains first, about 1 min 50 s", "trains first, roughly 1 min 50 s"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestPriceNotes(t *testing.T) {
	c := fresh(web.EN, "fit")
	c.Price = web.Price{Trains: true, Epochs: 15, Total: 198 * time.Second, Other: 160, Ratio: 1.96}
	got := notes(t, c)
	for _, want := range []string{"15 epochs at these settings take <b>about 3 min 20 s</b>", "<code>maxlen</code> 160 would take about twice as long."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	c.Price.Assumed, c.Price.Epochs, c.Price.Ratio = true, 1, 1.53
	got = notes(t, c)
	for _, want := range []string{"1 epoch on the 25,000 IMDB reviews takes", "would take about 1.5 times as long."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}
