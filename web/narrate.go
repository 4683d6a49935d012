package web

import (
	"math"

	"github.com/a-h/templ"
)

// narrate tells what one epoch did, seen from those before it.
func narrate(l Lang, epochs []Epoch, i int) templ.Component {
	e := epochs[i]
	n, loss, val := l.N(e.Epoch), l.F(e.Loss, 3), l.F(e.ValLoss, 3)
	if i == 0 {
		return l.Rich("epoch.first", n, loss, val, l.Pct(e.ValAccuracy))
	}
	before := epochs[i-1]
	trainFell, valFell := e.Loss < before.Loss, e.ValLoss < before.ValLoss
	best := bestOf(epochs[:i])
	switch {
	case level(e.Loss, before.Loss):
		return l.Rich("epoch.stuck", n, loss, val)
	case level(e.ValLoss, before.ValLoss) && trainFell:
		return l.Rich("epoch.still", n, loss, val)
	case level(e.ValLoss, before.ValLoss):
		return l.Rich("epoch.worse", n, loss, val)
	case trainFell && valFell && e.ValLoss < best.ValLoss:
		return l.Rich("epoch.learns", n, loss, val)
	case trainFell && valFell:
		return l.Rich("epoch.wavers", n, loss, val, l.N(best.Epoch))
	case trainFell && before.Epoch == best.Epoch:
		return l.Rich("epoch.begins", n, loss, val)
	case trainFell:
		return l.Rich("epoch.memorises", n, loss, val)
	case valFell:
		return l.Rich("epoch.unexpected", n, loss, val)
	}
	return l.Rich("epoch.both", n, loss, val)
}

// level tells whether two losses are the same in the figures that are told.
func level(a, b float64) bool { return math.Abs(a-b) < 0.0005 }

// bestOf is the epoch of the lowest validation loss; epochs is not empty.
func bestOf(epochs []Epoch) Epoch {
	best := epochs[0]
	for _, e := range epochs {
		if e.ValLoss < best.ValLoss {
			best = e
		}
	}
	return best
}

// wouldStop tells after which epoch early stopping on the validation loss would have ended a run,
// and which epoch it would have kept; ok is false when it would not have stopped it sooner.
func wouldStop(epochs []Epoch, patience int, delta float64) (after, kept int, ok bool) {
	var best Epoch
	for i, e := range epochs {
		if i == 0 || e.ValLoss < best.ValLoss-delta {
			best = e
			continue
		}
		// Keras counts the epochs since the best and stops when they reach patience.
		if e.Epoch-best.Epoch >= patience {
			return e.Epoch, best.Epoch, i < len(epochs)-1
		}
	}
	return 0, 0, false
}
