package web_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuaderno/training/sequence"
	"cuaderno/web"
)

func whole(t *testing.T, e element, attr string) int {
	t.Helper()
	n, err := strconv.Atoi(e.attr[attr])
	if err != nil {
		t.Fatalf("%s=%q: %v", attr, e.attr[attr], err)
	}
	return n
}

// The page lights a word while maxlen is at least the number that the word bears. So every number
// must say what pad_sequences would do, whatever the settings that it was drawn with.
func TestWordsBearTheMaxlenThatKeepsThem(t *testing.T) {
	tokens := sampleTokens()
	for _, truncating := range []string{"pre", "post"} {
		for maxlen := 1; maxlen <= len(tokens)+2; maxlen++ {
			c := done(web.EN, "pad", web.PadResult{Tokens: tokens, Lengths: sampleLengths()})
			c.Settings.Maxlen, c.Settings.Truncating = maxlen, truncating
			from, to := sequence.Window(len(tokens), maxlen, sequence.Side(truncating))
			i := 0
			for _, e := range elements(t, render(t, web.Output(c))) {
				if e.attr["data-pre"] == "" {
					continue
				}
				kept := i >= from && i < to
				if drawn := slices.Contains(strings.Fields(e.attr["class"]), "kept"); drawn != kept {
					t.Fatalf("maxlen %d, %s: word %d is drawn kept: %v", maxlen, truncating, i, drawn)
				}
				if said := whole(t, e, "data-"+truncating) <= maxlen; said != kept {
					t.Fatalf("maxlen %d, %s: word %d says kept: %v", maxlen, truncating, i, said)
				}
				i++
			}
			if i != len(tokens) {
				t.Fatalf("%d words of %d", i, len(tokens))
			}
		}
	}
}

func TestWordsBearTheVocabularyThatKeepsThem(t *testing.T) {
	tokens := sampleTokens()
	for _, numWords := range []int{100, 530, 531, 22668, 22669, 88587} {
		c := done(web.EN, "inspect", web.InspectResult{Tokens: tokens})
		c.Settings.NumWords = numWords
		i, all := 0, elements(t, render(t, web.Output(c)))
		for at, e := range all {
			if e.attr["data-least"] == "" {
				continue
			}
			// As load_data has it: ids of num_words and more become 2.
			gone := tokens[i].Full >= numWords
			if drawn := all[at-1].attr["class"] == "oov"; drawn != gone {
				t.Errorf("num_words %d: %s is drawn outside: %v", numWords, tokens[i].Word, drawn)
			}
			if said := whole(t, e, "data-least") > numWords; said != gone {
				t.Errorf("num_words %d: %s says outside: %v", numWords, tokens[i].Word, said)
			}
			i++
		}
		if i != len(tokens) {
			t.Errorf("%d words of %d", i, len(tokens))
		}
	}
}

func TestCostOfMaxlen(t *testing.T) {
	// Of 1,000 sample reviews 500 have 60 words, 300 have 150, 195 have 300 and 5 have 2,500: 146,000 in all.
	for maxlen, want := range map[int][2]string{
		1000: {"0.005", strconv.FormatFloat(7500./146000, 'f', -1, 64)},
		60:   {"0.5", strconv.FormatFloat(float64(300*90+195*240+5*2440)/146000, 'f', -1, 64)},
		59:   {"1", strconv.FormatFloat(float64(500*1+300*91+195*241+5*2441)/146000, 'f', -1, 64)},
	} {
		c := done(web.ES, "pad", web.PadResult{Tokens: sampleTokens(), Lengths: sampleLengths()})
		c.Settings.Maxlen = maxlen
		all := elements(t, render(t, web.Output(c)))
		for i, attr := range []string{"data-cut", "data-lost"} {
			if _, ok := find(all, attr, want[i]); !ok {
				t.Errorf("maxlen %d: no %s=%q", maxlen, attr, want[i])
			}
		}
	}
}

// A cell that follows a field is not dimmed by it, and is by any other.
func TestOutputsThatFollowAreNotDimmed(t *testing.T) {
	for _, c := range []struct {
		cell, field string
		dim         bool
	}{
		{"inspect", "num_words", false}, {"inspect", "index", true}, {"pad", "maxlen", false}, {"pad", "index", true},
		{"model", "units", false}, {"compile", "optimizer", true},
	} {
		v := with(done(web.EN, c.cell, results()[c.cell]), func(v *web.CellView) {
			v.Validity, v.Changes = web.Stale, []web.Change{{Field: c.field, From: "1", To: "2"}}
		})
		if dim := strings.Contains(render(t, web.Output(v)), `class="output dim"`); dim != c.dim {
			t.Errorf("%s after a change of %s is dim: %v", c.cell, c.field, dim)
		}
		v.After = "load"
		if !strings.Contains(render(t, web.Output(v)), `class="output dim"`) {
			t.Errorf("%s after another corpus is not dim", c.cell)
		}
	}
}

// The start mark is a number of the review, and no word of it.
func TestStartMarkIsNoWord(t *testing.T) {
	tokens := sampleTokens()
	n := len(tokens)
	for maxlen, want := range map[int]string{n - 2: "1 word and the start mark cut", n - 3: "2 words and the start mark cut", n: "0 words cut"} {
		c := done(web.EN, "pad", web.PadResult{Tokens: tokens, Lengths: sampleLengths()})
		c.Settings.Maxlen = maxlen
		if !strings.Contains(render(t, web.Output(c)), want) {
			t.Errorf("maxlen %d: nothing says %q", maxlen, want)
		}
	}
}
