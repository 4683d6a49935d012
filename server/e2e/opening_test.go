package e2e

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cuaderno/training/kernel"
)

// places counts where the boxes of a kind stand; those on top of one another are one.
func (p *page) places(kind string) string {
	return fmt.Sprintf(`new Set([...document.querySelectorAll('.morph .node.%s')].map(e => Math.round(e.getBoundingClientRect().left))).size`, kind)
}

// still asks for no motion.
func (p *page) still() {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
}

func TestOpening(t *testing.T) {
	for _, c := range []struct {
		lang  string
		width int
	}{{"en", 1280}, {"es", 390}} {
		t.Run(fmt.Sprint(c.lang, " ", c.width), func(t *testing.T) {
			p := browser(t, c.width, c.lang)
			p.open(serve(t) + "/?lang=" + c.lang)
			t.Run("topologies", func(t *testing.T) { (&page{t, p.ctx}).topologies() })
			t.Run("unrolled", func(t *testing.T) { (&page{t, p.ctx}).unrolled() })
			t.Run("gates", func(t *testing.T) { (&page{t, p.ctx}).gates() })
			if over := eval[int](p, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
				t.Errorf("the page is %d too wide", over)
			}
		})
	}
}

// topologies picks one after another by keyboard. This lesson's is lit at first: many in, one out.
func (p *page) topologies() {
	moves := `getComputedStyle(document.querySelector('.morph .go')).transitionDuration`
	p.is(p.places("in"), "5")
	p.is(p.places("out"), "1")
	p.is(moves, "0.7s")
	p.focus(`.morph :checked`)
	p.keys(kb.ArrowDown)
	p.is(p.places("in"), "1")
	p.is(p.places("out"), "5")
	p.still()
	p.is(moves, "0s")
	// Without motion each is there at once.
	for _, want := range [][2]string{{"3", "2"}, {"5", "5"}, {"5", "1"}} {
		p.keys(kb.ArrowDown)
		if in, out := eval[int](p, "%s", p.places("in")), eval[int](p, "%s", p.places("out")); fmt.Sprint(in, out) != want[0]+" "+want[1] {
			p.t.Errorf("%d in and %d out, want %v", in, out, want)
		}
	}
}

// unrolled looks at the drawing of the reader's own maxlen and bptt_steps.
func (p *page) unrolled() {
	drawn := `(() => { const f = document.querySelector('#figure-intro'), n = s => (f.querySelector(s).getAttribute('d').match(/M/g) ?? []).length;
		return [f.dataset.depth, f.dataset.reach, n('.past'), n('.learnt')].join(' '); })()`
	p.is(drawn, "80 80 0 80")
	p.set("bptt_steps", "20")
	p.is(drawn, "80 20 60 20")
	p.contains("#figure-intro", "60")
	p.set("maxlen", "30")
	p.is(drawn, "30 20 10 20")
	p.set("maxlen", "10")
	p.is(drawn, "10 10 0 10")
	p.set("maxlen", "80")
	p.set("bptt_steps", "0")
	p.is(drawn, "80 80 0 80")
}

// gates moves what comes in, and holds the page's figures against the engine's own kernels.
func (p *page) gates() {
	for _, in := range [][3]float64{{0.6, -0.2, 1}, {-1, 0.5, 1.5}, {0, 0, -2}, {1, 1, 0}, {-0.35, -0.9, 0.8}} {
		for i, name := range []string{"x", "h", "c"} {
			eval[bool](p, `(() => { const e = document.querySelector('[data-gate-input=%s]'); e.value = %v; e.dispatchEvent(new Event('input', {bubbles: true})); return true; })()`, name, in[i])
		}
		p.agree("lstm", in, engineLSTM(p, in))
		p.agree("gru", in, engineGRU(p, in))
	}
	p.focus(`[name=gates]:checked`)
	p.keys(kb.ArrowRight)
	p.is(`getComputedStyle(document.querySelector('.dissect-gru')).visibility + ' ' + getComputedStyle(document.querySelector('.dissect-lstm')).visibility`, "visible hidden")
	p.focus(`[data-gate-input=x]`)
	before := p.gate("gru-h")
	p.keys(kb.End)
	if p.gate("gru-h") == before {
		p.t.Error("the keyboard does not move x")
	}
	p.shot("gates")
}

// gate reads a figure as the page writes it.
func (p *page) gate(key string) float64 {
	p.t.Helper()
	text := eval[string](p, `document.querySelector('td [data-value=%s]').textContent`, key)
	v, err := strconv.ParseFloat(strings.NewReplacer("−", "-", ",", ".").Replace(text), 64)
	if err != nil {
		p.t.Fatalf("%s is %q", key, text)
	}
	return v
}

func (p *page) agree(cell string, in [3]float64, want map[string]float32) {
	p.t.Helper()
	for key, w := range want {
		if got := p.gate(cell + "-" + key); math.Abs(got-float64(w)) > 0.00501 {
			p.t.Errorf("%s of %s with %v is %v on the page, %v in the engine", key, cell, in, got, w)
		}
	}
}

// weight is a weight that the page says it uses.
func (p *page) weight(key, name string) float64 {
	p.t.Helper()
	v, err := strconv.ParseFloat(eval[string](p, `document.querySelector('[data-gate=%s]').dataset[%q]`, key, name), 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func tiles(n int, values ...float64) []float32 {
	out := make([]float32, n*kernel.Tile)
	for i, v := range values {
		out[i*kernel.Tile] = float32(v)
	}
	return out
}

func engineLSTM(p *page, in [3]float64) map[string]float32 {
	var z []float64
	for _, gate := range []string{"i", "f", "g", "o"} {
		key := "lstm-" + gate
		z = append(z, p.weight(key, "w")*in[0]+p.weight(key, "u")*in[1]+p.weight(key, "b"))
	}
	a, c, tc, h := tiles(4, z...), tiles(1), tiles(1), tiles(1)
	kernel.LSTMForward(a, tiles(1, in[2]), c, tc, h)
	return map[string]float32{
		"i": a[0], "f": a[kernel.Tile], "g": a[2*kernel.Tile], "o": a[3*kernel.Tile], "c": c[0], "h": h[0],
	}
}

func engineGRU(p *page, in [3]float64) map[string]float32 {
	z := func(gate string) float64 {
		return p.weight("gru-"+gate, "w")*in[0] + p.weight("gru-"+gate, "u")*in[1] + p.weight("gru-"+gate, "b")
	}
	a, h := tiles(4, p.weight("gru-n", "w")*in[0], z("z"), z("r"), p.weight("gru-n", "u")*in[1]), tiles(1)
	kernel.GRUForward(a, tiles(1, in[1]), h)
	return map[string]float32{"n": a[0], "z": a[kernel.Tile], "r": a[2*kernel.Tile], "h": h[0]}
}

// The first page is light, and asks nobody but its own server.
func TestFirstPage(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	for _, address := range eval[[]string](p, `performance.getEntriesByType('resource').map(e => e.name)`) {
		if !strings.HasPrefix(address, url+"/") {
			t.Errorf("the page asks for %s", address)
		}
	}
	// DESIGN's budget for the page with its style and scripts, compressed.
	if got := eval[int](p, `[...performance.getEntriesByType('resource'), performance.getEntriesByType('navigation')[0]].reduce((sum, e) => sum + e.encodedBodySize, 0)`); got < 10_000 || got > 60_000 {
		t.Errorf("the first page takes %d bytes", got)
	}
}
