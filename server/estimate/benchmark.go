package estimate

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// lanes is how many reviews the kernels read side by side; a smaller batch takes as long.
const lanes = 16

// sampleSize is a batch that is small enough to be tried out, and its reviews.
type sampleSize struct{ batch, maxlen int }

// What a try-out may take, in multiplications and additions: a step, and a validation.
const (
	stepWork  = 12e9
	judgeWork = 24e9
)

// words counts the arithmetic that one word of one review takes on its way through the network.
func words(s training.Settings) float64 {
	gates := float64(nn.SpecOf(s).Gates() * s.Units)
	return 2 * gates * float64(s.EmbeddingDim+s.Units)
}

// coreRows is how many reviews of a batch a core reads one after another.
func coreRows(batch int) int {
	shards := (batch + lanes - 1) / lanes
	cores := runtime.GOMAXPROCS(0)
	return (shards + cores - 1) / cores * lanes
}

// sample is the largest part of a training step that is tried out: whole if it is quick, else
// shorter reviews and then fewer of them, but never so few that cores would stand idle.
func sample(s training.Settings, cores int) sampleSize {
	t := sampleSize{s.BatchSize, s.Maxlen}
	least := min(t.batch, lanes*cores)
	work := func() float64 { return 3 * words(s) * float64((t.batch+lanes-1)/lanes*lanes) * float64(t.maxlen) }
	for work() > stepWork && t.batch/2 >= least {
		t.batch /= 2
	}
	for work() > stepWork && t.maxlen >= 32 {
		t.maxlen /= 2
	}
	return t
}

// benchmark tries trainings out.
type benchmark struct {
	clock func() float64 // in seconds
}

// wallClock is the clock of every benchmark but those of tests.
func wallClock() func() float64 {
	start := time.Now()
	return func() float64 { return time.Since(start).Seconds() }
}

// measure tries a few training steps and judges a few reviews, and concludes what an epoch takes.
func (p benchmark) measure(ctx context.Context, s training.Settings, c *imdb.Corpus) (cost, error) {
	if c == nil {
		c = madeUp(s)
	}
	spec := nn.SpecOf(s)
	params := nn.Init(spec, s.Seed)
	try := sample(s, runtime.GOMAXPROCS(0))
	at := func(t sampleSize) (float64, error) { return p.stepSeconds(ctx, s, t, c, params) }
	whole, err := at(try)
	if err != nil {
		return cost{}, err
	}
	half, err := at(sampleSize{try.batch, max(1, try.maxlen/2)})
	if err != nil {
		return cost{}, err
	}
	steps := line{x0: float64(max(1, try.maxlen/2)), y0: half, x1: float64(try.maxlen), y1: whole}
	times := float64(coreRows(s.BatchSize)) / float64(coreRows(try.batch))
	out := cost{Step: steps.at(float64(s.Maxlen), times), Other: steps.at(float64(OtherLength(s.Maxlen)), times)}
	if out.Table, out.Review, err = p.judgeSeconds(ctx, s, c, params); err != nil {
		return cost{}, err
	}
	return out, nil
}

// line goes through two points.
type line struct{ x0, y0, x1, y1 float64 }

// at gives the height at x, the part that grows with x taken so many times. What noise has bent
// downwards is taken as level, and never below the ground.
func (l line) at(x, times float64) float64 {
	if l.x0 == l.x1 {
		return l.y1 * times
	}
	slope := max(0, (l.y1-l.y0)/(l.x1-l.x0))
	base := max(0, l.y1-slope*l.x1)
	slope = (l.y1 - base) / l.x1
	return base + slope*x*times
}

// stepSeconds is what one training step takes, of as many as fit into a moment.
func (p benchmark) stepSeconds(ctx context.Context, s training.Settings, t sampleSize, c *imdb.Corpus, params *nn.Params) (float64, error) {
	const least, most, enough = 4, 80, 0.4
	s.BatchSize, s.Maxlen, s.Epochs, s.EarlyStopping, s.RestoreBest = t.batch, t.maxlen, 1, "off", false
	m, err := fit.NewModelFrom(nn.SpecOf(s), t.batch, s.Seed, params)
	if err != nil {
		return 0, err
	}
	defer m.Close()
	reviews := min(c.Train.Len(), t.batch*(most+2))
	data := fit.Data{Train: fit.NewSet(c.Train, 0, reviews, s), Val: fit.NewSet(c.Test, 0, min(1, c.Test.Len()), s)}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var ends []float64
	_, err = fit.Run(ctx, m, data, fit.ConfigOf(s), func(e fit.Event) {
		switch e := e.(type) {
		case fit.EpochStarted:
		case fit.BatchDone:
			if e.Reviews < e.Batch*t.batch && e.Batch > 1 {
				return // what is left over makes no whole batch
			}
		default:
			return
		}
		ends = append(ends, p.clock())
		if n := len(ends); n > least && ends[n-1]-ends[0] > enough {
			stop()
		}
	})
	if err != nil && len(ends) <= least {
		return 0, err
	}
	return perStep(ends), nil
}

// perStep is the median time between two ends. The first quarter is left out: memory is taken into
// use there.
func perStep(ends []float64) float64 {
	if len(ends) < 2 {
		return math.NaN()
	}
	var took []float64
	for i := 1; i < len(ends); i++ {
		took = append(took, ends[i]-ends[i-1])
	}
	if len(took) > 2 {
		took = took[max(1, len(took)/4):]
	}
	slices.Sort(took)
	return (took[(len(took)-1)/2] + took[len(took)/2]) / 2
}

// judgeSeconds is what validation takes before its first review, and for each of them.
func (p benchmark) judgeSeconds(ctx context.Context, s training.Settings, c *imdb.Corpus, params *nn.Params) (table, review float64, err error) {
	whole := fit.NewSet(c.Test, 0, c.Test.Len(), s)
	n := min(whole.Len(), max(512, 2*s.NumWords/s.Maxlen+lanes))
	short := s
	for words(s)*float64(n)*float64(short.Maxlen) > judgeWork && n/2 >= lanes*runtime.GOMAXPROCS(0) {
		n /= 2
	}
	for words(s)*float64(n)*float64(short.Maxlen) > judgeWork && short.Maxlen >= 32 {
		short.Maxlen /= 2
	}
	predictor := fit.NewPredictor(nn.SpecOf(short), params)
	set := fit.NewSet(c.Test, 0, n, short)
	var took [2]float64
	for i := range took {
		began := p.clock()
		if _, err := fit.Evaluate(ctx, predictor, set, nil); err != nil {
			return 0, 0, err
		}
		took[i] = p.clock() - began
	}
	review = took[1] / float64(n) * read(fit.NewSet(c.Test, 0, min(whole.Len(), 2000), s)) / max(1, read(set))
	return max(0, took[0]-took[1]), review, nil
}

// read is how many words of a review are read, on average: the padding before them is not.
func read(set *fit.Set) float64 {
	total, row := 0, make([]int32, set.Maxlen())
	for i := range set.Len() {
		set.Row(i, row)
		total += len(row) - max(0, slices.IndexFunc(row, func(id int32) bool { return id != 0 }))
	}
	return float64(total) / float64(max(1, set.Len()))
}

// madeUp are reviews as long as the lesson's, with words as common as theirs, for a machine that has
// not loaded any yet.
func madeUp(s training.Settings) *imdb.Corpus {
	rng := rand.New(rand.NewPCG(s.Seed, 113))
	const reviews = 4096
	all, labels := make([][]int32, reviews), make([]int, reviews)
	for i := range all {
		// Their median is 174 words, their mean 235: about log-normal.
		n := min(int(174*math.Exp(0.74*rng.NormFloat64())), 2400)
		all[i] = append(all[i], imdb.Start)
		for range n {
			rank := math.Exp(rng.Float64() * math.Log(88_000)) // Zipf's law
			all[i] = append(all[i], int32(rank)+imdb.IndexFrom)
		}
		labels[i] = i % 2
	}
	split := imdb.NewSplit(all, labels)
	return &imdb.Corpus{Train: split, Test: split}
}
