// Package fit trains, evaluates and predicts: what Keras' fit, evaluate and predict do, for the
// lesson's model. It knows no screen; who wants to see a run gives it an Observer.
package fit
