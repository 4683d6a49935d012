// Package keras writes a model's weights as Keras 3's model.save_weights does, to a .weights.h5 file
// that model.load_weights takes, and reads what Keras has saved: .weights.h5 of Keras 3, and the older
// .h5 files of Keras 2, with or without the model and the optimizer in them, and .keras archives.
//
// The model is Sequential: Embedding, one of LSTM, GRU or SimpleRNN, Dense(1).
package keras

import "errors"

// ErrModel says that a file holds the weights of another kind of model.
var ErrModel = errors.New("not the weights of an embedding, one recurrent layer and one dense unit")
