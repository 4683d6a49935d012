package fit

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"
)

// Point is a share of false alarms with the share of hits that it buys.
type Point struct{ False, True float64 }

// ROC is how often the positives and the negatives are called positive, as the threshold falls from
// above every probability to below all: from (0, 0) to (1, 1), one point for each distinct
// probability. Area is what lies beneath: the chance that of a positive and a negative drawn at
// random the positive has the higher probability, a tie counting half. labels(i) is 1 or 0. Without
// both kinds there is no curve.
func ROC(probabilities []float32, label func(i int) float32) (curve []Point, area float64) {
	y, positive := make([]float64, len(probabilities)), make([]bool, len(probabilities))
	for i, p := range probabilities {
		y[i], positive[i] = float64(p), label(i) == 1
	}
	if !slices.Contains(positive, true) || !slices.Contains(positive, false) {
		return nil, 0
	}
	stat.SortWeightedLabeled(y, positive, nil)
	hits, alarms, _ := stat.ROC(nil, y, positive, nil)
	curve = make([]Point, len(hits))
	for i := range curve {
		curve[i] = Point{alarms[i], hits[i]}
	}
	return curve, integrate.Trapezoidal(alarms, hits)
}

// Thin keeps of a curve the first and the last point, and of the others at most about n that follow
// one another at equal steps along it.
func Thin(curve []Point, n int) []Point {
	if len(curve) <= n || n < 2 {
		return curve
	}
	out := []Point{curve[0]}
	last := curve[0]
	for _, p := range curve[1 : len(curve)-1] {
		// The way along the curve, one direction after the other, is 2 in all.
		if p.False-last.False+p.True-last.True >= 2/float64(n-1) {
			out, last = append(out, p), p
		}
	}
	return append(out, curve[len(curve)-1])
}

// Bins are how many there are in a reliability diagram: tenths.
const Bins = 10

// Bin holds the reviews whose probability lies above its lower end and not above its upper one; the
// first also those of probability 0.
type Bin struct {
	Count, Positive int
	Mean            float64 // of the probabilities; 0 in an empty bin
}

// Reliability sorts reviews by what was promised, to be held against what came of it.
func Reliability(probabilities []float32, label func(i int) float32) (bins [Bins]Bin) {
	for i, p := range probabilities {
		k := 0
		for k < Bins-1 && float64(p) > float64(k+1)/Bins {
			k++
		}
		bins[k].Count++
		bins[k].Positive += int(label(i))
		bins[k].Mean += float64(p)
	}
	for k := range bins {
		bins[k].Mean /= float64(max(bins[k].Count, 1))
	}
	return bins
}

// Gap is the mean distance between what was promised and what came of it, each bin counting as many
// times as it has reviews.
func Gap(bins [Bins]Bin) float64 {
	sum, all := 0.0, 0
	for _, b := range bins {
		if d := b.Mean*float64(b.Count) - float64(b.Positive); d < 0 {
			sum -= d
		} else {
			sum += d
		}
		all += b.Count
	}
	return sum / float64(max(all, 1))
}

// Mistakes lists the reviews of a label that were judged wrongly, the surest first, at most n.
func Mistakes(probabilities []float32, label func(i int) float32, of float32, n int) []int {
	var wrong []int
	for i, p := range probabilities {
		if label(i) == of && Positive(p) != (of == 1) {
			wrong = append(wrong, i)
		}
	}
	slices.SortStableFunc(wrong, func(a, b int) int {
		if of == 1 {
			a, b = b, a
		}
		return cmp.Compare(probabilities[b], probabilities[a])
	})
	return wrong[:min(n, len(wrong))]
}
