package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"cuaderno/web"
)

// types writes into a field as a reader does who stays in it.
func (p *page) types(field, text string) {
	p.t.Helper()
	eval[bool](p, `(() => { const e = document.getElementById(%q); e.focus(); e.select(); return true; })()`, field)
	for _, r := range text {
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: string(r)})
			return err
		}))
	}
}

func (p *page) value(field string) string {
	p.t.Helper()
	return eval[string](p, `document.getElementById(%q).value`, field)
}

// holds waits until a field, as the notebook has it on a page of its own, holds a text.
func (p *page) holds(field, text string) {
	p.t.Helper()
	p.wait(20*time.Second, `document.getElementById(%q).value === %q`, field, text)
}

const unkept = `document.querySelector('.note-beside[data-late=%q]')`

// What is typed, drawn, pinned and named while the server is away is there when it comes back, on the
// page and in the notebook, also where the caret stays in the field.
func TestTypedWhileTheServerIsAway(t *testing.T) {
	state, addr := t.TempDir(), freeAddress(t)
	server := start(t, state, addr)
	p := browser(t, 1280, "en")
	p.open(server.url + "/?lang=en")
	p.small("1")
	for _, cell := range []string{"fit", "compare"} {
		p.run(cell, 60*time.Second)
	}
	server.end()
	p.wait(10*time.Second, `!document.querySelector('[data-link]').hidden`)

	p.set("units", "24")
	p.set("padding", "post")
	p.press(`.run [data-key^="rename"] summary`)
	eval[bool](p, `(() => { document.querySelector('.run input[name=name]').value = 'away'; return true; })()`)
	p.press(`.run [data-action="rename"]`)
	p.types("pin-sentence", "Not bad.")
	p.tap("#pin-add")
	eval[bool](p, `(() => { for (const d of document.querySelectorAll('#guess-fit details')) d.open = true; const e = document.getElementById('guess-1'); e.value = '0.45'; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`)
	p.types("field-review", "Written while the server was away")
	for _, name := range []string{"units", "padding", "review", "guess", "pin.Not bad."} {
		p.wait(40*time.Second, unkept+` !== null`, name)
	}
	p.contains("[data-link]", "connection lost")
	p.shot("away")
	server = start(t, state, addr)
	p.wait(40*time.Second, `document.querySelector('[data-link]').hidden && document.querySelector('.note-beside') === null`)
	if got := p.value("field-review"); got != "Written while the server was away" {
		t.Errorf("the box holds %q", got)
	}
	if got := p.value("pin-sentence"); got != "" {
		t.Errorf("the sentence that was pinned still stands in its box: %q", got)
	}
	other := p.tab()
	other.open(server.url + "/?lang=en")
	for field, want := range map[string]string{"field-review": "Written while the server was away", "field-units": "24", "field-padding": "post", "guess-1": "0.45"} {
		other.holds(field, want)
	}
	other.contains("#pins-fit", "Not bad.")
	other.contains("#output-compare", "away")
}

// A reload while the server is away loses nothing either: neither what waits, nor what was not sent yet.
func TestReloadWhileTheServerIsAway(t *testing.T) {
	state, addr := t.TempDir(), freeAddress(t)
	server := start(t, state, addr)
	p := browser(t, 1280, "es")
	p.open(server.url + "/?lang=es")
	p.types("pin-sentence", "Half a sentence")
	server.end()
	p.wait(10*time.Second, `!document.querySelector('[data-link]').hidden`)
	p.types("field-review", "Written before the reload")
	p.set("dropout", "0,25")
	p.wait(20*time.Second, unkept+` !== null`, "dropout")
	_ = chromedp.Do(p.ctx, chromedp.Navigate(server.url+"/")) // nobody answers
	server = start(t, state, addr)
	p.open(server.url + "/?lang=es")
	if got := p.value("pin-sentence"); got != "Half a sentence" {
		t.Errorf("the sentence to pin is %q", got)
	}
	if got := p.value("field-review"); got != "Written before the reload" {
		t.Errorf("the box holds %q", got)
	}
	other := p.tab()
	other.open(server.url + "/?lang=es")
	other.holds("field-review", "Written before the reload")
	other.holds("field-dropout", "0,25")
}

// A sentence that waited, and for which there is no place by then, stands in its box again.
func TestSentenceWithoutAPlace(t *testing.T) {
	server := serve(t)
	w := newWire(t, server)
	p := browser(t, 1280, "en")
	p.open(w.url() + "/?lang=en")
	other := p.tab()
	other.open(server + "/?lang=en")
	w.set(true)
	p.types("pin-sentence", "One too many.")
	p.tap("#pin-add")
	p.wait(20*time.Second, unkept+` !== null`, "pin.One too many.")
	_ = chromedp.Do(p.ctx, chromedp.Navigate(w.url()+"/")) // nobody answers
	for _, text := range []string{"One", "Two", "Three", "Four", "Five"} {
		other.types("pin-sentence", text)
		other.tap("#pin-add")
		other.holds("pin-sentence", "")
	}
	w.set(false)
	p.open(w.url() + "/?lang=en")
	p.holds("pin-sentence", "One too many.")
	p.contains("#pins-fit", "That is all of 5")
}

// Of two pages the later one counts, whichever the server hears first. The one that was earlier says so
// and offers what was typed on it.
func TestTheLaterPageCounts(t *testing.T) {
	server := serve(t)
	w := newWire(t, server)
	a := browser(t, 1280, "en")
	a.open(w.url() + "/?lang=en")
	b := a.tab()
	b.open(server + "/?lang=en")

	w.set(true)
	a.types("field-review", "first, from a")
	a.set("maxlen", "33")
	a.wait(20*time.Second, unkept+` !== null`, "review")
	b.types("field-review", "second, from b")
	b.set("maxlen", "44")
	b.holds("field-maxlen", "44")
	b.wait(10*time.Second, `document.getElementById('share').href.includes('maxlen=44')`)
	a.shot("cut")
	w.set(false)
	a.holds("field-review", "second, from b")
	a.holds("field-maxlen", "44")
	a.contains("[data-newer=review]", "first, from a")
	a.contains("[data-newer=maxlen]", "33")
	a.everyLook()
	a.tap("[data-newer=review] [data-back]")
	a.tap("[data-newer=maxlen] [data-leave]")
	b.holds("field-review", "first, from a")
	if got := a.value("field-maxlen") + eval[string](a, `String(document.querySelector('.note-beside'))`); got != "44null" {
		t.Errorf("after both choices: %s", got)
	}

	w.set(true)
	a.wait(10*time.Second, `!document.querySelector('[data-link]').hidden`)
	b.set("seed", "5")
	b.wait(10*time.Second, `document.getElementById('share').href.includes('seed=5')`)
	a.types("field-seed", "6")
	a.wait(20*time.Second, unkept+` !== null`, "seed")
	w.set(false)
	b.holds("field-seed", "6")
	if got := a.value("field-seed"); got != "6" {
		t.Errorf("the page that was later has %s", got)
	}
}

// What the server has no room for now, or no time, it is asked for again.
func TestTypedAndNotKept(t *testing.T) {
	server := serve(t)
	w := standBetween(t, server)
	p := browser(t, 390, "es")
	p.open(w.url + "/?lang=es")
	other := p.tab()
	other.open(server + "/?lang=es")
	for text, status := range map[string]int64{"there was no room": 503, "there was no time": 429, "there was nobody": 502} {
		w.status.Store(status)
		p.types("field-review", text)
		p.wait(20*time.Second, unkept+` !== null`, "review")
		p.contains("[data-link]", "aún sin guardar")
		p.shot("not kept")
		w.status.Store(0)
		other.holds("field-review", text)
		p.wait(20*time.Second, `document.querySelector('[data-link]').hidden && document.querySelector('.note-beside') === null`)
		p.holds("field-review", text)
	}
}

// A day later the token has run out; where the page is no secure context that is noticed.
func TestTokenThatHasRunOut(t *testing.T) {
	server := serve(t, "--host", "class.example")
	named := strings.Replace(server, "127.0.0.1", "class.example", 1)
	p := browser(t, 1280, "en", chromedp.Flag("host-resolver-rules", "MAP class.example 127.0.0.1"))
	p.open(named + "/?lang=en")
	eval[bool](p, `(() => { window.same = true; return true; })()`)
	const text = "I waited for this film for ten years."
	for _, part := range []string{text[:7], text[7:20], text[20:]} {
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: "csrf", URL: named})
			return err
		}))
		if part == text[:7] {
			p.types("field-review", part)
		} else {
			for _, r := range part {
				p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
					_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: string(r)})
					return err
				}))
			}
		}
		p.wait(10*time.Second, `performance.getEntriesByType('resource').some(e => e.name.endsWith('/cells/classify/fields'))`)
	}
	other := p.tab()
	other.open(named + "/?lang=en")
	other.holds("field-review", text)
	if got := p.value("field-review"); got != text || !eval[bool](p, `window.same === true`) {
		t.Errorf("the box holds %q, the page was loaded anew: %v", got, !eval[bool](p, `window.same === true`))
	}
}

// A browser that keeps no cookies is told so, and what is typed is not said to be kept.
func TestBrowserWithoutCookies(t *testing.T) {
	server := serve(t)
	w := standBetween(t, server)
	w.without.Store(true)
	p := browser(t, 1280, "en")
	p.open(w.url + "/?lang=en")
	p.wait(10*time.Second, `document.getElementById('notice').textContent.includes('keeps no cookies')`)
	p.types("field-review", "To nobody's notebook")
	p.wait(20*time.Second, unkept+` !== null`, "review")
	p.noPromise("en")
	p.shot("without cookies")
	w.without.Store(false)
	p.wait(40*time.Second, `document.querySelector('.note-beside') === null`)
}

// noPromise looks at what the page says while the browser sends no cookie: why, and not that anything goes by
// itself.
func (p *page) noPromise(lang web.Lang) {
	p.t.Helper()
	p.wait(10*time.Second, `document.querySelector('#notice[data-notice=cookies]') !== null`)
	p.contains("#notice", lang.T("notice.cookies"))
	p.contains("[data-link]", lang.T("nav.cookies"))
	if got := p.text(".note-beside"); got != lang.T("beside.cookies") {
		p.t.Errorf("beside the field stands %q", got)
	}
}

// Who deletes the cookies of a page that is open is told so, and loses nothing of what is typed after that.
func TestCookiesDeletedWhileThePageLives(t *testing.T) {
	server := serve(t, "--host", "class.example")
	named := strings.Replace(server, "127.0.0.1", "class.example", 1)
	for _, lang := range web.Langs {
		t.Run(string(lang), func(t *testing.T) {
			p := browser(t, 390, string(lang), chromedp.Flag("host-resolver-rules", "MAP class.example 127.0.0.1"))
			p.open(named + "/?lang=" + string(lang))
			p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
				_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
				return err
			}))
			p.types("field-review", "All cookies are gone")
			p.wait(20*time.Second, unkept+` !== null`, "review")
			p.noPromise(lang)
			p.click("intro", "run")
			p.shot("deleted")
			p.noPromise(lang)
			p.open(named + "/?lang=" + string(lang)) // which the notice says
			p.wait(10*time.Second, `document.getElementById('notice').hidden && document.querySelector('.note-beside') === null && document.querySelector('[data-link]').hidden`)
			p.holds("field-review", "All cookies are gone")
			other := p.tab()
			other.open(named + "/?lang=" + string(lang))
			other.holds("field-review", "All cookies are gone")
		})
	}
}

// Nothing runs beside a field that holds what it may not, whichever key or button asks for it: the field
// says what is wrong, and the reader stands in it.
func TestNothingRunsBesideABadField(t *testing.T) {
	p := browser(t, 1280, "en")
	p.open(serve(t) + "/?lang=en")
	p.small("1")
	p.run("model", 20*time.Second)
	p.set("units", "20")
	p.validity(map[string]string{"model": "stale"})
	for name, ask := range map[string]func(){
		"run all":   func() { p.tap("#run-all-button") },
		"run stale": func() { p.tap("#run-stale-button") },
		"its own":   func() { p.click("model", "run") },
		"a later":   func() { p.click("evaluate", "run") },
		"the keyboard": func() {
			eval[bool](p, `(() => { document.getElementById('field-review').focus(); document.getElementById('field-review').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', shiftKey: true, bubbles: true, cancelable: true})); return true; })()`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.set("embedding_dim", "16")
			p.wait(10*time.Second, `document.querySelector('[data-error]') === null`)
			// Asked for at once, before the field has been sent.
			eval[bool](p, `(() => { const e = document.getElementById('field-embedding_dim'); e.value = '9000'; e.dispatchEvent(new Event('input', {bubbles: true})); return true; })()`)
			ask()
			p.wait(10*time.Second, `document.querySelector('#error-embedding_dim') !== null && document.activeElement.id === 'field-embedding_dim'`)
			if got := p.value("field-embedding_dim"); got != "9000" {
				t.Errorf("the field holds %q", got)
			}
			if got := eval[int](p, `document.querySelectorAll('[data-activity="running"], [data-activity="queued"]').length`); got != 0 {
				t.Errorf("%d cells run", got)
			}
			if got := eval[string](p, `['model', 'fit', 'load'].map((id) => document.getElementById('cell-' + id).dataset.validity).join(' ')`); got != "stale fresh fresh" {
				t.Errorf("model, fit and load are %s", got)
			}
		})
	}
	p.shot("refused")
	p.run("intro", 10*time.Second) // which reads no field
}

// What stands beside a field puts no barrier before anyone either.
func TestNoBarriersBesideFields(t *testing.T) {
	source := axe(t)
	server := serve(t)
	w := newWire(t, server)
	p := browser(t, 390, "es")
	p.open(w.url() + "/?lang=es")
	other := p.tab()
	other.open(server + "/?lang=es")
	w.set(true)
	p.set("maxlen", "33")
	p.types("field-review", "From here")
	p.wait(20*time.Second, unkept+` !== null`, "maxlen")
	p.judge(source, "not kept")
	other.set("maxlen", "44")
	other.types("field-review", "From there")
	other.wait(10*time.Second, `document.getElementById('share').href.includes('maxlen=44')`)
	w.set(false)
	p.wait(20*time.Second, `document.querySelectorAll('[data-newer]').length === 2`)
	p.judge(source, "overtaken")
	p.set("units", "9000")
	p.tap("#run-all-button")
	p.wait(10*time.Second, `document.activeElement.id === 'field-units'`)
	p.judge(source, "refused")
}
