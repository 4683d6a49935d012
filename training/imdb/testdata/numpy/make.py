"""Writes what the tests of this package compare with: small archives made by numpy itself, and the
permutations of its legacy generator. Run in this directory: python make.py (numpy 2.4.6)."""

import io
import json
import pickle
import zipfile

import numpy as np

small = {
    "train": [[23022, 309, 6, 3, 1069, 209], [], [1], [255, 256, 65535, 65536, 88584]],
    "test": [[10, 432, 2], list(range(1, 1003))],  # picklers file lists by the thousand
}
labels = {"train": [1, 0, 0, 1], "test": [0, 1]}
long = {
    "train": small["train"],
    "test": [[7], [1 + i % 300 for i in range(60_000)]],  # longer than a frame of 64 KB
}


def array(values):
    a = np.empty(len(values), dtype=object)
    a[:] = values
    return a


def npy(a, protocol):
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, np.lib.format.header_data_from_array_1_0(a))
    if a.dtype == object:
        pickle.dump(a, out, protocol=protocol)
    else:
        out.write(a.tobytes())
    return out.getvalue()


def archive(name, reviews, protocol, method):
    with zipfile.ZipFile(name, "w", method) as z:
        for half in "train", "test":
            for axis, a in ("x", array(reviews[half])), ("y", np.array(labels[half], dtype="<i8")):
                info = zipfile.ZipInfo(f"{axis}_{half}.npy")
                info.compress_type = method
                with z.open(info, "w", force_zip64=True) as f:
                    f.write(npy(a, protocol))


for protocol in 2, 3, 4, 5:
    archive(f"protocol{protocol}.npz", small, protocol, zipfile.ZIP_DEFLATED)
archive("stored.npz", small, 4, zipfile.ZIP_STORED)
archive("frames.npz", long, 5, zipfile.ZIP_DEFLATED)
np.savez_compressed(
    "savez.npz",
    **{f"x_{h}": array(small[h]) for h in small},
    **{f"y_{h}": np.array(labels[h], dtype="<i8") for h in small},
)

rng = np.random.RandomState(113)
shuffles = []
for n in 25000, 25000, 1, 2, 17, 1000:
    indices = np.arange(n)
    rng.shuffle(indices)
    shuffles.append({"n": n, "first": indices[:12].tolist(), "last": indices[-3:].tolist()})

with open("expected.json", "w") as f:
    json.dump({"small": small, "long": long["test"][1][:5], "labels": labels, "shuffles": shuffles}, f)
