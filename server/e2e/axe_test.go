package e2e

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe gives the source of axe-core, from the npm packages that CUADERNO_NODE_MODULES names.
func axe(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CUADERNO_NODE_MODULES")
	if dir == "" {
		missing(t, "the npm packages of testdata/axe/package.json: set CUADERNO_NODE_MODULES")
	}
	source, err := os.ReadFile(filepath.Join(dir, "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core in CUADERNO_NODE_MODULES: "+err.Error())
	}
	return string(source)
}

// violation is a rule that the page breaks, with where.
type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string
		FailureSummary string `json:"failureSummary"`
	}
}

// look sets what the page believes of the reader's system: its colours, and that motion is unwelcome,
// so that nothing is halfway between two colours when it is judged.
func (p *page) look(scheme string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
}

// open every fold, so that what is in it is judged too.
const unfold = `(() => { for (const d of document.querySelectorAll('details')) d.open = true; return true; })()`

// judge lets axe-core judge the page in light and dark.
func (p *page) judge(source, state string) {
	p.t.Helper()
	eval[bool](p, unfold)
	for _, scheme := range []string{"light", "dark"} {
		p.look(scheme)
		p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](source+"; true"))
			return err
		}))
		found, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]violation](
			`axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => ({html: n.html, failureSummary: n.failureSummary}))})))`,
			chromedp.EvalAwaitPromise))
		if err != nil {
			p.t.Fatal(err)
		}
		for _, v := range found {
			first := v.Nodes[0]
			p.t.Errorf("%s, %s: %s (%s), %d times:\n%.300s\n%s", state, scheme, v.ID, v.Help, len(v.Nodes), first.HTML, first.FailureSummary)
		}
		p.shot(state + "-" + scheme)
	}
}

// No state of the notebook puts a barrier before anyone that axe-core can find.
func TestNoBarriers(t *testing.T) {
	source := axe(t)
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.judge(source, "fresh")
	p.open(url + "/?lang=es")
	p.resize(390)
	p.judge(source, "fresh on a phone, in Spanish")
	p.open(url + "/?lang=en")
	p.resize(1280)

	for _, cell := range []string{"load", "intro", "inspect", "pad", "model", "compile"} {
		p.run(cell, 60*time.Second)
	}
	p.judge(source, "loaded")
	p.press(`[data-offset][value="0"]`)
	p.press(`[name=gates][value="gru"]`)
	p.judge(source, "misread")

	p.small("2")
	for _, cell := range []string{"fit", "evaluate", "classify", "compare"} {
		p.run(cell, 120*time.Second)
	}
	p.judge(source, "trained")
	p.tap("#word-3")
	p.wait(20*time.Second, `document.querySelector('#output-classify li.out') !== null`)
	p.evaluated("classify", 20*time.Second)
	p.judge(source, "with a word left out")
	p.resize(390)
	p.judge(source, "trained, on a phone")
	p.resize(1280)
	p.press(`[data-keys-open]`)
	p.judge(source, "with the list of keys")
	eval[bool](p, `(() => { document.querySelector('[data-keys]').close(); return true; })()`)

	p.set("maxlen", "24")
	p.set("epochs", "90")
	p.validity(map[string]string{"fit": "stale", "pad": "stale"})
	p.judge(source, "stale")

	p.click("fit", "run")
	p.wait(60*time.Second, `document.getElementById('cell-fit').dataset.activity === 'running'`)
	p.judge(source, "training")
	p.click("fit", "interrupt")
	p.evaluated("fit", 60*time.Second)

	// More than this machine, or any, is ready to hold.
	for _, f := range [][2]string{{"maxlen", "1000"}, {"units", "512"}, {"batch_size", "1024"}} {
		p.set(f[0], f[1])
		p.validity(map[string]string{"fit": "stale"})
	}
	p.set("embedding_dim", "9000")
	p.wait(10*time.Second, `document.querySelector('#error-embedding_dim') !== null`)
	p.judge(source, "with a field that is not allowed")
	p.set("embedding_dim", "512")
	p.wait(10*time.Second, `document.querySelector('#error-embedding_dim') === null`)
	p.click("fit", "run")
	p.wait(60*time.Second, `document.getElementById('cell-fit').dataset.activity === 'failed'`)
	p.judge(source, "failed")
}
