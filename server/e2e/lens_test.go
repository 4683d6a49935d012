package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus gives an element the keyboard.
func (p *page) focus(selector string) {
	p.t.Helper()
	if !eval[bool](p, `(() => { const e = document.querySelector(%q); e.focus(); return document.activeElement === e; })()`, selector) {
		p.t.Fatalf("the keyboard does not reach %s", selector)
	}
}

// keys presses keys one after another.
func (p *page) keys(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.do(chromedp.KeyEvent(k))
	}
}

// slide moves a field by its slider, without leaving it: the server has not heard of it. What is
// asked of the page then is asked in the same breath.
func (p *page) slide(field string, to int, ask string) string {
	p.t.Helper()
	return eval[string](p, `(() => {
		const field = document.querySelector('#field-%s'), slide = document.querySelector('#slide-%s');
		const low = field.min || field.dataset.low, high = field.max || field.dataset.high;
		slide.value = Math.log(%d / low) / Math.log(high / low) * 100;
		slide.dispatchEvent(new Event('input', {bubbles: true}));
		return String(%s);
	})()`, field, field, to, ask)
}

const (
	lensWords  = `[...document.querySelectorAll('.lens span')].map(e => e.textContent).join(' ')`
	lensGone   = `document.querySelectorAll('.lens .oov').length`
	lensCard   = `[...document.querySelectorAll('[data-card] dd')].map(e => e.textContent).join(' ')`
	windowKept = `[...document.querySelectorAll('[data-window] .kept')].map(e => e.textContent.trim()).join(' ')`
)

// is waits until an expression has a value.
func (p *page) is(expression, want string) {
	p.t.Helper()
	p.wait(10*time.Second, `String(%s) === %q`, expression, want)
}

func TestLensOnTheRealReviews(t *testing.T) {
	url := serve(t, "--data", realData(t))
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.run("inspect", 60*time.Second)
	if got := eval[string](p, lensWords); !strings.HasPrefix(got, "[START] this film was just brilliant casting") {
		t.Errorf("the lens reads %.80q", got)
	}

	t.Run("word, rank and id", func(t *testing.T) {
		p := &page{t, p.ctx}
		p.tap(`.lens li:nth-child(6) button`)
		p.is(lensCard, "brilliant 527 530 530")
		p.keys(kb.ArrowRight)
		p.is(lensCard, "casting 970 973 973")
		p.keys(kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft)
		p.is(lensCard, "was 13 16 16")
		p.keys(kb.ArrowDown, kb.ArrowUp)
		p.is(lensCard, "was 13 16 16")
		p.tap(`.lens .oov button`)
		p.is(lensCard, "redford's 22,662 22665 2")
	})

	// LESSON's known sentence, and the way back.
	t.Run("a wrong offset", func(t *testing.T) {
		p := &page{t, p.ctx}
		p.tap(`[data-offset][value="0"]`)
		if got := eval[string](p, lensWords); !strings.HasPrefix(got, "the as you with out themselves") || !strings.Contains(got, "room and it so heart") {
			t.Errorf("without taking three off, the lens reads %.200q", got)
		}
		p.shot("wrong offset")
		p.focus(`[data-offset]:checked`)
		p.keys(kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
		if got := eval[string](p, lensWords); !strings.HasPrefix(got, "[START] this film was just brilliant") || !strings.Contains(got, "redford's") {
			t.Errorf("with three taken off, the lens reads %.80q", got)
		}
	})

	t.Run("a smaller vocabulary", func(t *testing.T) {
		p := &page{t, p.ctx}
		if got := p.slide("num_words", 20000, lensGone); got != "3" {
			t.Errorf("%s words are outside 20,000", got)
		}
		at := `[...document.querySelectorAll('.lens li')].slice(0, 9).map(e => e.className + e.lastElementChild.lastElementChild.textContent).join(' ')`
		// Of the first words brilliant (530), casting (973) and location (1622) are 500 or more.
		if got, want := p.slide("num_words", 500, at), "start1 14 22 16 43 oov2 oov2 oov2 oov2"; got != want {
			t.Errorf("with 500 words the numbers are %q, want %q", got, want)
		}
		// A word is in while its number is less than num_words.
		for words, want := range map[int]string{530: "oov", 531: ""} {
			if got := eval[string](p, `(() => { const f = document.querySelector('#field-num_words'); f.value = %d; f.dispatchEvent(new Event('input', {bubbles: true}));
				return document.querySelector('[data-full="530"]').parentElement.className; })()`, words); got != want {
				t.Errorf("with %d words brilliant (530) is %q, want %q", words, got, want)
			}
		}
		p.slide("num_words", 500, "0")
		gone := eval[string](p, "String(%s)", lensGone)
		p.wait(10*time.Second, `document.getElementById('cell-inspect').dataset.validity === 'stale'`)
		// The server has drawn it anew, and sees the same.
		p.is(lensGone, gone)
		p.is(`document.querySelector('#output-inspect .ints').textContent.startsWith('[1, 14, 22, 16, 43, 2, 2, 2, 2,')`, "true")
		p.contains("#notes-inspect", gone+" of its words are outside the vocabulary")
		p.is(`document.querySelector('#output-inspect').classList.contains('dim')`, "false")
		p.set("num_words", "20000")
		p.validity(map[string]string{"inspect": "evaluated"})
	})

	t.Run("lengths", func(t *testing.T) {
		p := &page{t, p.ctx}
		// LESSON: the median review is longer than 80 words, so most are cut.
		p.contains("#output-inspect .lengths", "With maxlen 80, 8% of them fit whole and 92% are cut.")
	})

	t.Run("another review", func(t *testing.T) {
		p := &page{t, p.ctx}
		p.set("index", "1")
		p.validity(map[string]string{"inspect": "stale"})
		p.is(`document.querySelector('#output-inspect').classList.contains('dim')`, "true")
		p.run("inspect", 30*time.Second)
		p.contains("#output-inspect .label-line", "did not like it")
	})
}

// The window moves with maxlen, and keeps what Keras' pad_sequences would.
func TestWindowOnThePracticeReviews(t *testing.T) {
	for _, c := range []struct {
		lang  string
		width int
	}{{"en", 1280}, {"es", 390}} {
		t.Run(fmt.Sprint(c.lang, " ", c.width), func(t *testing.T) {
			p := browser(t, c.width, c.lang)
			p.open(serve(t) + "/?lang=" + c.lang)
			p.run("inspect", 60*time.Second)
			p.run("pad", 60*time.Second)
			all := strings.Fields(eval[string](p, lensWords))
			n := len(all)
			p.contains("#help-index", map[string]string{"en": "5,999", "es": "5.999"}[c.lang])
			if n < 12 {
				t.Fatalf("the first practice review has %d words", n)
			}
			kept := func(from, to int) string { return strings.Join(all[from:to], " ") }

			if got := p.slide("maxlen", 10, windowKept); got != kept(n-10, n) {
				t.Errorf("with maxlen 10 the window keeps %q, want %q", got, kept(n-10, n))
			}
			p.validity(map[string]string{"pad": "stale"})
			p.is(windowKept, kept(n-10, n)) // as the server draws it
			p.is(`Number(document.querySelector('[data-cut]').dataset.cut) > 0.5`, "true")
			p.set("truncating", "post")
			if got := eval[string](p, windowKept); got != kept(0, 10) {
				t.Errorf("cut at the end the window keeps %q, want %q", got, kept(0, 10))
			}
			p.wait(10*time.Second, `document.querySelector('[data-window] mark:first-child') !== null`)
			p.is(windowKept, kept(0, 10))

			// By keyboard, in the field itself.
			p.focus("#field-maxlen")
			p.keys(kb.ArrowUp)
			if got := eval[string](p, windowKept); got != kept(0, 11) {
				t.Errorf("a step up, the window keeps %q, want %q", got, kept(0, 11))
			}
			// And by the slider: the end of it is the field's end.
			p.focus("#slide-maxlen")
			p.keys(kb.End)
			p.is(`document.querySelector('#field-maxlen').value`, "1000")
			p.wait(10*time.Second, `document.querySelector('[data-window] .zeros') !== null`)
			p.is(windowKept, kept(0, n))
			p.is(`document.querySelector('[data-cut]').dataset.cut`, "0")
			p.shot("window")

			// The slider leads out of a number that is not allowed.
			p.set("truncating", "pre")
			p.is(`document.querySelector('#panel-keras-pad').textContent.includes('truncating')`, "false")
			p.set("maxlen", "5000")
			p.wait(10*time.Second, `document.querySelector('#error-maxlen') !== null`)
			if got := p.slide("maxlen", 12, windowKept); got != kept(n-12, n) {
				t.Errorf("with maxlen 12 the window keeps %q, want %q", got, kept(n-12, n))
			}
			p.wait(10*time.Second, `document.querySelector('#error-maxlen') === null`)
			p.is(windowKept, kept(n-12, n))

			if over := eval[int](p, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
				t.Errorf("the page is %d too wide", over)
			}
		})
	}
}

// What the server draws anew does not move the slider that the reader holds: on a large phone the head of
// the cell takes another line to say that it is stale.
func TestTheSliderStaysUnderTheFinger(t *testing.T) {
	p := browser(t, 480, "es")
	p.open(serve(t) + "/?lang=es")
	p.run("inspect", 60*time.Second)
	p.focus("#slide-num_words")
	eval[bool](p, `(() => { document.querySelector('#slide-num_words').scrollIntoView({block: 'center', behavior: 'instant'}); return true; })()`)
	top := `Math.round(document.querySelector('#slide-num_words').getBoundingClientRect().top)`
	height := `document.querySelector('#head-inspect').clientHeight`
	place, head := eval[int](p, "%s", top), eval[int](p, "%s", height)
	p.slide("num_words", 500, "0")
	p.validity(map[string]string{"inspect": "stale"})
	if grown := eval[int](p, "%s", height); grown <= head {
		t.Fatalf("the head is %d high, and was %d: nothing pushes the slider away", grown, head)
	}
	// A pixel is the rounding of both.
	if after := eval[int](p, "%s", top); after < place-1 || after > place+1 {
		t.Errorf("the slider moved from %d to %d", place, after)
	}
}
