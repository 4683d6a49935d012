package web_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"cuaderno/web"
)

// sketched is the cell of a training with everything that a reader can put beside it.
func sketched(l web.Lang, epochs int) web.CellView {
	r := sampleRun(epochs)
	r.Guess = []web.Guess{{1, .5}, {4, .2}, {15, .1}}
	for _, e := range []int{1, epochs} {
		reach := web.Reach{Epoch: e}
		for t := range 80 {
			reach.Norms = append(reach.Norms, float32(math.Pow(1.05, float64(t))))
		}
		r.Reach = append(r.Reach, reach)
	}
	return with(done(l, "fit", r), func(c *web.CellView) {
		c.Activity, c.Ran.BPTTSteps, c.Guess = web.Running, 20, r.Guess
		c.Pins = web.PinsView{Max: 5, Planned: 15, Pins: []web.Pin{
			{ID: 1, Text: "Not <bad> at all", Known: 3, Words: 4, Absent: 1, Scores: []float64{.4, .61, .7}},
			{ID: 4, Text: "Awful", Scores: []float64{-1, .2}},
			{ID: 5, Text: "Waits"},
		}}
	})
}

// The parts of a training's cell that belong to the reader, in every state.
func sketches() map[string]templ.Component {
	c := sketched(web.EN, 3)
	return map[string]templ.Component{
		"fit-guess": web.GuessPad(with(fresh(web.EN, "fit"), func(c *web.CellView) { c.Settings.Epochs, c.Guess = 3, []web.Guess{{2, .4}} })),
		"fit-pins":  web.Pins(c), "fit-sketched": web.Output(c), "fit-sketched-es": web.Output(sketched(web.ES, 3)),
	}
}

func TestMissOfAGuess(t *testing.T) {
	// Against the classroom notebook's 0.3579 0.3808 0.4690: 0.5, 0.4 and 0.3 between the points.
	html := render(t, web.Output(sketched(web.EN, 3)))
	off := regexp.MustCompile(`data-off="([^"]*)"`).FindStringSubmatch(html)
	if off == nil {
		t.Fatal("nothing says how far off the guess is")
	}
	got, _ := strconv.ParseFloat(off[1], 64)
	if want := (.1421 + .0192 + .1690) / 3; math.Abs(got-want) > 1e-9 {
		t.Errorf("off by %v, want %v", got, want)
	}
	for _, want := range []string{"most at epoch 3, where you expected 0.30 and it came to 0.47", "so far"} {
		if !strings.Contains(html, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	stopped := sketched(web.EN, 3)
	r := stopped.Result.(*web.FitResult)
	r.State, r.Live = "interrupted", nil
	if html := render(t, web.Output(stopped)); !strings.Contains(html, "expected the lowest after epoch 15; it came after epoch <b>1</b>") {
		t.Error("nothing says where the lowest was expected")
	}
}

func TestGuessesStayOnTheChart(t *testing.T) {
	c := sketched(web.EN, 3)
	c.Result.(*web.FitResult).Guess[0].Loss = 4.5
	for _, m := range regexp.MustCompile(`<circle class="guess"[^>]*cy="([^"]*)"`).FindAllStringSubmatch(render(t, web.Output(c)), -1) {
		if y, err := strconv.ParseFloat(m[1], 64); err != nil || y < 40 || y > 180 {
			t.Errorf("a point lies at %s", m[1])
		}
	}
}

func TestReachInWords(t *testing.T) {
	// Norms that grow by 1.05: the last 14 of 80 are the first to hold half of the sum.
	html := render(t, web.Output(sketched(web.EN, 3)))
	for _, want := range []string{"falls on the last <b>14</b> of 80", "the first <b>60</b> places", `>bptt_steps=20</text>`} {
		if !strings.Contains(html, want) {
			t.Errorf("nothing says %q", want)
		}
	}
}

func TestPins(t *testing.T) {
	html := render(t, web.Pins(sketched(web.EN, 3)))
	for _, want := range []string{"Not &lt;bad&gt; at all", "1 change of mind", "3 of 4 words known", "1 left out, not in the data set’s list", "P(liked) 0.20 after epoch 2", "Waits for an epoch", `data-judged="3"`} {
		if !strings.Contains(html, want) {
			t.Errorf("nothing says %q", want)
		}
	}
}
