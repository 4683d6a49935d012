package estimate

import (
	"math"

	"cuaderno/training"
)

// cost is what the parts of a training take on this machine, in seconds.
type cost struct {
	Step   float64 // one batch
	Other  float64 // one batch of reviews of the other length
	Table  float64 // a validation before its first review
	Review float64 // each review of it
}

// OtherLength is a length of reviews to compare with: twice as long, or half as long where that is too long.
func OtherLength(maxlen int) int {
	if maxlen <= 500 {
		return 2 * maxlen
	}
	return maxlen / 2
}

// Counts are how many reviews an epoch trains on and how many it validates on.
type Counts struct{ Train, Val int }

// With divides a data set as training does.
func (r Counts) With(s training.Settings) Counts {
	if s.Validation == "split" {
		fifth := r.Train / 5
		return Counts{r.Train - fifth, fifth}
	}
	return r
}

func (r Counts) steps(batch int) float64 { return math.Ceil(float64(r.Train) / float64(batch)) }

// epoch is what one takes, in seconds.
func (c cost) epoch(r Counts, batch int) float64 {
	return r.steps(batch)*c.Step + c.Table + float64(r.Val)*c.Review
}

// ratio is how much longer an epoch with reviews of the other length takes.
func (c cost) ratio(r Counts, s training.Settings) float64 {
	longer := c
	longer.Step = c.Other
	longer.Review = c.Review * float64(OtherLength(s.Maxlen)) / float64(s.Maxlen)
	return longer.epoch(r, s.BatchSize) / c.epoch(r, s.BatchSize)
}

// quicker takes the better time of each part.
func (c cost) quicker(d cost) cost {
	return cost{min(c.Step, d.Step), min(c.Other, d.Other), min(c.Table, d.Table), min(c.Review, d.Review)}
}

// effort counts an epoch's arithmetic, roughly: good for comparing settings.
func effort(s training.Settings, r Counts) float64 {
	const update = 40 // what one number of the embedding takes at every step, in multiplications
	step := 3*words(s)*float64(coreRows(s.BatchSize))*float64(s.Maxlen) + update*float64(s.NumWords)*float64(s.EmbeddingDim)
	return r.steps(s.BatchSize)*step + words(s)/2*float64(s.Maxlen)*float64(r.Val)
}
