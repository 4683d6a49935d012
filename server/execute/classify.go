package execute

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"cuaderno/server/models"
	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/sequence"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

const (
	// trialSteps bounds the work of leaving each word out: reviews times words of a row. At the
	// lesson's maxlen of 80 that is every word.
	trialSteps = 64_000
	// restless is how many units are shown.
	restless = 6
)

// classify judges the reader's review and shows what the network makes of every word.
func (x execution) classify(ctx context.Context) (notebook.Finish, error) {
	c, err := x.corpus(ctx)
	if err != nil {
		return notebook.Finish{}, err
	}
	began := time.Now()
	epochs := x.moments()
	p, err := x.deps.Models.Get(ctx, x.Run, x.moment(epochs))
	if err != nil {
		return notebook.Finish{}, err
	}
	v := encode(c.Words, x.Review, x.Without, x.Settings)
	r := v.result()
	r.End, r.Epoch = x.trained().Kept(), x.trained().Kept()
	if at := x.moment(epochs); at > 0 {
		r.Epoch = at
	}
	if err := v.judge(ctx, p, &r); err != nil {
		return notebook.Finish{}, err
	}
	if len(epochs) > 1 {
		shown := models.Spread(epochs)
		past, err := x.deps.Epochs.Get(ctx, func() { x.stage("epochs")(0, 0) }, x.Run, shown, v.vocabulary())
		if err != nil {
			return notebook.Finish{}, err
		}
		verdicts, err := past.Judge(ctx, v.row)
		if err != nil {
			return notebook.Finish{}, err
		}
		for i, p := range verdicts {
			r.Moments = append(r.Moments, web.Moment{Epoch: shown[i], P: p})
		}
		r.Moments = joined(r.Moments, web.Moment{Epoch: x.moment(epochs), P: r.Probability})
	}
	r.Seconds = time.Since(began).Seconds()
	return done(r)
}

// moments are the epochs whose weights are kept.
func (x execution) moments() []int {
	result, err := x.deps.Runs.Result(x.Run)
	if err != nil {
		return nil // models will say so too
	}
	epochs := slices.Clone(result.Epochs)
	slices.Sort(epochs)
	return epochs
}

// moment is the epoch that judges: the latest kept that is not after the one that was asked for, or
// 0, the end of the run.
func (x execution) moment(epochs []int) int {
	at := 0
	for _, e := range epochs {
		if e <= x.Moment {
			at = e
		}
	}
	return at
}

// joined puts the moment that judges among the others, if it is not there.
func joined(all []web.Moment, m web.Moment) []web.Moment {
	i, in := slices.BinarySearchFunc(all, m.Epoch, func(m web.Moment, epoch int) int { return cmp.Compare(m.Epoch, epoch) })
	if in || m.Epoch == 0 {
		return all
	}
	return slices.Insert(all, i, m)
}

// encoding is a review on its way to the network, with some words left out.
type encoding struct {
	settings training.Settings
	review   string
	rule     tokenize.Rule
	own      imdb.Encoding
	kept     []int   // places in own.Tokens of the words that are left in and have a number
	ids      []int32 // START and theirs
	from, to int     // which of ids the row has
	row      []int32 // [T]
}

func encode(words *imdb.WordIndex, review string, without []int, s training.Settings) *encoding {
	v := &encoding{review: review, rule: words.Rule(), settings: s, own: words.Encode(review, s.NumWords), ids: []int32{imdb.Start}, row: make([]int32, s.Maxlen)}
	for i, t := range v.own.Tokens {
		if _, out := slices.BinarySearch(without, i); !out && !t.LeftOut {
			v.kept, v.ids = append(v.kept, i), append(v.ids, t.ID)
		}
	}
	v.from, v.to = sequence.Window(len(v.ids), s.Maxlen, sequence.Side(s.Truncating))
	v.pad(v.row, v.ids)
	return v
}

func (v *encoding) pad(dst, ids []int32) {
	sequence.Pad(dst, ids, sequence.Side(v.settings.Padding), sequence.Side(v.settings.Truncating))
}

// at is where in the row ids[i] stands, which must be one that the row has.
func (v *encoding) at(i int) int {
	if sequence.Side(v.settings.Padding) == sequence.Pre {
		return len(v.row) - (v.to - i)
	}
	return i - v.from
}

// partly tells whether the reader has left words out.
func (v *encoding) partly() bool { return len(v.ids) < len(v.own.IDs) }

// words are the places in ids of the words that are read, START left out.
func (v *encoding) words() (from, to int) { return max(v.from, 1), max(v.to, 1) }

// result shows the stages of the encoding; judge adds what the network makes of it.
func (v *encoding) result() web.ClassifyResult {
	r := web.ClassifyResult{Typed: v.review, Rule: v.rule, Lowered: v.own.Lowered, Filtered: v.own.Filtered, From: v.from, To: v.to}
	for _, read := range v.own.Reread {
		r.Reread = append(r.Reread, web.Reread(read))
	}
	for _, t := range v.own.Tokens {
		r.Tokens = append(r.Tokens, web.OwnToken{Text: t.Text, Word: t.Word, Rank: t.Rank, ID: int(t.ID), Absent: t.LeftOut, Out: !t.LeftOut})
	}
	for i, place := range v.kept {
		t := &r.Tokens[place]
		t.Out, t.Read = false, i+1 >= v.from && i+1 < v.to
		if t.ID != imdb.OOV {
			r.Known++
		}
	}
	for _, id := range v.row {
		r.Row = append(r.Row, int(id))
	}
	return r
}

// judge reads the row word by word, and once more without each of its words.
func (v *encoding) judge(ctx context.Context, p *fit.Predictor, r *web.ClassifyResult) error {
	from, to := v.words()
	trials := min(to-from, trialSteps/len(v.row))
	rows := [][]int32{v.row}
	for i := to - trials; i < to; i++ {
		row := make([]int32, len(v.row))
		v.pad(row, slices.Delete(slices.Clone(v.ids), i, i+1))
		rows = append(rows, row)
	}
	if v.partly() {
		row := make([]int32, len(v.row))
		v.pad(row, v.own.IDs)
		rows = append(rows, row)
	}
	verdicts, err := p.Predict(ctx, rows)
	if err != nil {
		return err
	}
	r.Probability = float64(verdicts[0])
	r.Whole = r.Probability
	if v.partly() {
		r.Whole = float64(verdicts[len(verdicts)-1])
	}
	if to == from {
		return nil
	}
	// The words that are read stand together in the row.
	first, last := v.at(from), v.at(to-1)
	trace := p.Trace(v.row, first, last+1, restless)
	if first > 0 {
		r.Before = trace.P[first-1]
	}
	r.Blanks = len(v.row) - 1 - last
	for i := from; i < to; i++ {
		t := &r.Tokens[v.kept[i-1]]
		t.After = trace.P[v.at(i)]
		if n := i - (to - trials); n >= 0 {
			t.Tried, t.Moved = true, r.Probability-float64(verdicts[1+n])
		}
	}
	for _, u := range trace.Units {
		unit := web.Unit{Unit: u.Unit, Weight: u.Weight}
		for _, x := range u.States[first : last+1] {
			unit.States = append(unit.States, math.Round(1000*x)/1000)
		}
		r.Units = append(r.Units, unit)
	}
	return nil
}

// vocabulary are the distinct ids that the review can bring into a row.
func (v *encoding) vocabulary() []int32 {
	all := append([]int32{sequence.Padding}, v.own.IDs...)
	slices.Sort(all)
	return slices.Compact(all)
}
