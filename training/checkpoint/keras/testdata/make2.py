"""Makes what the tests read of Keras 2: keras2.h5.gz, keras2.keras.gz and keras2.json, as make.py does of Keras 3.

    pip install tensorflow-cpu==2.15.1 "numpy<2"
    python make2.py

The model is Functional, with a sigmoid behind Dense(1); its metrics and its optimizer stand beside the weights.
"""
import gzip
import json
import pathlib
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.keras import initializers, layers

HERE = pathlib.Path(__file__).parent
WORDS, MAXLEN, DIM, UNITS = 100, 12, 3, 4

tf.keras.utils.set_random_seed(9)
words = tf.keras.Input((MAXLEN,))
x = layers.Embedding(WORDS, DIM, embeddings_initializer=initializers.RandomUniform(-1, 1))(words)
x = layers.Dropout(0.5)(layers.LSTM(UNITS)(layers.SpatialDropout1D(0.2)(x)))
model = tf.keras.Model(words, layers.Activation("sigmoid")(layers.Dense(1)(x)))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
rng = np.random.RandomState(5)
rows = rng.randint(0, WORDS, (20, MAXLEN))
model.fit(rows, rng.randint(0, 2, 20), epochs=3, verbose=0)
with tempfile.TemporaryDirectory() as directory:
    for name in ("keras2.h5", "keras2.keras"):
        path = pathlib.Path(directory) / name
        model.save(path)
        (HERE / (name + ".gz")).write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
(HERE / "keras2.json").write_text(json.dumps(
    {"rows": rows.tolist(), "probabilities": [float(p) for p in model.predict(rows, verbose=0)[:, 0]]}))
