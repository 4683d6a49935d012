package op_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// A predictor's network: units and features over tile borders, a vocabulary small enough for a table.
func readingSpec(layer string) nn.Spec {
	return nn.Spec{
		NumWords: 60, Maxlen: 11, EmbeddingDim: 20, Layer: layer, Units: 37, Optimizer: "sgd", LearningRate: 0.1,
	}
}

// drawReviews draws ids [reviews, T], each review with 0 ... T words of padding in front.
func drawReviews(s nn.Spec, reviews int, seed uint64) []int32 {
	ids, _ := drawBatch(s, reviews, seed)
	for row := range reviews {
		clear(ids[row*s.Maxlen:][:(row*7)%(s.Maxlen+1)])
	}
	return ids
}

func readAll(t *testing.T, p *op.Predictor, s nn.Spec, ids []int32) []float32 {
	t.Helper()
	logits, err := p.Logits(t.Context(), len(ids)/s.Maxlen, func(i int, dst []int32) { copy(dst, ids[i*s.Maxlen:]) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	return logits
}

func eachLayer(t *testing.T, f func(t *testing.T, s nn.Spec, p *nn.Params)) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := readingSpec(layer)
			f(t, s, drawParams(s, 31))
		})
	}
}

func TestPredictorReadsAsTheTwin(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		ids := drawReviews(s, 45, 1)
		ref, worst := newTwin(s, p), 0.0
		for i, got := range readAll(t, op.NewPredictor(s, p), s, ids) {
			d := math.Abs(float64(got) - ref.logit(ids[i*s.Maxlen:][:s.Maxlen], i))
			if worst = max(worst, d); !(d <= 5e-6) {
				t.Fatalf("review %d: logit off by %.2g", i, d)
			}
		}
		t.Logf("largest error of a logit %.1e", worst)
	})
}

// Without dropout, training's forward pass gives the same logits, to the bit.
func TestPredictorReadsAsTheTrainer(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		ids := drawReviews(s, 19, 2)
		n := newTrainer(t, s, 32, 1, p)
		before := readAll(t, op.NewPredictor(s, p), s, ids)
		step(t, n, ids, make([]float32, 19))
		sameBits(t, "the trainer's forward pass", n.Logits()[:len(before)], before)

		after := readAll(t, n.Predictor(), s, ids)
		if slices.Equal(after, before) {
			t.Error("a step changed nothing")
		}
		sameBits(t, "the trainer's own predictor", after, readAll(t, op.NewPredictor(s, n.Weights().Unpack()), s, ids))
	})
}

// The trainer's predictor is one and the same, with a table to be computed anew after every step.
func TestTheTrainersPredictorKeepsUp(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		s.Optimizer = "adam"
		n := newTrainer(t, s, 32, 1, p)
		many := drawReviews(s, 40, 8)
		for i := range uint64(4) {
			ids, labels := drawBatch(s, 32, i)
			step(t, n, ids, labels)
			want := op.NewPredictor(s, n.Weights().Unpack())
			sameBits(t, "through the table", readAll(t, n.Predictor(), s, many), readAll(t, want, s, many))
			sameBits(t, "without it", readAll(t, n.Predictor(), s, many[:s.Maxlen]), readAll(t, want, s, many[:s.Maxlen]))
		}
	})
}

// Many reviews are read through the table of projections, few without it.
func TestTableChangesNoBit(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		ids := drawReviews(s, 100, 3)
		with, without := op.NewPredictor(s, p), op.NewPredictor(s, p)
		many := readAll(t, with, s, ids)
		if !with.HasTable() {
			t.Fatal("no table for 1100 words of a vocabulary of 60")
		}
		for i := range 100 {
			one := readAll(t, without, s, ids[i*s.Maxlen:][:s.Maxlen])
			sameBits(t, "with and without the table", many[i:i+1], one)
		}
		if without.HasTable() {
			t.Fatal("a table for 11 words")
		}
	})
}

// Reviews are sorted by their padding and its steps skipped: the neighbours must not matter.
func TestOrderAndCompanyChangeNoBit(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		const reviews = 70
		ids, reader := drawReviews(s, reviews, 5), op.NewPredictor(s, p)
		want := readAll(t, reader, s, ids)
		reversed, half := make([]int32, 0, len(ids)), make([]float32, 0, reviews)
		for i := reviews - 1; i >= 0; i-- {
			reversed = append(reversed, ids[i*s.Maxlen:][:s.Maxlen]...)
		}
		got := readAll(t, reader, s, reversed)
		slices.Reverse(got)
		sameBits(t, "reviews in reverse", got, want)
		for i := 0; i < reviews; i += 7 {
			end := min(i+7, reviews)
			half = append(half, readAll(t, reader, s, ids[i*s.Maxlen:end*s.Maxlen])...)
		}
		sameBits(t, "reviews in small companies", half, want)
		if len(readAll(t, reader, s, nil)) != 0 {
			t.Error("logits for no reviews")
		}
	})
}

func TestReversedReviewsReadOtherwise(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		ids, reader := drawReviews(s, 1, 6), op.NewPredictor(s, p)
		forth := readAll(t, reader, s, ids)
		slices.Reverse(ids)
		if slices.Equal(forth, readAll(t, reader, s, ids)) {
			t.Error("the order of words does not matter to a recurrent network")
		}
	})
}

func TestManyMayReadAtOnce(t *testing.T) {
	eachLayer(t, func(t *testing.T, s nn.Spec, p *nn.Params) {
		ids := drawReviews(s, 100, 7)
		want := readAll(t, op.NewPredictor(s, p), s, ids)
		reader := op.NewPredictor(s, p)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() { // even ones need the table, odd ones take it if it is there
				from := i % 2 * 10
				to := 100 - i%2*80
				sameBits(t, "concurrent reading", readAll(t, reader, s, ids[from*s.Maxlen:to*s.Maxlen]), want[from:to])
			})
		}
		wg.Wait()
	})
}

func TestLogitsStopWithTheContext(t *testing.T) {
	s := readingSpec("gru")
	reader := op.NewPredictor(s, drawParams(s, 1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	last := 0
	_, err := reader.Logits(ctx, 2000, func(int, []int32) {}, func(done int) {
		if last = done; done >= 500 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || last >= 1000 {
		t.Errorf("%d of 2000 reviews were read before the error %v", last, err)
	}
}

func sameBits(t *testing.T, what string, a, b []float32) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s: %d and %d logits", what, len(a), len(b))
		return
	}
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			t.Errorf("%s: %v and %v at place %d", what, a[i], b[i], i)
			return
		}
	}
}
