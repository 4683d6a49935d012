package fit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// How near to the bottom regress goes: accuracies do not change beyond.
const (
	newtonSteps    = 20
	newtonTurns    = 30   // of conjugate gradients in a step
	newtonEnough   = 1e-3 // of the first gradient's length
	conjugateRatio = 0.1  // of the step's own gradient
)

// regress fits a logistic regression to the rows by Newton's method, each step solved by conjugate
// gradients, as liblinear does. The loss is convex: there is one answer. It returns a weight for
// every id, and the intercept behind them.
func (b *bag) regress(ctx context.Context) ([]float64, error) {
	w, grad := make([]float64, b.numWords+1), make([]float64, b.numWords+1)
	curve := make([]float64, len(b.sides))
	loss := b.loss(w, grad, curve)
	enough := newtonEnough * floats.Norm(grad, 2)
	for range newtonSteps {
		if floats.Norm(grad, 2) <= enough {
			break
		}
		step, err := b.newton(ctx, grad, curve)
		if err != nil {
			return nil, err
		}
		// Half the step until it leads down; near the bottom the first try does.
		down := floats.Dot(grad, step)
		next := make([]float64, len(w))
		for size := 1.0; ; size /= 2 {
			floats.AddScaledTo(next, w, size, step)
			if tried := b.loss(next, grad, curve); tried <= loss+1e-4*size*down || size < 1e-6 {
				w, loss = next, tried
				break
			}
		}
	}
	return w, ctx.Err()
}

// newton solves H step = -grad.
func (b *bag) newton(ctx context.Context, grad, curve []float64) ([]float64, error) {
	step, rest := make([]float64, len(grad)), make([]float64, len(grad))
	floats.AddScaled(rest, -1, grad)
	direction, bent := append([]float64(nil), rest...), make([]float64, len(grad))
	length := floats.Dot(rest, rest)
	enough := conjugateRatio * conjugateRatio * length
	for range newtonTurns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if length <= enough {
			break
		}
		b.bend(bent, direction, curve)
		size := length / floats.Dot(direction, bent)
		floats.AddScaled(step, size, direction)
		floats.AddScaled(rest, -size, bent)
		before := length
		length = floats.Dot(rest, rest)
		floats.AddScaledTo(direction, rest, length/before, direction)
	}
	return step, nil
}

// loss is the cross-entropy of all rows plus |w|²/2; the intercept is free. It fills in the gradient
// and every row's curvature p (1-p).
func (b *bag) loss(w, grad, curve []float64) float64 {
	total := 0.0
	copy(grad, w)
	grad[b.numWords] = 0
	for _, x := range w[:b.numWords] {
		total += x * x / 2
	}
	for i, side := range b.sides {
		ids, values := b.row(i)
		margin := side * b.score(w, ids, values)
		total += max(-margin, 0) + math.Log1p(math.Exp(-math.Abs(margin)))
		wrong := 1 / (1 + math.Exp(margin))
		curve[i] = wrong * (1 - wrong)
		b.spread(grad, ids, values, -side*wrong)
	}
	return total
}

// bend is the Hessian times a direction.
func (b *bag) bend(dst, direction, curve []float64) {
	copy(dst, direction)
	dst[b.numWords] = 0
	for i := range b.sides {
		ids, values := b.row(i)
		b.spread(dst, ids, values, curve[i]*b.score(direction, ids, values))
	}
}

// score is the product of a row and the weights, intercept included.
func (b *bag) score(w []float64, ids []int32, values []float64) float64 {
	sum := w[b.numWords]
	for k, id := range ids {
		sum += w[id] * values[k]
	}
	return sum
}

// spread adds a multiple of a row.
func (b *bag) spread(dst []float64, ids []int32, values []float64, by float64) {
	for k, id := range ids {
		dst[id] += by * values[k]
	}
	dst[b.numWords] += by
}
