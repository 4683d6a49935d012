// Package keras writes a model's weights as Keras 3's model.save_weights does, to a .weights.h5 file
// that model.load_weights takes, and reads what Keras has saved: .weights.h5 of Keras 3, and the older
// .h5 files of Keras 2, with or without the model and the optimizer in them, and .keras archives.
//
// The model is an Embedding, one of LSTM, GRU or SimpleRNN, and Dense(1) with a sigmoid, Sequential or
// Functional. A whole model says in its configuration how it computes; one that computes something else
// with the same weights is refused by the name of what differs. Weights alone do not say it.
package keras

import "errors"

// ErrModel says that a file holds another kind of model.
var ErrModel = errors.New("not the notebook's model, which is an embedding, one recurrent layer and a sigmoid of one unit")
