package e2e

import (
	"strings"
	"testing"
	"time"
)

// small makes an epoch a matter of a second.
func (p *page) small(epochs string) {
	p.t.Helper()
	for _, f := range [][2]string{{"maxlen", "20"}, {"num_words", "300"}, {"embedding_dim", "16"}, {"units", "16"}, {"epochs", epochs}} {
		p.set(f[0], f[1])
	}
	p.wait(10*time.Second, `document.querySelector('#panel-keras-fit').textContent.includes('epochs=%s')`, epochs)
}

// press clicks whatever the selector finds, and waits for it first.
func (p *page) press(selector string) {
	p.t.Helper()
	p.wait(10*time.Second, `document.querySelector(%q) !== null`, selector)
	eval[bool](p, `(() => { const e = document.querySelector(%q); e.scrollIntoView({block: 'center', behavior: 'instant'}); e.click(); return true; })()`, selector)
}

func (p *page) validity(want map[string]string) {
	p.t.Helper()
	for cell, v := range want {
		p.wait(10*time.Second, `document.getElementById('cell-%s').dataset.validity === %q`, cell, v)
	}
}

// What a reader does who changes their mind: stop, go on, change a setting, and compare.
func TestNotebookOnThePracticeCorpus(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.run("load", 60*time.Second)
	p.small("60")

	// The price stands there before anything is trained, with everything that would train.
	p.wait(60*time.Second, `/about/.test(document.getElementById('price-fit')?.textContent)`)
	p.contains("#price-classify", "trains first, about")
	p.contains("#run-all-button", "trains first, about")

	p.click("fit", "run")
	p.wait(60*time.Second, `Number(document.querySelector('#output-fit').dataset.epoch) >= 2`)
	p.click("fit", "interrupt")
	p.evaluated("fit", 30*time.Second)
	if got := p.result("fit", "state"); got != "interrupted" {
		t.Errorf("fit is %q", got)
	}
	p.contains("#output-fit", "What it learnt is kept")
	p.contains("#notes-fit", "The model")
	first := p.number("fit", "epoch")
	p.shot("interrupted")

	// What there is can be used at once, and is out of date once there is more.
	p.run("evaluate", 60*time.Second)
	p.run("classify", 60*time.Second)
	p.run("compare", 30*time.Second)
	p.contains("#output-compare", "stopped")
	p.contains("#resume-with", "the settings that the fields show")
	p.set("learning_rate", "0.01")
	p.wait(10*time.Second, `document.querySelector('#resume-with')?.textContent.includes('learning_rate=0.001')`)
	p.contains("#resume-with", "its field now says 0.01")
	p.shot("resume")
	p.set("learning_rate", "0.001")
	p.wait(10*time.Second, `document.querySelector('#resume-with')?.textContent.includes('the fields show')`)
	p.click("fit", "resume")
	p.wait(60*time.Second, `Number(document.querySelector('#output-fit').dataset.epoch) > %v`, first)
	p.click("fit", "interrupt")
	p.evaluated("fit", 30*time.Second)
	if got := p.number("fit", "epoch"); got <= first {
		t.Errorf("%v epochs after going on, %v before", got, first)
	}
	p.validity(map[string]string{"evaluate": "stale", "classify": "stale", "compare": "evaluated"})
	if got := eval[int](p, `document.querySelectorAll('#output-compare [data-run]').length`); got != 1 {
		t.Errorf("%d runs in the book, want the same one", got)
	}

	// Only what is stale runs, and nothing trains for it.
	p.click("evaluate", "run")
	p.evaluated("evaluate", 60*time.Second)
	p.press(`[data-action="run-stale"]`)
	p.evaluated("classify", 60*time.Second)

	p.set("maxlen", "24")
	p.validity(map[string]string{
		"load": "evaluated", "compile": "evaluated", "pad": "stale", "model": "stale", "fit": "stale", "evaluate": "stale", "classify": "stale",
	})
	p.contains("#head-evaluate", "stale: maxlen changed from 20 to 24")
	p.contains("#price-classify", "trains first")
	p.shot("stale")

	p.set("epochs", "2")
	p.wait(10*time.Second, `document.querySelector('#panel-keras-fit').textContent.includes('epochs=2')`)
	// One click does it all.
	p.press(`[data-action="run-stale"]`)
	p.evaluated("classify", 90*time.Second)
	p.book(url)
}

// book tries the list of two runs: their names, their settings, their end.
func (p *page) book(url string) {
	p.t.Helper()
	p.wait(10*time.Second, `document.querySelectorAll('#output-compare [data-run]').length === 2`)
	if got := eval[string](p, `[...document.querySelectorAll('.run:first-of-type .varies, .run:last-of-type .varies')].map(e => e.textContent).join(' ')`); !strings.Contains(got, "maxlen=20") || !strings.Contains(got, "maxlen=24") {
		p.t.Errorf("the settings that differ are not set apart: %q", got)
	}
	if got := eval[int](p, `document.querySelectorAll('#output-compare .overlay path.curve').length`); got != 4 {
		p.t.Errorf("%d curves in two charts of two runs", got)
	}
	p.shot("compared")
	first := `.run:first-of-type`
	p.press(`.run [data-key^="rename"] summary`)
	eval[bool](p, `(() => { document.querySelector('%s input[name=name]').value = 'the <first>'; return true; })()`, ".run")
	p.press(`.run [data-action="rename"]`)
	p.wait(10*time.Second, `document.querySelector('.run .run-name')?.textContent === 'the <first>'`)

	other := p.tab()
	other.open(url + "/?lang=en")
	p.press(`.run [data-action="load-settings"]`)
	for _, page := range []*page{p, other} {
		page.wait(10*time.Second, `document.getElementById('field-maxlen').value === '20'`)
	}
	p.validity(map[string]string{"fit": "stale", "load": "evaluated", "compare": "evaluated"})

	// What is typed and not allowed is not there after a reload.
	eval[bool](p, `(() => { const e = document.getElementById('field-units'); e.value = '9000'; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`)
	p.wait(10*time.Second, `document.querySelector('#error-units') !== null`)
	p.open(url + "/?lang=en")
	if got := eval[string](p, `document.getElementById('field-units').value`); got != "16" {
		p.t.Errorf("after a reload units is %q", got)
	}
	p.press(first + ` [data-key^="delete"] summary`)
	p.press(first + ` [data-action="delete"]`)
	p.wait(10*time.Second, `document.querySelectorAll('#output-compare [data-run]').length === 1`)
	p.everyLook()
}
