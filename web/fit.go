package web

import (
	"fmt"
	"math"
)

// logLine is Keras' own line for an epoch, verbose=2; Keras writes it so in every language.
func (r *FitResult) logLine(e Epoch) string {
	return fmt.Sprintf("%d/%d - %.0fs - loss: %.4f - accuracy: %.4f - val_loss: %.4f - val_accuracy: %.4f",
		r.Steps, r.Steps, math.Round(e.Seconds), e.Loss, e.Accuracy, e.ValLoss, e.ValAccuracy)
}

// maxToCome bounds how many lines are kept free for epochs to come.
const maxToCome = 15

// toCome are the epochs whose lines are still empty: they hold the place, so that nothing jumps.
func (r *FitResult) toCome() []int {
	if r.ended() {
		return nil
	}
	var all []int
	for n := len(r.Epochs) + 1; n <= min(r.Planned, maxToCome); n++ {
		all = append(all, n)
	}
	return all
}
