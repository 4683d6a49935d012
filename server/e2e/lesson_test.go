package e2e

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// The whole lesson on the real reviews, in English on a wide screen: every cell by its own button.
func TestLessonOnTheRealReviews(t *testing.T) {
	url := serve(t, "--data", realData(t))
	p := browser(t, 1280, "en")
	p.open(url + "/?lang=en")
	p.shot("fresh")

	p.run("load", 60*time.Second)
	p.contains("#cell-load", "25,000")

	// LESSON's known answers: x_train[0] in numbers and in words, and its label.
	p.run("inspect", 30*time.Second)
	if got := eval[string](p, `document.querySelector('#output-inspect pre').textContent`); !strings.Contains(got, "1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468") {
		t.Errorf("inspect does not list x_train[0]: %.300s", got)
	}
	p.contains("#cell-inspect", "brilliant")

	p.set("maxlen", "20")
	p.run("pad", 30*time.Second)
	p.run("model", 30*time.Second)
	p.contains("#output-model", "2,691,713")
	p.run("compile", 30*time.Second)
	p.contains("#output-compile", "Adam")

	p.set("epochs", "1")
	p.trains(1, 240*time.Second)
	p.shot("trained")

	p.run("evaluate", 60*time.Second)
	// Twenty words tell less than eighty, but far more than a coin does.
	if got := p.number("evaluate", "accuracy"); got < 0.70 || got > 0.90 {
		t.Errorf("accuracy %v on the test set", got)
	}
	if got := p.number("evaluate", "loss"); got <= 0 || got > 0.7 {
		t.Errorf("loss %v on the test set", got)
	}
	p.classifies()
	p.everyLook()
}

// The lesson on a machine without internet and without data, in Spanish, with Run all.
func TestLessonOnThePracticeCorpus(t *testing.T) {
	url := serve(t)
	p := browser(t, 1280, "es")
	p.open(url + "/")
	if got := eval[string](p, `document.documentElement.lang`); got != "es" {
		t.Errorf("a Spanish browser gets a page in %q", got)
	}
	p.run("load", 60*time.Second)
	p.contains("#cell-load", "6.000")
	p.run("inspect", 30*time.Second)
	p.set("epochs", "6")
	p.trains(6, 240*time.Second)
	p.run("evaluate", 60*time.Second)
	if got := p.number("evaluate", "accuracy"); got < 0.93 {
		t.Errorf("accuracy %v on the practice corpus after six epochs", got)
	}
	p.classifies()
	p.everyLook()
}

// trains runs fit and checks that the page tells of it at least twice a second.
func (p *page) trains(epochs int, limit time.Duration) {
	p.t.Helper()
	eval[bool](p, `(() => {
		window.seen = [];
		let last = '';
		window.watching = setInterval(() => {
			const e = document.getElementById('progress-fit');
			const text = e ? e.textContent : '';
			if (e && text !== last) { last = text; window.seen.push(performance.now()); }
		}, 20);
		return true;
	})()`)
	p.click("fit", "run")
	p.wait(60*time.Second, `document.getElementById('cell-fit').dataset.activity === 'running'`)
	p.evaluated("fit", limit)
	// Gaps between two changes, the longest twentieth left out: the machine has others to serve.
	gap := eval[float64](p, `(() => {
		clearInterval(window.watching);
		const gaps = window.seen.slice(1).map((t, i) => t - window.seen[i]).sort((a, b) => a - b);
		return gaps.length < 4 ? 1e9 : gaps[Math.floor(gaps.length * 0.95)];
	})()`)
	p.t.Logf("progress changes every %.0f ms", gap)
	if gap > 1000 { // alone on the machine it is a fifth of that
		p.t.Errorf("progress changes every %.0f ms, want two updates a second", gap)
	}
	if got := p.result("fit", "epoch"); got != strconv.Itoa(epochs) {
		p.t.Errorf("fit ended at epoch %q, want %d", got, epochs)
	}
	if got := p.result("fit", "state"); got != "finished" {
		p.t.Errorf("fit is %q, want finished", got)
	}
}

// classifies lets the network judge praise and scorn in the reader's own words.
func (p *page) classifies() {
	p.t.Helper()
	judge := func(review string) float64 {
		p.t.Helper()
		p.set("review", review)
		// The change has reached the server once the cell is not evaluated any more.
		p.wait(10*time.Second, `document.getElementById('cell-classify').dataset.validity !== 'evaluated'`)
		p.run("classify", 60*time.Second)
		return p.number("classify", "probability")
	}
	praise := judge("I loved this film. It was wonderful, a great story with brilliant actors, and I was moved to the very end. Excellent, one of the best.")
	scorn := judge("This was awful. The plot is boring, the acting is terrible and the whole film is a waste of time. The worst I have seen.")
	if praise < 0.7 || scorn > 0.3 {
		p.t.Errorf("P(liked) is %.2f for praise and %.2f for scorn", praise, scorn)
	}
	p.shot("classified")
}

// everyLook keeps pictures of the finished notebook and checks that no look is wider than its screen.
func (p *page) everyLook() {
	p.t.Helper()
	origin := eval[string](p, `location.origin`)
	for _, lang := range []string{"en", "es"} {
		p.open(origin + "/?lang=" + lang)
		for _, width := range []int{1280, 800, 390} {
			p.resize(width)
			for _, dark := range []bool{false, true} {
				p.dark(dark)
				name := lang + "-" + strconv.Itoa(width)
				if dark {
					name += "-dark"
				}
				p.shot(name)
			}
			if over := eval[int](p, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
				p.t.Errorf("%s at %d pixels is %d too wide", lang, width, over)
			}
		}
		p.resize(1280)
		p.dark(false)
	}
}

func (p *page) number(cell, name string) float64 {
	p.t.Helper()
	v, err := strconv.ParseFloat(p.result(cell, name), 64)
	if err != nil {
		p.t.Fatalf("data-%s of cell %s: %v", name, cell, err)
	}
	return v
}

func (p *page) contains(selector, want string) {
	p.t.Helper()
	if got := p.text(selector); !strings.Contains(got, want) {
		p.t.Errorf("%s does not say %q: %s", selector, want, got)
	}
}
