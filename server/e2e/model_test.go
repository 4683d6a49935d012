package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// The model's diagram follows the fields, before it is run again.
func TestModelDiagram(t *testing.T) {
	for _, c := range []struct {
		lang, point string
		width       int
	}{{"en", ",", 1280}, {"es", ".", 390}} {
		t.Run(fmt.Sprint(c.lang, " ", c.width), func(t *testing.T) {
			p := browser(t, c.width, c.lang)
			p.open(serve(t) + "/?lang=" + c.lang)
			p.run("model", 30*time.Second)
			drawn := `[...document.querySelectorAll('#output-model .flow span, #output-model .params')].slice(0, -1).map(e => e.textContent).join(' ')`
			ids := map[string]string{"en": "ids", "es": "números"}[c.lang]
			n := func(text string) string { return fmt.Sprintf(text, c.point) }
			// LESSON's own shapes and counts.
			p.is(drawn, "80 "+ids+" "+fmt.Sprintf("2%[1]s560%[1]s000 80 × 128 131%[1]s584 128 129", c.point))
			area := `(() => { const [e, r] = [...document.querySelectorAll('#output-model .layer svg')].map(s => s.getBoundingClientRect()).map(b => b.width * b.height); return (e / r).toFixed(1); })()`
			p.is(area, "19.5") // 2,560,000 / 131,584

			p.focus("#field-units")
			p.keys(kb.ArrowUp)
			p.is(drawn, "80 "+ids+" "+fmt.Sprintf("2%[1]s560%[1]s000 80 × 128 133%[1]s128 129 130", c.point))
			p.validity(map[string]string{"model": "stale"})
			p.is(`document.querySelector('#output-model').classList.contains('dim')`, "false")
			p.set("units", "64")
			p.set("maxlen", "20")
			p.set("num_words", "1000")
			p.set("embedding_dim", "64")
			p.set("layer", "gru")
			p.is(drawn, "20 "+ids+" "+n("64%s000 20 × 64 ")+n("24%s960 64 65"))
			p.contains("#output-model .summary", n("89%s025"))
			p.shot("model")
			if over := eval[int](p, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
				t.Errorf("the page is %d too wide", over)
			}
		})
	}
}

// What a reader changes in quick succession counts in that order, however long the ways to the server are.
func TestChangesKeepTheirOrder(t *testing.T) {
	p := browser(t, 1280, "en")
	p.open(serve(t) + "/?lang=en")
	// The first that is sent takes the longest.
	eval[bool](p, `(() => { let late = 400; const real = window.fetch;
		window.fetch = async (...a) => { late -= 100; await new Promise(r => setTimeout(r, late)); return real(...a); };
		return true; })()`)
	p.set("units", "64")
	p.set("embedding_dim", "64")
	p.set("layer", "gru")
	p.set("units", "96")
	p.wait(10*time.Second, `document.querySelector('#panel-keras-model').textContent.includes('layers.GRU(96')`)
	time.Sleep(time.Second) // for what might come late
	for field, want := range map[string]string{"units": "96", "embedding_dim": "64", "layer": "gru"} {
		if got := eval[string](p, `document.getElementById('field-%s').value`, field); got != want {
			t.Errorf("%s shows %s, %s was typed", field, got, want)
		}
	}
	p.contains("#panel-keras-model", "layers.GRU(96")
	p.contains("#panel-keras-model", "layers.Embedding(20000, 64")
}
