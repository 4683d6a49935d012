package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// wheel turns the mouse's wheel over what the selector finds.
func (p *page) wheel(selector string, by float64) {
	p.t.Helper()
	at := eval[[]float64](p, `(() => { const b = document.querySelector(%q).getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, selector)
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: "mouseWheel", X: at[0], Y: at[1], DeltaX: 1e-3, DeltaY: by})
		return err
	}))
}

// A wheel over the field that one is in scrolls the page and changes no number, and one is still in the field.
func TestTheWheelScrolls(t *testing.T) {
	p := browser(t, 1280, "en")
	p.open(serve(t) + "/?lang=en")
	eval[bool](p, `(() => { const f = document.getElementById('field-maxlen'); f.scrollIntoView({block: 'center', behavior: 'instant'}); f.focus(); return true; })()`)
	before := eval[float64](p, `scrollY`)
	p.wheel("#field-maxlen", 120)
	p.wait(5*time.Second, `scrollY > %v`, before)
	if got := eval[string](p, `document.getElementById('field-maxlen').value`); got != "80" {
		t.Errorf("maxlen is %s", got)
	}
	p.wait(5*time.Second, `document.activeElement?.id === 'field-maxlen'`)
}

// Keys that are no more than a letter can be turned off, which lasts; those with Shift or Ctrl stay.
func TestSingleKeysCanBeTurnedOff(t *testing.T) {
	url := serve(t)
	for _, width := range []int{390, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := browser(t, width, "en")
			press := func(key string) {
				eval[bool](p, `document.body.dispatchEvent(new KeyboardEvent('keydown', {key: %q, shiftKey: %v, bubbles: true, cancelable: true})), true`, key, key == "Enter")
			}
			walks := func() bool {
				eval[bool](p, `document.activeElement.blur(), true`)
				press("j")
				return eval[bool](p, `document.activeElement.matches('[data-cell]')`)
			}
			p.open(url + "/?lang=en")
			if !walks() {
				t.Error("J does not walk at first")
			}
			p.tap("[data-keys-open]")
			p.tap("[data-keys-single]")
			p.shot(fmt.Sprint("keys-", width))
			eval[bool](p, `document.querySelector('[data-keys]').close(), true`)
			p.open(url + "/?lang=en")
			if walks() {
				t.Error("J walks though it is turned off")
			}
			press("?")
			if eval[bool](p, `document.querySelector('[data-keys]').open`) {
				t.Error("? opens though it is turned off")
			}
			press("Enter")
			p.evaluated("intro", 20*time.Second)
		})
	}
}

// The header is as high while something runs as before, and its chip stands clear of its edge, at every width.
func TestTheHeaderStandsStill(t *testing.T) {
	url := serve(t)
	for _, width := range []int{1280, 800, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := browser(t, width, "en")
			height := func() float64 {
				return eval[float64](p, `document.querySelector('.top').getBoundingClientRect().height`)
			}
			p.open(url + "/?lang=en")
			p.wait(20*time.Second, `document.querySelector('#run-all-button small') !== null`) // its second line
			before := height()
			p.tap("#run-all-button")
			p.wait(60*time.Second, `document.getElementById('status').classList.contains('run')`)
			if now := height(); now != before {
				t.Errorf("it was %v high and is %v", before, now)
			}
			if gap := eval[float64](p, `(() => { const s = document.getElementById('status'); return s.querySelector('i').getBoundingClientRect().left - s.getBoundingClientRect().left; })()`); gap < 8 {
				t.Errorf("the chip's mark is %v from its edge", gap)
			}
			p.shot(fmt.Sprint("running-", width))
			p.tap("#run-all-button")
		})
	}
}

// The chip in the header holds its text, at every width and in either language, beside the widest button.
func TestTheChipHoldsItsText(t *testing.T) {
	url := serve(t)
	for _, lang := range []string{"es", "en"} {
		for _, width := range []int{1280, 800, 390, 320} {
			t.Run(fmt.Sprint(lang, width), func(t *testing.T) {
				p := browser(t, width, lang)
				p.open(url + "/?lang=" + lang)
				p.wait(20*time.Second, `document.querySelector('#run-all-button small') !== null`)
				if room := eval[float64](p, `(() => {
					const chip = document.getElementById('status').getBoundingClientRect();
					const range = document.createRange();
					range.selectNodeContents(document.querySelector('#status .chip-text'));
					return chip.right - range.getBoundingClientRect().right;
				})()`); room < 8 {
					t.Errorf("its text ends %v before its edge", room)
				}
				if rows := eval[int](p, `new Set([...document.querySelectorAll('.word, .lang, .top-row > button')].map((e) => { const b = e.getBoundingClientRect(); return Math.round((b.top + b.bottom) / 20); })).size`); rows != 1 {
					t.Errorf("name, languages and buttons stand in %d rows", rows)
				}
				p.shot("chip")
			})
		}
	}
}

// A page is answered in its own language, also where another page of the same reader is in another.
func TestTwoPagesInTwoLanguages(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	wrong := func() string {
		p.set("maxlen", "0")
		p.wait(10*time.Second, `document.getElementById('error-maxlen') !== null`)
		return p.text("#error-maxlen")
	}
	p.open(url + "/?lang=es")
	want := wrong()
	p.open(url + "/?lang=es")
	other := p.tab()
	other.open(url + "/?lang=en")
	if got := wrong(); got != want {
		t.Errorf("beside the field stands %q, not %q", got, want)
	}
}
