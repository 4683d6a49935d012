package web_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// The squares' areas are to one another as the parameters that nn counts, and each sum beside them
// comes to the number below it.
func TestModelIsDrawnInProportion(t *testing.T) {
	for _, change := range []func(*training.Settings){
		func(*training.Settings) {},
		func(s *training.Settings) { s.Layer, s.NumWords, s.Units = "gru", 100, 512 },
		func(s *training.Settings) { s.Layer, s.EmbeddingDim = "simple_rnn", 3 },
	} {
		c := done(web.EN, "model", sampleModel())
		change(&c.Settings)
		params := nn.SpecOf(c.Settings).Summary().Rows
		doc := render(t, web.Output(c))
		var sides []float64
		for _, e := range elements(t, doc) {
			if e.tag == "svg" {
				side, err := strconv.ParseFloat(e.attr["width"], 64)
				if err != nil || e.attr["height"] != e.attr["width"] {
					t.Fatalf("not a square: %v", e.attr)
				}
				sides = append(sides, side)
			}
		}
		if len(sides) != len(params) {
			t.Fatalf("%d squares for %d layers", len(sides), len(params))
		}
		for i := range params {
			want := math.Sqrt(float64(params[i].Params) / float64(params[0].Params))
			if got := sides[i] / sides[0]; math.Abs(got-want) > 0.0002*max(1, want) {
				t.Errorf("%s: side %v of the first, want %v", params[i].Name, got, want)
			}
		}
		for i, rest := range strings.Split(doc, `class="count-of">`)[1:] {
			sum, _, _ := strings.Cut(rest, "<")
			if got := calculate(t, sum); got != params[i].Params {
				t.Errorf("%s: %s is %d, want %d", params[i].Name, sum, got, params[i].Params)
			}
		}
	}
	// LESSON: 95% of the lesson's parameters are in the embedding.
	if doc := render(t, web.Output(done(web.EN, "model", sampleModel()))); !strings.Contains(doc, "95% of them are in the embedding") {
		t.Error("the embedding's share is not told")
	}
}

// calculate works a product of numbers and sums in brackets out.
func calculate(t *testing.T, text string) int {
	t.Helper()
	product := 1
	for _, factor := range strings.Split(text, " × ") {
		sum := 0
		for _, term := range strings.Split(strings.Trim(factor, "()"), " + ") {
			n, err := strconv.Atoi(strings.ReplaceAll(term, ",", ""))
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		product *= sum
	}
	return product
}
