// Package nn describes the model as data: its layers, its parameters in Keras' own layout, how they
// begin, and the summary that Keras would print.
//
// Letters: V vocabulary, T time steps, D features of an embedding, H units, G gates.
package nn
