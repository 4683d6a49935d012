package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// page is one browser tab.
type page struct {
	t   *testing.T
	ctx context.Context
}

// browser starts a headless browser of its own, its window `width` pixels wide.
func browser(t *testing.T, width int, lang string, more ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	path := ""
	for _, name := range []string{os.Getenv("CUADERNO_BROWSER"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); name != "" && err == nil {
			path = found
			break
		}
	}
	if path == "" {
		missing(t, "a browser: chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("lang", lang), chromedp.Flag("accept-lang", lang), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(60*time.Second))
	options = append(options, more...)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	p := &page{t, ctx}
	p.do(chromedp.EmulateViewport(int64(width), 900))
	p.failOnScriptErrors()
	return p
}

// tab opens a second page in the same browser: the same reader.
func (p *page) tab() *page {
	p.t.Helper()
	ctx, closeTab := chromedp.NewContext(p.ctx)
	p.t.Cleanup(closeTab)
	other := &page{p.t, ctx}
	other.failOnScriptErrors()
	return other
}

// failOnScriptErrors makes an uncaught exception on the page an error of the test.
func (p *page) failOnScriptErrors() {
	ctx, stop := context.WithCancel(p.ctx)
	events := chromedp.Events(ctx, runtime.ExceptionThrown)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for e, err := range events {
			if err != nil {
				return
			}
			text := e.ExceptionDetails.Text
			if x := e.ExceptionDetails.Exception; x != nil {
				text += " " + x.Description
			}
			p.t.Errorf("the page threw: %s", text)
		}
	}()
	p.t.Cleanup(func() {
		stop()
		<-done
	})
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// eval gives the value of an expression.
func eval[T any](p *page, expression string, args ...any) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](fmt.Sprintf(expression, args...)))
	if err != nil {
		p.t.Fatalf("%s: %v", fmt.Sprintf(expression, args...), err)
	}
	return v
}

// wait waits until an expression is true.
func (p *page) wait(limit time.Duration, expression string, args ...any) {
	p.t.Helper()
	expression = fmt.Sprintf(expression, args...)
	poll := chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(limit))
	if _, err := chromedp.Run(p.ctx, poll); err != nil {
		p.shot("failed")
		p.t.Fatalf("waited %v for %s: %v", limit, expression, err)
	}
}

func (p *page) open(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
	p.wait(10*time.Second, `document.querySelector('[data-notebook]')?.dataset.live === 'true'`)
}

// set gives a field a value, as typing and leaving it does.
func (p *page) set(field, value string) {
	p.t.Helper()
	ok := eval[bool](p, `(() => {
		const e = document.querySelector('[name=%s]');
		if (!e) return false;
		if (e.type === 'checkbox') e.checked = %q === 'true'; else e.value = %q;
		e.dispatchEvent(new Event('input', {bubbles: true}));
		e.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})()`, field, value, value)
	if !ok {
		p.t.Fatalf("the page has no field %s", field)
	}
}

// click presses a cell's button.
func (p *page) click(cell, action string) {
	p.t.Helper()
	p.tap(fmt.Sprintf(`#cell-%s [data-action="%s"]`, cell, action))
}

// tap presses what the selector finds with the mouse, when it stands still, and again if it was drawn anew or
// moved away between the look and the press.
func (p *page) tap(selector string) {
	p.t.Helper()
	for range 4 {
		p.wait(20*time.Second, `(() => {
			const e = document.querySelector(%q);
			if (!e) return true; // which Click waits for
			const b = e.getBoundingClientRect(), place = [scrollX, scrollY, b.x, b.y].join(), now = performance.now();
			if (window.place !== place) window.place = place, window.placed = now;
			return now - window.placed > 60;
		})()`, selector)
		eval[bool](p, `(() => {
			window.tapped = false;
			addEventListener('click', ({target}) => { window.tapped = !!target.closest?.(%q); }, {capture: true, once: true});
			return true;
		})()`, selector)
		err := chromedp.Do(p.ctx, chromedp.Click(selector))
		if err != nil && !strings.Contains(err.Error(), "Could not find node") {
			p.t.Fatalf("%s: %v", selector, err)
		}
		if err == nil && eval[bool](p, `window.tapped !== false`) { // undefined is that of the page behind a link
			return
		}
	}
	p.t.Fatalf("%s cannot be hit", selector)
}

// run presses a cell's Run and waits until it is evaluated.
func (p *page) run(cell string, limit time.Duration) {
	p.t.Helper()
	p.click(cell, "run")
	p.evaluated(cell, limit)
}

func (p *page) evaluated(cell string, limit time.Duration) {
	p.t.Helper()
	p.wait(limit, `(() => { const d = document.getElementById('cell-%s').dataset;
		return d.activity === 'failed' || d.validity === 'evaluated' && d.activity === 'ready'; })()`, cell)
	if state := p.data(cell, "activity"); state != "ready" {
		p.t.Fatalf("cell %s %s: %s", cell, state, p.text("#cell-"+cell))
	}
}

// data reads a data attribute of a cell's section.
func (p *page) data(cell, name string) string {
	p.t.Helper()
	return eval[string](p, `document.getElementById('cell-%s').dataset[%q] ?? ''`, cell, name)
}

// result reads a data attribute that stands somewhere in a cell's output.
func (p *page) result(cell, name string) string {
	p.t.Helper()
	return eval[string](p, `document.querySelector('#cell-%s [data-%s]')?.getAttribute('data-%s') ?? ''`, cell, name, name)
}

func (p *page) text(selector string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(eval[string](p, `document.querySelector(%q)?.innerText ?? ''`, selector)), " ")
}

// shot keeps a picture of the whole page where CUADERNO_SHOTS says.
func (p *page) shot(name string) {
	p.t.Helper()
	dir := os.Getenv("CUADERNO_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Logf("screenshot: %v", err)
		return
	}
	file := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name() + "-" + name + ".png")
	if err := os.WriteFile(filepath.Join(dir, file), png, 0o644); err != nil {
		p.t.Error(err)
	}
}

// dark switches what the page believes the reader's system prefers.
func (p *page) dark(on bool) {
	p.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

// resize gives the window another width.
func (p *page) resize(width int) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(int64(width), 900))
}
