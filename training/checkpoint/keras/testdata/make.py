"""Makes what the tests of this package read: weights that Keras saved, and Keras' probabilities.

    pip install keras==3.15.1 jax==0.10.2 h5py==3.14.0
    python make.py

functional.h5.gz and functional.keras.gz are one whole model, Functional, with dropout and a sigmoid behind Dense(1),
and its optimizer; functional-latest.h5.gz is the former in the newest form, and functional.json what model.predict
gave. hard_sigmoid.h5.gz is a whole model of another gate. For
every layer: NAME.weights.h5 as model.save_weights writes it, after one training step, so that an
optimizer stands beside the weights; NAME-latest.h5, the same arrays in the newest form of the format;
NAME-packed.h5, the same in compressed chunks; NAME-legacy.h5 as Keras 2 named and placed them, in
float64, big-endian; NAME.keras as model.save writes it; NAME.json with token rows and what model.predict gave for them.
"""
import gzip
import io
import json
import os
import pathlib
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

HERE = pathlib.Path(__file__).parent
WORDS, MAXLEN, DIM, UNITS = 100, 12, 3, 4


def copy(weights, out, libver=None, **options):
    with h5py.File(weights) as src, h5py.File(out, "w", libver=libver) as dst:
        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer"):
                chunks = {"chunks": tuple(min(n, 7) for n in item.shape)} if options else {}
                dst.create_dataset(name, data=item[()], **chunks, **options)
        src.visititems(visit)


def legacy(model, name, out):
    embedding, recurrent, dense = model.layers
    with h5py.File(out, "w") as f:
        root = f.create_group("model_weights")
        root.attrs["layer_names"] = [b"embedding", name.encode(), b"dense"]
        for layer, directory, names in (
            (embedding, "embedding/embedding", ["embeddings"]),
            (recurrent, f"{name}/{name}/{name}_cell", ["kernel", "recurrent_kernel", "bias"]),
            (dense, "dense/dense", ["kernel", "bias"]),
        ):
            for weight, values in zip(names, layer.get_weights()):
                root.create_dataset(f"{directory}/{weight}:0", data=values.astype(">f8"))
        f.create_dataset("optimizer_weights/adam/iteration:0", data=np.float32(1))


for name, layer in {"lstm": layers.LSTM, "gru": layers.GRU, "simple_rnn": layers.SimpleRNN}.items():
    keras.utils.set_random_seed(7)
    model = keras.Sequential([
        keras.Input(shape=(MAXLEN,)),
        layers.Embedding(WORDS, DIM, embeddings_initializer=keras.initializers.RandomUniform(-1, 1)),
        layer(UNITS, dropout=0.2, recurrent_dropout=0.2, bias_initializer="glorot_uniform" if name != "gru" else "random_normal"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.1))
    rng = np.random.RandomState(5)
    rows = rng.randint(0, WORDS, (20, MAXLEN))
    model.fit(rows, rng.randint(0, 2, 20), epochs=3, verbose=0)
    weights = HERE / f"{name}.weights.h5"
    model.save_weights(weights)
    copy(weights, HERE / f"{name}-latest.h5", libver="latest")
    copy(weights, HERE / f"{name}-packed.h5", compression="gzip", shuffle=True, fletcher32=True)
    legacy(model, name, HERE / f"{name}-legacy.h5")
    model.save(HERE / f"{name}.keras")
    (HERE / f"{name}.json").write_text(json.dumps(
        {"rows": rows.tolist(), "probabilities": [float(p) for p in model.predict(rows, verbose=0)[:, 0]]}))


def pack(name, data):
    (HERE / (name + ".gz")).write_bytes(gzip.compress(data, 9, mtime=0))


def saved(model, name):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / name
        model.save(path)
        return path.read_bytes()


def newest(data):
    memory = io.BytesIO()
    with h5py.File(io.BytesIO(data)) as src, h5py.File(memory, "w", libver="latest", track_order=True) as dst:
        for name, value in src.attrs.items():
            dst.attrs[name] = value
        for name in src:
            src.copy(name, dst)
    return memory.getvalue()


def whole():
    keras.utils.set_random_seed(9)
    words = keras.Input((MAXLEN,), dtype="int32")
    x = layers.Embedding(WORDS, DIM, embeddings_initializer=keras.initializers.RandomUniform(-1, 1))(words)
    x = layers.Dropout(0.5)(layers.LSTM(UNITS)(layers.SpatialDropout1D(0.2)(x)))
    model = keras.Model(words, layers.Activation("sigmoid")(layers.Dense(1)(x)))
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.1))
    rng = np.random.RandomState(5)
    rows = rng.randint(0, WORDS, (20, MAXLEN))
    model.fit(rows, rng.randint(0, 2, 20), epochs=3, verbose=0)
    hdf5 = saved(model, "functional.h5")
    pack("functional.h5", hdf5)
    pack("functional-latest.h5", newest(hdf5))
    pack("functional.keras", saved(model, "functional.keras"))
    (HERE / "functional.json").write_text(json.dumps(
        {"rows": rows.tolist(), "probabilities": [float(p) for p in model.predict(rows, verbose=0)[:, 0]]}))
    pack("hard_sigmoid.h5", saved(keras.Sequential([
        keras.Input((MAXLEN,)), layers.Embedding(WORDS, DIM), layers.LSTM(UNITS, recurrent_activation="hard_sigmoid"),
        layers.Dense(1, activation="sigmoid"),
    ]), "hard_sigmoid.h5"))


whole()
