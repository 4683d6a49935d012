package execute

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

func judgeSettings(padding, truncating string, maxlen int) training.Settings {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Maxlen, s.Padding, s.Truncating = 500, 8, 8, maxlen, padding, truncating
	return s
}

// plain is the whole way of a review by its definition: words, ids, row, verdict.
func plain(t *testing.T, words *imdb.WordIndex, p *fit.Predictor, s training.Settings, kept []string) float64 {
	t.Helper()
	row := make([]int32, s.Maxlen)
	sequence.Pad(row, words.Encode(strings.Join(kept, " "), s.NumWords).IDs, sequence.Side(s.Padding), sequence.Side(s.Truncating))
	out, err := p.Predict(t.Context(), [][]int32{row})
	if err != nil {
		t.Fatal(err)
	}
	return float64(out[0])
}

func TestEveryWordIsTriedByItself(t *testing.T) {
	words := practice.New().Words
	const review = "the story is slow at first but the ending is wonderful and i loved every xyzzy minute of this film"
	all := strings.Fields(review)
	for _, padding := range []string{"pre", "post"} {
		for _, truncating := range []string{"pre", "post"} {
			for _, maxlen := range []int{1, 2, 12, 20, 21, 30} {
				for _, without := range [][]int{nil, {0}, {3, 9, 16, 19}, {99}} {
					s := judgeSettings(padding, truncating, maxlen)
					name := fmt.Sprintf("%s %s %d without %v", padding, truncating, maxlen, without)
					t.Run(name, func(t *testing.T) {
						_, p := servertest.SmallJudge(s)
						v := encode(words, review, without, s)
						r := v.result()
						if err := v.judge(t.Context(), p, &r); err != nil {
							t.Fatal(err)
						}
						checkJudged(t, words, p, s, all, without, r)
					})
				}
			}
		}
	}
}

func checkJudged(t *testing.T, words *imdb.WordIndex, p *fit.Predictor, s training.Settings, all []string, without []int, r web.ClassifyResult) {
	t.Helper()
	var kept []string
	var places []int
	for i, w := range all {
		if _, known := words.Rank(w); !known { // it leaves no trace
			if tok := r.Tokens[i]; !tok.Absent || tok.Read || tok.Out || tok.Tried {
				t.Errorf("word %d is not in the index: %+v", i, tok)
			}
			continue
		}
		if !slices.Contains(without, i) {
			kept, places = append(kept, w), append(places, i)
		}
	}
	if want := plain(t, words, p, s, kept); r.Probability != want {
		t.Errorf("P %v, want %v", r.Probability, want)
	}
	if want := plain(t, words, p, s, all); r.Whole != want {
		t.Errorf("P of the whole review %v, want %v", r.Whole, want)
	}
	from, to := sequence.Window(len(kept)+1, s.Maxlen, sequence.Side(s.Truncating))
	known := 0
	for k, i := range places {
		tok := r.Tokens[i]
		if tok.ID != imdb.OOV {
			known++
		}
		if read := k+1 >= from && k+1 < to; tok.Out || tok.Read != read || tok.Tried != read {
			t.Fatalf("word %d: %+v, read %v", i, tok, read)
		}
		if !tok.Tried {
			continue
		}
		if want := r.Probability - plain(t, words, p, s, slices.Delete(slices.Clone(kept), k, k+1)); tok.Moved != want {
			t.Errorf("word %d moved P by %v, want %v", i, tok.Moved, want)
		}
	}
	for _, i := range without {
		if i < len(all) && (r.Tokens[i].Out == r.Tokens[i].Absent || r.Tokens[i].Read) {
			t.Errorf("word %d is left out: %+v", i, r.Tokens[i])
		}
	}
	if r.Known != known {
		t.Errorf("%d words known, want %d", r.Known, known)
	}
	// The last word's state is the verdict's, unless zeros are read after it.
	read := max(0, to-max(from, 1))
	if read > 0 && r.Blanks == 0 {
		if last := r.Tokens[places[to-2]]; last.After != r.Probability {
			t.Errorf("after the last word P is %v, the verdict is %v", last.After, r.Probability)
		}
	}
	if zeros := s.Maxlen - (to - from); s.Padding == "post" && read > 0 && r.Blanks != zeros || s.Padding == "pre" && r.Blanks != 0 {
		t.Errorf("%d zeros after the last word of %d", r.Blanks, zeros)
	}
	for _, u := range r.Units {
		if len(u.States) != read {
			t.Fatalf("unit %d has %d states for %d words", u.Unit, len(u.States), read)
		}
	}
	if read > 0 && len(r.Units) != restless {
		t.Errorf("%d units", len(r.Units))
	}
}

func TestMoments(t *testing.T) {
	three := []web.Moment{{Epoch: 1, P: .1}, {Epoch: 6, P: .6}, {Epoch: 9, P: .9}}
	for epoch, want := range map[int]int{0: 3, 6: 3, 4: 4, 12: 4} {
		got := joined(slices.Clone(three), web.Moment{Epoch: epoch, P: .5})
		if len(got) != want || !slices.IsSortedFunc(got, func(a, b web.Moment) int { return a.Epoch - b.Epoch }) {
			t.Errorf("with epoch %d: %v", epoch, got)
		}
	}
}

func TestTheEpochThatJudges(t *testing.T) {
	x := execution{}
	for moment, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 2, 5: 5, 90: 5} {
		x.Moment = moment
		if got := x.moment([]int{2, 4, 5}); got != want {
			t.Errorf("asked for epoch %d, %d judges, want %d", moment, got, want)
		}
	}
}

// BenchmarkJudging reads a review of 80 words at the lesson's size: its tape, and the verdict without
// each of its words.
func BenchmarkJudging(b *testing.B) {
	s := training.Defaults()
	words := practice.New().Words
	p := fit.NewPredictor(nn.SpecOf(s), nn.Init(nn.SpecOf(s), 1))
	v := encode(words, strings.Repeat("the story is slow at first but it gets better ", 9), nil, s)
	b.Run("tape", func(b *testing.B) {
		from, to := v.words()
		for b.Loop() {
			if t := p.Trace(v.row, v.at(from), v.at(to-1)+1, restless); math.IsNaN(t.P[0]) {
				b.Fatal("no number")
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			r := v.result()
			if err := v.judge(b.Context(), p, &r); err != nil {
				b.Fatal(err)
			}
		}
	})
}
