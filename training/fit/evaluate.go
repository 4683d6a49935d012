package fit

import (
	"context"
	"fmt"
	"time"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// Predictor reads reviews with fixed weights. It is safe for concurrent use.
type Predictor struct {
	Spec nn.Spec
	op   *op.Predictor
}

// NewPredictor copies the parameters, whose sizes must fit the spec.
func NewPredictor(spec nn.Spec, p *nn.Params) *Predictor {
	return &Predictor{Spec: spec, op: op.NewPredictor(spec, p)}
}

// Bytes is what the predictor keeps in memory.
func (p *Predictor) Bytes() int64 { return p.op.Bytes() }

// Slim gives back what reading many reviews has left, several times the weights.
func (p *Predictor) Slim() { p.op.Slim() }

// Positive tells what a probability says: above one half is positive.
func Positive(p float32) bool { return op.Positive(p) }

// Confusion counts verdicts: first what a review is, by label, then what is said of it.
func Confusion(probabilities []float32, label func(i int) float32) (n [2][2]int) {
	for i, p := range probabilities {
		said := 0
		if Positive(p) {
			said = 1
		}
		n[int(label(i))][said]++
	}
	return n
}

// Evaluation is how well a model does on a set.
type Evaluation struct {
	Loss, Accuracy float64
	Seconds        float64
	Probabilities  []float32 // P(positive) of each review, in the set's order
}

// Evaluate measures the mean cross-entropy and the share of right answers, dropout off.
func Evaluate(ctx context.Context, p *Predictor, set *Set, progress func(done, of int)) (Evaluation, error) {
	return evaluate(ctx, p.op, set, progress)
}

func evaluate(ctx context.Context, p *op.Predictor, set *Set, progress func(done, of int)) (Evaluation, error) {
	start, n := time.Now(), set.Len()
	logits, err := p.Logits(ctx, n, set.Row, func(done int) {
		if progress != nil {
			progress(done, n)
		}
	})
	if err != nil {
		return Evaluation{}, err
	}
	e := Evaluation{Probabilities: make([]float32, n)}
	right := 0
	for i, logit := range logits {
		label := float64(set.Label(i))
		e.Loss += op.CrossEntropy(float64(logit), label) / float64(n)
		e.Probabilities[i] = float32(op.Sigmoid(float64(logit)))
		if Positive(e.Probabilities[i]) == (label == 1) {
			right++
		}
	}
	e.Accuracy = float64(right) / float64(max(n, 1))
	e.Seconds = time.Since(start).Seconds()
	return e, nil
}

// Predict gives P(positive) for padded rows of T ids.
func (p *Predictor) Predict(ctx context.Context, rows [][]int32) ([]float32, error) {
	for i, r := range rows {
		if len(r) != p.Spec.Maxlen {
			panic(fmt.Sprintf("fit: row %d has %d words, the model reads %d", i, len(r), p.Spec.Maxlen))
		}
	}
	logits, err := p.op.Logits(ctx, len(rows), func(i int, dst []int32) { copy(dst, rows[i]) }, nil)
	if err != nil {
		return nil, err
	}
	for i, logit := range logits {
		logits[i] = float32(op.Sigmoid(float64(logit)))
	}
	return logits, nil
}
