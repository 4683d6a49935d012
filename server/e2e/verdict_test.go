package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The verdicts, taken apart: what evaluate shows beside the accuracy, and what classify shows of every
// word, with a word left out, an earlier epoch asked, and the page reloaded.
func TestVerdicts(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.set("epochs", "4")
	p.set("units", "32")
	p.set("embedding_dim", "32")
	p.run("fit", 240*time.Second)

	t.Run("evaluate", func(t *testing.T) { p.at(t).evaluates() })
	t.Run("every word", func(t *testing.T) { p.at(t).readsEveryWord() })
	t.Run("a word left out", func(t *testing.T) { p.at(t).leavesOut() })
	t.Run("epoch by epoch", func(t *testing.T) { p.at(t).goesBack() })
	t.Run("an example", func(t *testing.T) { p.at(t).takesAnExample() })
	t.Run("no look too wide", func(t *testing.T) { p.at(t).everyLook() })
}

// at is the same page in a part of the test.
func (p *page) at(t *testing.T) *page { return &page{t, p.ctx} }

func (p *page) count(selector string) int {
	p.t.Helper()
	return eval[int](p, `document.querySelectorAll(%q).length`, selector)
}

func (p *page) evaluates() {
	p.t.Helper()
	p.run("evaluate", 60*time.Second)
	if auc, accuracy := p.number("evaluate", "auc"), p.number("evaluate", "accuracy"); auc < accuracy-.05 || auc > 1 {
		p.t.Errorf("the area under the curve is %v where the accuracy is %v", auc, accuracy)
	}
	if n := eval[int](p, `[...document.querySelectorAll('#output-evaluate [data-bin]')].reduce((n, e) => n + Number(e.dataset.bin), 0)`); n != 2000 {
		p.t.Errorf("the ten bins hold %d of the 2,000 test reviews", n)
	}
	for _, label := range []int{0, 1} {
		if n := p.count(fmt.Sprintf(`#output-evaluate [data-mistake="%d"]`, label)); n < 1 || n > 3 {
			p.t.Errorf("%d mistakes about reviews with label %d", n, label)
		}
	}
	for _, score := range []string{"always", "bag", "run"} {
		if p.count(`#output-evaluate [data-score="`+score+`"]`) != 1 {
			p.t.Errorf("%s is not on the scoreboard", score)
		}
	}
	// On the practice reviews the order of the words matters, and the page says so.
	if got := eval[string](p, `document.querySelector('[data-contest]').dataset.contest`); got != "run" {
		p.t.Errorf("the contest with the bag of words: %q", got)
	}
}

const doubted = "The story is boring, but the ending is wonderful. I loved this film, xyzzy."

func (p *page) readsEveryWord() {
	p.t.Helper()
	p.set("review", doubted)
	p.wait(10*time.Second, `document.getElementById('cell-classify').dataset.validity !== 'evaluated'`)
	p.run("classify", 60*time.Second)
	words := eval[[]string](p, `[...document.querySelectorAll('#output-classify [data-word] span')].map((e) => e.textContent)`)
	if len(words) != 13 || words[3] != "boring" || words[12] != "film" {
		p.t.Fatalf("the words are %q", words)
	}
	// Padded in front, the last word's bar is the verdict.
	last := eval[float64](p, `Number([...document.querySelectorAll('#output-classify [data-after]')].at(-1).dataset.after)`)
	if verdict := p.number("classify", "probability"); last-verdict > 1e-4 || verdict-last > 1e-4 {
		p.t.Errorf("after the last word P is %v, the verdict %v", last, verdict)
	}
	if p.count(`#output-classify li.oov [data-word]`) != 0 || p.result("classify", "known") != "13" {
		p.t.Errorf("of %q, %s are known", doubted, p.result("classify", "known"))
	}
	if said := eval[string](p, `document.querySelector('#output-classify [data-absent]').textContent`); !strings.Contains(said, "“xyzzy”") {
		p.t.Errorf("of the word that the list lacks it says %q", said)
	}
	if n := p.count("#output-classify .units li"); n != 6 {
		p.t.Errorf("%d units are shown", n)
	}
	if n := p.count("#output-classify .steps > ol > li"); n != 7 {
		p.t.Errorf("%d stages of the encoding", n)
	}
}

// leavesOut presses a word by mouse, another by keyboard, reloads and puts them back.
func (p *page) leavesOut() {
	p.t.Helper()
	whole := p.number("classify", "probability")
	moved := eval[float64](p, `Number(document.querySelector('#word-9 small').textContent.trim().replace('−', '-'))`)
	height := eval[float64](p, `document.getElementById('output-classify').getBoundingClientRect().height`)
	p.tap("#word-9")
	p.wait(20*time.Second, `document.querySelector('#output-classify li.out #word-9') !== null`)
	p.evaluated("classify", 10*time.Second)
	without := p.number("classify", "probability")
	if now := eval[float64](p, `document.getElementById('output-classify').getBoundingClientRect().height`); now-height > 1 || height-now > 1 {
		p.t.Errorf("the output is %v pixels high, and was %v", now, height)
	}
	// What was said of the word is what leaving it out does.
	if off := whole - without - moved; off > .0051 || off < -.0051 {
		p.t.Errorf("“loved” was said to move the verdict by %v: with it %v, without it %v", moved, whole, without)
	}
	p.do(chromedp.Focus("#word-9"), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.Enter))
	p.wait(20*time.Second, `document.querySelector('#output-classify li.out #word-11') !== null`)
	p.evaluated("classify", 10*time.Second)
	if got := eval[string](p, `document.activeElement.id`); got != "word-11" {
		p.t.Errorf("after Enter the focus is on %q", got)
	}
	both := p.number("classify", "probability")
	p.shot("left-out")
	p.do(chromedp.Reload())
	p.wait(10*time.Second, `document.querySelector('[data-notebook]')?.dataset.live === 'true'`)
	if n := p.count("#output-classify li.out"); n != 2 || p.number("classify", "probability") != both {
		p.t.Errorf("after reloading %d words are left out, and P is %v, not %v", n, p.number("classify", "probability"), both)
	}
	p.tap(`#output-classify .restored button`)
	p.wait(20*time.Second, `document.querySelector('#output-classify li.out') === null`)
	p.evaluated("classify", 10*time.Second)
	if got := p.number("classify", "probability"); got != whole {
		p.t.Errorf("with all words back P is %v, not %v", got, whole)
	}
}

// goesBack moves the slider by its keys.
func (p *page) goesBack() {
	p.t.Helper()
	end := p.number("classify", "probability")
	if n := p.count("#output-classify .moments circle"); n != 4 {
		p.t.Fatalf("%d epochs are drawn", n)
	}
	p.do(chromedp.Focus("#moments-range"), chromedp.KeyEvent(kb.Home))
	p.wait(20*time.Second, `document.querySelector('[data-moment]')?.dataset.moment === '1'`)
	p.evaluated("classify", 10*time.Second)
	if p.number("classify", "probability") == end {
		p.t.Error("the first epoch judges as the last does")
	}
	p.wait(5*time.Second, `document.activeElement.id === 'moments-range'`)
	p.do(chromedp.KeyEvent(kb.ArrowRight))
	p.wait(20*time.Second, `document.querySelector('[data-moment]')?.dataset.moment === '2'`)
	p.tap(`.machine .picked button`)
	p.wait(20*time.Second, `document.querySelector('[data-moment]')?.dataset.moment === '4'`)
	p.evaluated("classify", 10*time.Second)
	if got := p.number("classify", "probability"); got != end {
		p.t.Errorf("back at the end P is %v, not %v", got, end)
	}
}

// takesAnExample presses each: all go into the box, and most of their words are known.
func (p *page) takesAnExample() {
	p.t.Helper()
	examples := p.count("[data-example]")
	if examples < 5 {
		p.t.Errorf("only %d examples", examples)
	}
	for i := range examples {
		text := eval[string](p, `document.querySelectorAll('[data-example]')[%d].dataset.example`, i)
		eval[bool](p, `(document.querySelectorAll('[data-example]')[%d].click(), true)`, i)
		p.wait(10*time.Second, `document.getElementById('field-review').value === %q && document.getElementById('cell-classify').dataset.validity !== 'evaluated'`, text)
		p.run("classify", 20*time.Second)
		known, err := strconv.Atoi(p.result("classify", "known"))
		if words := p.count("#output-classify [data-word]"); err != nil || known*10 < words*8 {
			p.t.Errorf("of the %d words of %q %d are known", words, text, known)
		}
	}
}
