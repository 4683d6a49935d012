package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	guessFields = `[...document.querySelectorAll('#guess-form input[data-x]')].map(e => e.value).join(' ')`
	guessLine   = `document.querySelector('#output-fit .chart path.guess')?.getAttribute('d') ?? ''`
	pinsJudged  = `[...document.querySelectorAll('[data-pin]')].map(e => e.dataset.judged).join(' ')`
	reachTold   = `document.querySelector('[data-gradient]')?.dataset.gradient ?? ''`
)

// drag draws on the pad with the mouse, through points in parts of its plot.
func (p *page) drag(points ...[2]float64) {
	p.t.Helper()
	p.do(chromedp.ScrollIntoView(`[data-pad]`))
	for i, at := range points {
		box := eval[[]float64](p, `(() => { const b = document.querySelector('[data-pad] .paper').getBoundingClientRect();
			return [b.left + b.width * %v, b.top + b.height * %v]; })()`, at[0], at[1])
		if i == 0 {
			p.do(chromedp.MouseEvent(chromedp.MousePressed, box[0], box[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
		}
		p.do(chromedp.MouseEvent(chromedp.MouseMoved, box[0], box[1], chromedp.ButtonLeft))
		if i == len(points)-1 {
			p.do(chromedp.MouseEvent(chromedp.MouseReleased, box[0], box[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
		}
	}
}

// What a reader does who guesses first, pins sentences, and looks at how the training goes: with the
// mouse, with the keyboard, over a reload and another server.
func TestSketchesOnThePracticeCorpus(t *testing.T) {
	state, addr := t.TempDir(), freeAddress(t)
	first := start(t, state, addr)
	p := browser(t, 1280, "en")
	p.open(first.url + "/?lang=en")
	p.run("load", 60*time.Second)
	p.small("8")
	p.wait(10*time.Second, `document.querySelectorAll('#guess-form input[data-x]').length === 8`)
	p.portrait("fit-before", "#cell-fit")

	// With the mouse, from the first epoch to the last: every epoch between has a value.
	p.drag([2]float64{.01, .2}, [2]float64{.4, .7}, [2]float64{.99, .3})
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 8`)
	drawn := strings.Fields(eval[string](p, guessFields))
	if len(drawn) != 8 || drawn[3] >= drawn[0] || drawn[3] >= drawn[7] {
		t.Errorf("a curve that falls and rises became %v", drawn)
	}
	// With the keyboard alone: the second epoch is typed, the eighth is taken away.
	p.focus(`[data-key="guess-numbers"] summary`)
	p.keys(kb.Enter)
	p.focus(`#guess-2`)
	eval[bool](p, `(() => { document.activeElement.select(); return true; })()`)
	p.keys("0", ".", "6", "6", kb.Tab)
	p.is(`document.activeElement.id`, "guess-3")
	p.wait(10*time.Second, `document.querySelector('#guess-2').value === '0.66' && document.querySelector('#guess-2').defaultValue === '0.66'`)
	eval[bool](p, `(() => { const e = document.querySelector('#guess-8'); e.value = ''; e.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`)
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 7`)
	// What may not be is not sent.
	p.focus(`#guess-3`)
	eval[bool](p, `(() => { document.activeElement.select(); return true; })()`)
	p.keys("9", kb.Tab)
	p.open(first.url + "/?lang=en")
	guess := eval[string](p, guessFields)
	if want := strings.Fields(guess); len(want) != 7 || want[1] != "0.66" || want[2] != drawn[2] {
		t.Errorf("after a reload the guess is %q", guess)
	}

	// Fewer epochs hide what is beyond them, more bring it back.
	p.set("epochs", "5")
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 5`)
	p.set("epochs", "8")
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 7`)

	p.fingers()

	p.focus(`#pin-sentence`)
	p.do(chromedp.SendKeys(`#pin-sentence`, "A wonderful film, I loved every minute of it."+kb.Enter))
	p.wait(10*time.Second, `document.querySelectorAll('[data-pin]').length === 1`)
	p.is(`document.querySelector('#pin-sentence').value`, "")
	p.set("review", "The plot is stupid and the acting awful. A waste of time.")
	p.press(`#pin-review`)
	p.wait(10*time.Second, `document.querySelectorAll('[data-pin]').length === 2`)

	// Another server on the same store: everything is there.
	first.end()
	second := start(t, state, addr)
	p.open(second.url + "/?lang=en")
	if got := eval[string](p, guessFields); got != guess {
		t.Errorf("after a restart the guess is %q, was %q", got, guess)
	}
	p.is(pinsJudged, "0 0")
	p.portrait("fit-sketched", "#cell-fit")

	p.click("fit", "run")
	p.wait(60*time.Second, `Number(document.querySelector('#output-fit').dataset.epoch) >= 3`)
	p.contains("#output-fit", "so far")
	p.contains("#cell-fit .guess summary", "Guess again")
	p.portrait("fit-during", "#cell-fit")
	p.evaluated("fit", 120*time.Second)
	p.is(pinsJudged, "8 8")
	p.is(reachTold, "8")
	p.contains("#output-fit", "Your guess was off by")
	p.contains("#output-fit", "half of the gradient falls on the last")
	if got := eval[string](p, guessLine); strings.Count(got, "L") != 6 {
		t.Errorf("over the guess of seven epochs lies %q", got)
	}
	if off := p.number("fit", "off"); !(off > 0 && off < 1) {
		t.Errorf("the guess is off by %v", off)
	}
	p.contains("#notes-fit", "Epoch 8:")
	// Praise ends up positive and scorn negative, in words.
	p.contains(`[data-pin="1"]`, "+ liked it")
	p.contains(`[data-pin="2"]`, "− did not like it")
	p.portrait("fit-after", "#cell-fit")

	// Hindsight changes nothing: a new guess is for the next training.
	line := eval[string](p, guessLine)
	p.press(`#guess-clear`)
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 0`)
	if got := eval[string](p, guessLine); got != line {
		t.Errorf("the guess changed after the fact: %q, was %q", got, line)
	}

	// A sentence pinned afterwards is judged by every epoch that is kept; the keyboard takes one away.
	p.do(chromedp.SendKeys(`#pin-sentence`, "Not bad at all"+kb.Enter))
	p.is(pinsJudged, "8 8 8")
	if got := eval[int](p, `document.querySelectorAll('[data-pin="3"] .dot').length`); got != 8 {
		t.Errorf("%d epochs judged what was pinned afterwards", got)
	}
	p.focus(`#unpin-1`)
	p.keys(kb.Enter)
	p.is(pinsJudged, "8 8")

	// Truncated, the gradient stops at the border.
	p.set("bptt_steps", "5")
	p.set("epochs", "2")
	p.wait(10*time.Second, `document.querySelector('#panel-keras-fit').textContent.includes('epochs=2')`)
	p.run("fit", 120*time.Second)
	p.is(reachTold, "2")
	p.contains("#output-fit", "the first 15 places teach the network nothing")
	p.is(pinsJudged, "2 2")
	p.everyLook()
	for _, look := range []struct {
		lang  string
		width int
		dark  bool
	}{{"en", 390, false}, {"es", 390, true}, {"es", 1280, false}, {"en", 1280, true}} {
		p.open(second.url + "/?lang=" + look.lang)
		p.resize(look.width)
		p.dark(look.dark)
		p.portrait(fmt.Sprintf("fit-%s-%d", look.lang, look.width), "#cell-fit")
	}
}

// fingers draws on a phone: across the pad it is a curve, down it is the page that moves.
func (p *page) fingers() {
	p.t.Helper()
	before := eval[string](p, guessFields)
	p.resize(390)
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
		return err
	}))
	stroke := func(dx, dy float64) {
		p.t.Helper()
		eval[bool](p, `(() => { document.querySelector('[data-pad]').scrollIntoView({block: 'center', behavior: 'instant'}); return true; })()`)
		at := eval[[]float64](p, `(() => { const b = document.querySelector('[data-pad] .paper').getBoundingClientRect(); return [b.left + 20, b.top + b.height / 2]; })()`)
		for i := range 12 {
			kind := input.DispatchTouchEventTypeTouchMove
			if i == 0 {
				kind = input.DispatchTouchEventTypeTouchStart
			}
			point := &input.TouchPoint{X: at[0] + dx*float64(i), Y: at[1] + dy*float64(i)}
			p.touch(input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{point}})
		}
		p.touch(input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
	}
	stroke(0, -20)
	p.is(guessFields, before)
	stroke(25, 2)
	p.wait(10*time.Second, `(%s) !== %q`, guessFields, before)
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 8`)
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{})
		return err
	}))
	p.resize(1280)
	// Back to seven points, typed.
	for i, v := range strings.Fields(before) {
		eval[bool](p, `(() => { document.querySelector('#guess-%d').value = %q; return true; })()`, i+1, v)
	}
	eval[bool](p, `(() => { const e = document.querySelector('#guess-8'); e.value = ''; e.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`)
	p.wait(10*time.Second, `document.querySelectorAll('[data-pad] circle.guess').length === 7`)
}

func (p *page) touch(event input.DispatchTouchEventParams) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.DispatchTouchEvent, event)
		return err
	}))
}

// portrait keeps a picture of one element where CUADERNO_SHOTS says.
func (p *page) portrait(name, selector string) {
	p.t.Helper()
	dir := os.Getenv("CUADERNO_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.Screenshot(selector))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Log(err)
	}
}

// Nor does what the reader draws, pins and sees of the gradient put up a barrier.
func TestNoBarriersInSketches(t *testing.T) {
	source := axe(t)
	url := serve(t)
	p := browser(t, 1280, "es")
	p.open(url + "/?lang=es")
	p.run("load", 60*time.Second)
	p.small("3")
	p.set("bptt_steps", "8")
	p.drag([2]float64{.01, .2}, [2]float64{.99, .7})
	for i := range 5 {
		p.do(chromedp.SendKeys(`#pin-sentence`, fmt.Sprintf("Sentence %d, which is long enough to be cut, for it goes on and on and on and on, and has nothing to say about any film at all%s", i, kb.Enter)))
		p.wait(10*time.Second, `document.querySelectorAll('[data-pin]').length === %d`, i+1)
	}
	p.judge(source, "sketched")
	p.run("fit", 120*time.Second)
	p.wait(30*time.Second, `document.querySelectorAll('[data-pin][data-judged="3"]').length === 5`)
	p.judge(source, "judged")
	p.resize(390)
	p.judge(source, "judged, on a phone")
	p.portrait("fit-five", "#cell-fit")
}
