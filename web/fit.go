package web

import "cuaderno/training"

// LogLine is Keras' own line for an epoch.
func (r *FitResult) LogLine(e Epoch) string {
	return training.KerasLine(r.Steps, r.Steps, e.Seconds, e.MsPerStep, e.Accuracy, e.Loss) + training.KerasValidation(e.ValAccuracy, e.ValLoss)
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
