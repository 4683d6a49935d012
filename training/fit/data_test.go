package fit_test

import (
	"fmt"
	"slices"
	"testing"

	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/sequence"
)

func TestRowsAreCutAndPadded(t *testing.T) {
	c := smallCorpus(40, 10, 2)
	for _, padding := range []string{"pre", "post"} {
		for _, truncating := range []string{"pre", "post"} {
			for _, words := range []int{50, 100, 1000} {
				t.Run(fmt.Sprintf("padding %s, truncating %s, num_words %d", padding, truncating, words), func(t *testing.T) {
					s := smallSettings()
					s.Padding, s.Truncating, s.NumWords = padding, truncating, words
					set := fit.NewSet(c.Train, 3, 40, s)
					if set.Len() != 37 || set.Maxlen() != s.Maxlen {
						t.Fatalf("%d rows of %d", set.Len(), set.Maxlen())
					}
					for i := range set.Len() {
						got, want := make([]int32, s.Maxlen), make([]int32, s.Maxlen)
						for j := range got {
							got[j] = -1
						}
						set.Row(i, got)
						cut := imdb.Cut(nil, c.Train.Review(3+i), s.NumWords)
						sequence.Pad(want, cut, sequence.Side(padding), sequence.Side(truncating))
						if !slices.Equal(got, want) {
							t.Fatalf("row %d is %v, want %v", i, got, want)
						}
						if set.Label(i) != float32(c.Train.Label(3+i)) || set.Review(i) != 3+i {
							t.Fatalf("row %d: label %g, review %d", i, set.Label(i), set.Review(i))
						}
					}
				})
			}
		}
	}
}

// signatures name the reviews of a set by the number that stands at their end.
func signatures(set *fit.Set, split *imdb.Split) (all []string) {
	for i := range set.Len() {
		ids := split.Review(set.Review(i))
		all = append(all, fmt.Sprint(ids))
	}
	return all
}

func TestPrepareKeepsTheSetsApart(t *testing.T) {
	for _, n := range []int{3, 5, 91, 100} {
		c := smallCorpus(n, 21, 3)
		s := smallSettings()

		s.Validation = "split"
		d := fit.Prepare(c, s)
		train, val, test := signatures(d.Train, c.Train), signatures(d.Val, c.Train), signatures(d.Test, c.Test)
		if len(val) != n/5 || len(train)+len(val) != n || len(test) != 21 {
			t.Errorf("split of %d: %d train, %d validate, %d test", n, len(train), len(val), len(test))
		}
		for _, v := range val {
			if slices.Contains(train, v) || slices.Contains(test, v) {
				t.Errorf("split of %d: a validation review is in another set", n)
			}
		}
		// As Keras' validation_split: the last ones, before any shuffle.
		if n >= 5 && val[len(val)-1] != fmt.Sprint(c.Train.Review(n-1)) {
			t.Errorf("split of %d: validation does not end with the last review", n)
		}

		s.Validation = "test"
		d = fit.Prepare(c, s)
		if d.Train.Len() != n || d.Val.Len() != 21 || d.Test.Len() != 21 {
			t.Errorf("test as validation: %d, %d, %d", d.Train.Len(), d.Val.Len(), d.Test.Len())
		}
		if !slices.Equal(signatures(d.Val, c.Test), signatures(d.Test, c.Test)) {
			t.Error("validation is not the test set")
		}
	}
}

func TestConfigOfPicksEverySetting(t *testing.T) {
	s := smallSettings()
	s.BatchSize, s.Epochs, s.EarlyStopping, s.Patience, s.RestoreBest, s.Seed = 7, 9, "val_accuracy", 4, true, 99
	s.MinDelta = 0.01
	c := fit.ConfigOf(s)
	if c.BatchSize != 7 || c.Epochs != 9 || c.EarlyStopping != "val_accuracy" || c.Patience != 4 || !c.RestoreBest || c.Seed != 99 || c.MinDelta != 0.01 {
		t.Errorf("%+v", c)
	}
}
