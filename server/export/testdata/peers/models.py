"""Saves models of many kinds as Keras does, for the test to import: python models.py DIR

Of every model DIR gets NAME.h5, NAME.keras, and NAME-latest.h5, which is the first in the newest form of the format.
DIR/models.json is a list of objects: name; rows of tokens and what model.predict gives for them; refused, what an import has to
name as the reason for which it does not take the model, or null.
"""
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers as L  # noqa: E402

WORDS, MAXLEN = 120, 9
os.chdir(sys.argv[1])


def tokens(length=MAXLEN):
    return keras.Input((length,), dtype="int32")


def embedding(**options):
    return L.Embedding(WORDS, 5, embeddings_initializer=keras.initializers.RandomUniform(-1, 1), **options)


def sequential(*between, length=MAXLEN, out="sigmoid", **options):
    return keras.Sequential([tokens(length), embedding(**options), *between, L.Dense(1, activation=out)])


def functional(cell, training=None):
    words = tokens()
    x = L.LSTM(4, dropout=0.5)(embedding()(words), training=training) if cell is None else cell(embedding()(words))
    return keras.Model(words, L.Activation("sigmoid")(L.Dense(1)(L.Dropout(0.3)(x))))


def nested():
    words = tokens()
    inner = keras.Sequential([embedding(), L.GRU(4)])
    return keras.Model(words, L.Dense(1, activation="sigmoid")(inner(words)))


def two_branches():
    words = tokens()
    x = embedding()(words)
    x = L.Concatenate()([L.LSTM(3)(x), L.LSTM(3)(x)])
    return keras.Model(words, L.Dense(1, activation="sigmoid")(x))


def lazy():
    return keras.Sequential([embedding(), L.SimpleRNN(6), L.Dense(1, activation="sigmoid")])


def int8():
    model = sequential(L.LSTM(4))
    model.quantize("int8")
    return model


MODELS = {
    "lstm": (lambda: sequential(L.LSTM(4)), None),
    "gru": (lambda: sequential(L.GRU(4)), None),
    "simple_rnn": (lambda: sequential(L.SimpleRNN(4)), None),
    "any_length": (lambda: sequential(L.LSTM(4), length=None), None),
    "unroll": (lambda: sequential(L.LSTM(4, unroll=True)), None),
    "dropouts": (lambda: sequential(L.SpatialDropout1D(0.3), L.GRU(4), L.GaussianNoise(0.2), L.Dropout(0.4)), None),
    "no_bias": (lambda: sequential(L.GRU(4, use_bias=False)), None),
    "linear_and_sigmoid": (lambda: keras.Sequential([sequential(L.LSTM(4), out=None), L.Activation("sigmoid")]), None),
    "functional": (lambda: functional(L.LSTM(4)), None),
    "nested": (nested, None),
    "lazy": (lazy, None),
    "names": (lambda: keras.Sequential([
        tokens(), L.Embedding(WORDS, 5, name="a"), L.LSTM(4, name="b"), L.Dense(1, activation="sigmoid", use_bias=False, name="c"),
    ]), None),
    "hard_sigmoid": (lambda: sequential(L.LSTM(4, recurrent_activation="hard_sigmoid")), 'recurrent_activation="hard_sigmoid"'),
    "relu": (lambda: sequential(L.SimpleRNN(4, activation="relu")), 'activation="relu"'),
    "linear_cell": (lambda: sequential(L.LSTM(4, activation=None)), 'activation="linear"'),
    "backwards": (lambda: sequential(L.LSTM(4, go_backwards=True)), "go_backwards=true"),
    "stateful": (lambda: keras.Sequential([
        keras.Input(batch_shape=(16, MAXLEN), dtype="int32"), embedding(), L.LSTM(4, stateful=True), L.Dense(1, activation="sigmoid"),
    ]), "stateful=true"),
    "mask_zero": (lambda: sequential(L.LSTM(4), mask_zero=True), "mask_zero=true"),
    "reset_before": (lambda: sequential(L.GRU(4, reset_after=False)), "reset_after=false"),
    "max": (lambda: sequential(L.LSTM(4, return_sequences=True), L.GlobalMaxPooling1D()), "GlobalMaxPooling1D"),
    "mean": (lambda: sequential(L.LSTM(4, return_sequences=True), L.GlobalAveragePooling1D()), "GlobalAveragePooling1D"),
    "bidirectional": (lambda: sequential(L.Bidirectional(L.LSTM(4))), "Bidirectional"),
    "stacked": (lambda: sequential(L.LSTM(4, return_sequences=True), L.LSTM(4)), "return_sequences=true"),
    "hidden": (lambda: sequential(L.LSTM(4), L.Dense(8, activation="relu")), "units=8"),
    "linear": (lambda: sequential(L.LSTM(4), out=None), 'activation="linear"'),
    "softmax": (lambda: keras.Sequential([tokens(), embedding(), L.LSTM(4), L.Dense(2, activation="softmax")]), 'activation="softmax"'),
    "branches": (two_branches, "inputs"),
    "training": (lambda: functional(None, training=True), "training=true"),
    "int8": (int8, "int8"),
}


def newest(name):
    with h5py.File(name + ".h5") as old, h5py.File(name + "-latest.h5", "w", libver="latest", track_order=True) as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        for key in old:
            old.copy(key, new)


out = []
for name, (build, refused) in MODELS.items():
    keras.utils.set_random_seed(11)
    model = build()
    rows = np.random.RandomState(3).randint(0, WORDS, (16, MAXLEN))
    probabilities = model.predict(rows, batch_size=16, verbose=0)[:, 0]
    if refused != "int8":
        model.compile(loss="binary_crossentropy", optimizer="adam")
        if refused is None:
            model.fit(rows, rows[:, 0] % 2, epochs=2, batch_size=16, verbose=0)
            probabilities = model.predict(rows, batch_size=16, verbose=0)[:, 0]
    model.save(name + ".h5")
    model.save(name + ".keras")
    newest(name)
    out.append({"name": name, "refused": refused, "rows": rows.tolist(), "probabilities": [float(p) for p in probabilities]})
with open("models.json", "w", encoding="utf-8") as file:
    json.dump(out, file)
