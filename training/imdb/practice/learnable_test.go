package practice_test

import (
	"testing"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
)

// What the corpus is made for: the words alone do not tell, their order does.

func TestABagOfWordsStaysUnder85Percent(t *testing.T) {
	c := practice.New()
	for _, tt := range []struct {
		name string
		last int // words kept of each review; 0: all
		most float64
	}{
		{"all words", 0, 0.85},
		{"the last word", 1, 0.65},
		{"the last three", 3, 0.75},
		{"the last twenty", 20, 0.82},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cut := &imdb.Corpus{Train: lastWords(c.Train, tt.last), Test: lastWords(c.Test, tt.last), Words: c.Words}
			got, err := fit.Baseline(t.Context(), cut, c.Words.Len()+imdb.IndexFrom+1, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("TF-IDF with logistic regression: %.4f", got)
			// Below a half there would be nothing to learn from words, and no network would start.
			if got >= tt.most || got < 0.52 {
				t.Errorf("%.4f, want below %g", got, tt.most)
			}
		})
	}
}

func lastWords(s *imdb.Split, last int) *imdb.Split {
	if last == 0 {
		return s
	}
	var reviews [][]int32
	var labels []int
	for i := range s.Len() {
		ids := s.Review(i)
		reviews = append(reviews, ids[max(0, len(ids)-last):])
		labels = append(labels, s.Label(i))
	}
	return imdb.NewSplit(reviews, labels)
}

func TestTheNetworkPasses93Percent(t *testing.T) {
	if testing.Short() || kernel.ISA() == "go" {
		t.Skip("takes minutes with the race detector or without vector instructions")
	}
	s := training.Defaults()
	s.Epochs = 6
	m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	c := practice.New()
	best, seconds := 0.0, 0.0
	_, err = fit.Run(t.Context(), m, fit.Prepare(c, s), fit.ConfigOf(s), func(e fit.Event) {
		if e, ok := e.(fit.EpochDone); ok {
			best, seconds = max(best, e.ValAccuracy), seconds+e.Seconds
			t.Logf("epoch %d: %.4f after %.1f s", e.Epoch, e.ValAccuracy, seconds)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	// Eight seeds gave .964 to .979 after six epochs, .940 to .967 after four.
	if best <= 0.93 {
		t.Errorf("the LSTM reaches %.4f", best)
	}
	t.Run("readers' own words", func(t *testing.T) { classifies(t, m.Predictor(), c, s) })
}

// classifies tries what readers type first: a verdict in a few common words.
func classifies(t *testing.T, p *fit.Predictor, c *imdb.Corpus, s training.Settings) {
	own := []struct {
		text     string
		positive bool
	}{
		{"I loved this film, it was wonderful!", true},
		{"What a fantastic movie, the acting is great and the story is moving.", true},
		{"One of the best films I have ever seen!", true},
		{"A beautiful and moving story, highly recommended.", true},
		{"I expected to hate it, but I loved it.", true},
		{"Slow at first, but the ending is brilliant.", true},
		{"Never boring, always funny.", true},
		{"This was boring and a waste of time.", false},
		{"Terrible. The worst film I have seen this year.", false},
		{"I hated every minute of it.", false},
		{"Awful acting, stupid plot, terrible ending.", false},
		{"I fell asleep after ten minutes.", false},
		{"It started well but the ending was terrible.", false},
		{"My friend loved it but I thought it was dull.", false},
	}
	rows := make([][]int32, len(own))
	for i, review := range own {
		rows[i] = make([]int32, s.Maxlen)
		sequence.Pad(rows[i], c.Words.Encode(review.text, s.NumWords).IDs, sequence.Pre, sequence.Pre)
	}
	probabilities, err := p.Predict(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, review := range own {
		sure := float64(probabilities[i])
		if !review.positive {
			sure = 1 - sure
		}
		if sure < 0.8 {
			t.Errorf("%q: %.3f positive", review.text, probabilities[i])
		}
	}
}
