package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// countsSwaps has the pages that are opened from now on count what the socket brings.
func (p *page) countsSwaps() {
	p.t.Helper()
	const script = `window.swaps = window.swapped = 0;
		const Real = WebSocket;
		window.WebSocket = class extends Real {
			constructor(...a) { super(...a); this.addEventListener('message', ({data}) => { if (JSON.parse(data).swap) window.swaps++, window.swapped = performance.now(); }); }
		};`
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cdp.AddScriptToEvaluateOnNewDocument, cdp.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}

// calms waits until nothing runs and nothing moves any more: whoever presses aims at what stands still.
func (p *page) calms(limit time.Duration) {
	p.t.Helper()
	p.wait(limit, `performance.now() - swapped > 700 && document.querySelectorAll('[data-activity="running"], [data-activity="queued"]').length === 0`)
}

// hold presses the middle of what the selector finds with a mouse, and lets it go after what is done meanwhile.
func (p *page) hold(selector string, meanwhile func()) {
	p.t.Helper()
	at := eval[[]float64](p, `(() => { const e = document.querySelector(%q); e.scrollIntoView({block: 'center', behavior: 'instant'}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, selector)
	mouse := func(event input.DispatchMouseEventType) {
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: event, X: at[0], Y: at[1], Button: "left", ClickCount: 1})
			return err
		}))
	}
	mouse("mouseMoved")
	mouse("mousePressed")
	meanwhile()
	mouse("mouseReleased")
}

// holdFinger does the same with a finger.
func (p *page) holdFinger(selector string, meanwhile func()) {
	p.t.Helper()
	at := eval[[]float64](p, `(() => { const e = document.querySelector(%q); e.scrollIntoView({block: 'center', behavior: 'instant'}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, selector)
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
		return err
	}))
	p.touch(input.DispatchTouchEventParams{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}})
	meanwhile()
	p.touch(input.DispatchTouchEventParams{Type: "touchEnd", TouchPoints: []*input.TouchPoint{}})
}

// holdSpace goes there by the tab key's way, and presses the space bar.
func (p *page) holdSpace(selector string, meanwhile func()) {
	p.t.Helper()
	key := func(event input.DispatchKeyEventType) {
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: event, Key: " ", Code: "Space", WindowsVirtualKeyCode: 32})
			return err
		}))
	}
	p.focus(selector)
	key("rawKeyDown")
	meanwhile()
	key("keyUp")
}

// What is pressed while the page takes in what was typed before, is pressed: with a mouse, a finger and the
// space bar, on a cell's own Run, another's and the one for all, and it runs with what was typed.
func TestPressedWhileThePageChanges(t *testing.T) {
	p := browser(t, 1280, "en")
	p.countsSwaps()
	p.open(serve(t) + "/?lang=en")
	p.run("load", 60*time.Second)
	p.small("1")
	p.run("pad", 30*time.Second)
	for _, c := range []struct {
		name, field, value, button, cell string
		hold                             func(selector string, meanwhile func())
	}{
		{"a mouse", "maxlen", "21", "#run-pad", "pad", p.hold},
		{"a mouse on another cell's", "maxlen", "22", "#run-model", "model", p.hold},
		{"a mouse on the one for all", "epochs", "2", "#run-all-button", "classify", p.hold},
		{"a mouse on fit's", "epochs", "1", "#run-fit", "fit", p.hold},
		{"a finger", "maxlen", "23", "#run-pad", "pad", p.holdFinger},
		{"the space bar", "maxlen", "24", "#run-pad", "pad", p.holdSpace},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := p.at(t)
			q.calms(30 * time.Second)
			before := eval[int](q, `swaps`)
			q.types("field-"+c.field, c.value)
			c.hold(c.button, func() { q.wait(10*time.Second, `swaps > %d`, before) })
			q.calms(60 * time.Second)
			q.evaluated(c.cell, 60*time.Second)
			if got := q.value("field-" + c.field); got != c.value {
				t.Errorf("the field holds %s", got)
			}
		})
	}
}
