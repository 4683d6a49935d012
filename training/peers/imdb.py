"""The IMDB reviews as keras.datasets.imdb.load_data gives them, without Keras and without the network."""

import os

import numpy as np

START, OOV, INDEX_FROM = 1, 2, 3


def load(folder, num_words=20000, maxlen=80, seed=113):
    """Reads imdb.npz and returns (x_train, y_train), (x_test, y_test).

    x is int32 [N, maxlen], padded and cut in front; y is float32 [N, 1].
    """
    # The arrays are pickled lists: only for files whose origin is known.
    with np.load(os.path.join(folder, "imdb.npz"), allow_pickle=True) as f:
        splits = [(f["x_train"], f["y_train"]), (f["x_test"], f["y_test"])]
    rng = np.random.RandomState(seed)
    out = []
    for x, y in splits:
        order = np.arange(len(x))
        rng.shuffle(order)
        rows = np.zeros((len(x), maxlen), np.int32)
        for row, review in zip(rows, x[order]):
            ids = [START] + [w + INDEX_FROM for w in review]
            last = np.asarray(ids[-maxlen:], np.int32)
            last[last >= num_words] = OOV
            row[maxlen - len(last):] = last
        out.append((rows, y[order].astype(np.float32).reshape(-1, 1)))
    return out
