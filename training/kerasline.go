package training

import "fmt"

// KerasLine is what Keras 3 prints of an epoch, or of a part of one, with verbose=2; in every language. As there,
// the time of a step is that of the whole epoch, validation included, over its steps. Where steps is 0 they are
// not known, and ms is what a step took.
func KerasLine(done, steps int, seconds, ms, accuracy, loss float64) string {
	progress := ""
	if steps > 0 {
		progress, ms = fmt.Sprintf("%d/%d - ", done, steps), 1000*seconds/float64(max(done, 1))
	}
	return fmt.Sprintf("%s%.0fs - %.0fms/step - accuracy: %.4f - loss: %.4f", progress, seconds, ms, accuracy, loss)
}

// KerasValidation is how that line goes on where there was a validation.
func KerasValidation(accuracy, loss float64) string {
	return fmt.Sprintf(" - val_accuracy: %.4f - val_loss: %.4f", accuracy, loss)
}
