// Package fit trains, evaluates and predicts.
package fit
