package e2e

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// 60 updates of the charts cost the page little script (100 ms where nothing else runs, 400 are allowed), and nothing
// in the cell changes its height.
func TestChartsAreCheap(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.run("load", 60*time.Second)
	p.small("15")
	for i := range 5 {
		p.do(chromedp.SendKeys(`#pin-sentence`, fmt.Sprintf("Sentence number %d is not bad at all%s", i, kb.Enter)))
		p.wait(10*time.Second, `document.querySelectorAll('[data-pin]').length === %d`, i+1)
	}
	p.drag([2]float64{.01, .2}, [2]float64{.99, .6})
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 15`)
	// From the first empty chart to the last epoch nothing of the cell changes its height.
	for _, width := range []int{390, 1280} {
		p.resize(width)
		eval[bool](p, `(() => {
			window.heights = {};
			window.watching?.disconnect();
			window.watching = new MutationObserver(() => {
				const { epoch, state } = document.querySelector('#output-fit').dataset;
				if (state === 'running') window.heights[epoch] = ['guess', 'output', 'pins'].map(part => document.getElementById(part + '-fit').offsetHeight).join(' ');
			});
			window.watching.observe(document.querySelector('#cell-fit'), {childList: true, subtree: true});
			return true;
		})()`)
		p.click("fit", "run")
		p.wait(60*time.Second, `document.querySelector('#cell-fit').dataset.activity === 'running'`)
		p.evaluated("fit", 120*time.Second)
		heights := eval[map[string]string](p, `window.heights`)
		if len(heights) < 12 {
			t.Errorf("seen after %d epochs only", len(heights))
		}
		for epoch, got := range heights {
			if got != heights["0"] {
				t.Errorf("%d pixels wide: at first guess, charts and pins were %s pixels high, after epoch %s %s", width, heights["0"], epoch, got)
			}
		}
	}
	eval[bool](p, `(() => { window.watching.disconnect(); return true; })()`)
	p.is(pinsJudged, "15 15 15 15 15")
	eval[bool](p, `(() => { (async () => {
		const module = document.querySelector('script[type=module]').src;
		const find = async (url, name) => new URL((await (await fetch(url)).text()).match(RegExp('"(./' + name + '[^"]*)"'))[1], module);
		window.swap = (await import(await find(await find(module, 'link'), 'swap'))).swap;
	})(); return true; })()`)
	p.wait(30*time.Second, `window.swap !== undefined`)
	cost := map[string]float64{}
	for _, id := range []string{"output-fit", "pins-fit", "notes-fit", "progress-fit"} {
		eval[bool](p, `(() => { window.took = undefined; (async () => {
			const html = document.getElementById(%q).outerHTML, took = [];
			for (let i = 0; i < 60; i++) {
				await new Promise(requestAnimationFrame);
				performance.mark('swap');
				swap([{id: %q, html}]);
				took.push(performance.measure('swap', 'swap').duration);
			}
			window.took = took.sort((a, b) => a - b);
		})(); return true; })()`, id, id)
		p.wait(60*time.Second, `window.took !== undefined`)
		// The median, for the machine has others to serve.
		cost[id] = math.Round(60 * eval[float64](p, `window.took[30]`))
	}
	t.Logf("ms of script in 60 updates: %v", cost)
	// Alone on the machine it is below 100; what a forced layout would cost is far above this.
	if spent := cost["output-fit"]; !(spent > 0 && spent < 400) {
		t.Errorf("60 updates of the charts, with the log and the gradient, take %.0f ms of script", spent)
	}
}
