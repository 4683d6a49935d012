package web_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cuaderno/web"
)

var ticks = regexp.MustCompile(`<text class="tick"[^>]*>[^<]*</text>`)

func charts(t *testing.T, r *web.FitResult) []string {
	t.Helper()
	all := regexp.MustCompile(`(?s)<svg class="chart".*?</svg>`).FindAllString(render(t, web.Output(done(web.EN, "fit", r))), -1)
	if len(all) != 2 {
		t.Fatalf("%d charts", len(all))
	}
	return all
}

func TestAxesStayForTheWholeRun(t *testing.T) {
	empty := charts(t, sampleRun(0))
	for n := 1; n <= 4; n++ { // the notebook's first four epochs stay within the first scale
		for i, svg := range charts(t, sampleRun(n)) {
			if got, want := ticks.FindAllString(svg, -1), ticks.FindAllString(empty[i], -1); strings.Join(got, "") != strings.Join(want, "") {
				t.Errorf("after %d epochs the axes are others: %v, were %v", n, got, want)
			}
		}
	}
}

func TestAxesHoldEverything(t *testing.T) {
	wild := &web.FitResult{State: "running", Planned: 3, Steps: 1, Best: 1, Epochs: []web.Epoch{
		{1, .7, .3, 5.9, .2, 1, 1}, {2, 12, 1, .1, 1, 1, 1},
	}}
	coordinate := regexp.MustCompile(`M[0-9.]+ ([0-9.]+)h0`)
	for _, svg := range charts(t, wild) {
		points := coordinate.FindAllStringSubmatch(svg, -1)
		if len(points) != 6 {
			t.Errorf("%d points of two epochs", len(points))
		}
		for _, m := range points {
			y, err := strconv.ParseFloat(m[1], 64)
			if err != nil || y < 40 || y > 180 {
				t.Errorf("a point lies at %s", m[1])
			}
		}
	}
}

func TestChartsSurviveBrokenRuns(t *testing.T) {
	nan := &web.FitResult{State: "failed", Planned: 15, Steps: 1, Best: 1, Epochs: []web.Epoch{
		{1, .7, .5, .7, .5, 1, 1}, {2, math.NaN(), .5, math.Inf(1), .5, 1, 1},
	}}
	for _, svg := range charts(t, nan) {
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("what is no number is drawn: %s", svg)
		}
	}
}

func TestOneEpochAndAHundred(t *testing.T) {
	one := &web.FitResult{State: "finished", Planned: 1, Steps: 782, Best: 1, Epochs: sampleEpochs(1)}
	if svg := charts(t, one)[0]; strings.Count(svg, "h0") != 3 {
		t.Errorf("one epoch is not two dots: %s", svg)
	}
	many := &web.FitResult{State: "finished", Planned: 100, Steps: 782, Best: 1}
	for i := range 100 {
		e := sampleEpochs(8)[i%8]
		e.Epoch = i + 1
		many.Epochs = append(many.Epochs, e)
	}
	for _, svg := range charts(t, many) {
		if len(svg) > 8*1024 {
			t.Errorf("a chart of 100 epochs takes %d bytes", len(svg))
		}
	}
}

func TestLabelsKeepApart(t *testing.T) {
	label := regexp.MustCompile(`<text class="label[^>]* x="([^"]*)" y="([^"]*)"`)
	for n := 1; n <= 15; n++ {
		r := &web.FitResult{State: "running", Planned: 15, Steps: 1}
		for e := 1; e <= n; e++ { // two curves that end at the same point
			r.Epochs = append(r.Epochs, web.Epoch{e, .4, .8, .4, .8, 1, 1})
		}
		for _, svg := range charts(t, r) {
			m := label.FindAllStringSubmatch(svg, -1)
			if len(m) != 2 {
				t.Fatalf("%d labels: %s", len(m), svg)
			}
			a, _ := strconv.ParseFloat(m[0][2], 64)
			b, _ := strconv.ParseFloat(m[1][2], 64)
			if math.Abs(a-b) < 11 { // the height of a line of the chart's text
				t.Errorf("after %d epochs the labels are %v apart", n, math.Abs(a-b))
			}
		}
	}
}

// The gap is shaded where validation is the worse one, from the best epoch on, and named once it is wide.
func TestGap(t *testing.T) {
	r := &web.FitResult{State: "running", Planned: 6, Steps: 1, Best: 2, Epochs: []web.Epoch{
		{1, .6, .6, .5, .7, 1, 1}, {2, .5, .7, .4, .8, 1, 1}, {3, .49, .75, .45, .79, 1, 1},
	}}
	shaded := func() int { return strings.Count(strings.Join(charts(t, r), ""), `<path class="gap"`) }
	if n := shaded(); n != 0 {
		t.Errorf("%d charts are shaded, and validation is the better one", n)
	}
	r.Epochs = append(r.Epochs, web.Epoch{4, .2, .9, .5, .78, 1, 1})
	all := charts(t, r)
	if n := shaded(); n != 2 {
		t.Errorf("%d charts are shaded, both are wanted", n)
	}
	// Epochs 2 and 3 add nothing: there and back their points are the same.
	area := regexp.MustCompile(`<path class="gap" d="M([^L]*)L([^L]*)L[^L]*L[^L]*L([^L]*)L([^L]*)Z"`).FindStringSubmatch(all[0])
	if area == nil || area[1] != area[4] || area[2] != area[3] {
		t.Errorf("the area is %v", area)
	}
	if strings.Contains(all[0], "memorised") {
		t.Error("the gap is named where it ends")
	}
	r.Epochs = append(r.Epochs, web.Epoch{5, .15, .92, .6, .77, 1, 1}, web.Epoch{6, .1, .95, .7, .76, 1, 1})
	if all := charts(t, r); !strings.Contains(all[0], "memorised") || strings.Contains(all[1], "memorised") {
		t.Error("the gap between the losses has no name")
	}
}

// The name of the gap keeps clear of what the reader expected: it stands above the line or below it, and where
// there is no room for that, nowhere.
func TestGapBesideAGuess(t *testing.T) {
	r := &web.FitResult{State: "running", Planned: 6, Steps: 1, Best: 2}
	for i := range 6 {
		r.Epochs = append(r.Epochs, web.Epoch{Epoch: i + 1, Loss: .5 - .09*float64(i), Accuracy: .6, ValLoss: .3 + .08*float64(i), ValAccuracy: .7})
	}
	r.Epochs[0].ValLoss = .5
	word := regexp.MustCompile(`<text class="gap" x="([0-9.]+)" y="([0-9.]+)"`)
	point := regexp.MustCompile(`[ML]([0-9.]+) ([0-9.]+)`)
	number := func(text string) float64 { v, _ := strconv.ParseFloat(text, 64); return v }
	for name, c := range map[string]struct {
		guess []web.Guess
		shown bool
	}{
		"none":           {nil, true},
		"level, low":     {[]web.Guess{{1, .2}, {6, .2}}, true},
		"level, high":    {[]web.Guess{{1, .5}, {6, .5}}, true},
		"falling":        {[]web.Guess{{1, .5}, {6, .1}}, true},
		"in the midst":   {[]web.Guess{{1, .38}, {6, .38}}, true},
		"everywhere":     {[]web.Guess{{1, .1}, {4, .1}, {5, .7}, {6, .1}}, false},
		"one point, far": {[]web.Guess{{1, .1}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r.Guess = c.guess
			svg := charts(t, r)[0]
			at := word.FindStringSubmatch(svg)
			if (at != nil) != c.shown {
				t.Fatalf("it is shown: %v", at != nil)
			}
			if at == nil || len(c.guess) < 2 {
				return
			}
			x, y := number(at[1]), number(at[2])
			line := regexp.MustCompile(`data-guess-line d="([^"]*)"`).FindStringSubmatch(svg)
			points := point.FindAllStringSubmatch(line[1], -1)
			for i := range points[1:] {
				x1, y1, x2, y2 := number(points[i][1]), number(points[i][2]), number(points[i+1][1]), number(points[i+1][2])
				for _, at := range []float64{x - 30, x, x + 30} {
					if at < x1 || at > x2 {
						continue
					}
					// The letters reach 8 above the line that they stand on, and 3 below it.
					if line := y1 + (at-x1)/(x2-x1)*(y2-y1); line > y-9 && line < y+4 {
						t.Errorf("at %.0f the line is at %.1f and the word stands on %.1f", at, line, y)
					}
				}
			}
		})
	}
}
