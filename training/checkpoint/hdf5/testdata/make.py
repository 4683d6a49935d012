"""Makes what the tests of this package read: the newest form of the format, as h5py writes it.

    pip install h5py==3.14.0 numpy==2.4.6
    python make.py

latest.h5.gz has libver='latest' and track_order: links and attributes that fill B-trees of several levels and
fractal heaps of several blocks, and numbers in every way of laying them down that has no growing dimension.
Of each kind its name says what is in it; the numbers are 0, 1, 2, …, those of "single summed" 100 more. growing.h5.gz has what is not read.
"""
import gzip
import io
import pathlib

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent


def numbers(*shape):
    return np.arange(np.prod(shape), dtype="float32").reshape(shape)


def early(group, name, data, chunks):
    """Chunks that are all there from the beginning need no list of their places."""
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_chunk(chunks)
    dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, space, dcpl)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)


def save(name, fill, **options):
    memory = io.BytesIO()
    with h5py.File(memory, "w", **options) as f:
        fill(f)
    (HERE / (name + ".gz")).write_bytes(gzip.compress(memory.getvalue(), 9, mtime=0))


def latest(f):
    for i in range(12):
        f.attrs[f"many{i}"] = f"text {i}"
    f.attrs["variable"] = "añadido"
    f.attrs["fixed"] = np.bytes_("of seven bytes"[:7])
    f.attrs["large"] = np.bytes_("0123456789" * 900)  # more than the heap's blocks hold
    f.attrs["number"] = 7
    f.attrs["several"] = ["a", "b"]
    data = f.create_group("data")
    data["contiguous"] = numbers(2, 3)
    data["scalar"] = np.float64(8)
    data.create_dataset("single", data=numbers(4, 5), chunks=(4, 5))
    data.create_dataset("single packed", data=numbers(4, 5), chunks=(4, 5), compression="gzip", shuffle=True, fletcher32=True)
    data.create_dataset("single summed", data=numbers(20) + 100, chunks=(20,), fletcher32=True)
    data.create_dataset("array", data=numbers(9, 7), chunks=(4, 3))
    data.create_dataset("array packed", data=numbers(9, 7), chunks=(4, 3), compression="gzip")
    data.create_dataset("array in pages", data=numbers(1100), chunks=(1,))
    early(data, "implicit", numbers(9, 7), (4, 3))
    few, many = f.create_group("few", track_order=True), f.create_group("many", track_order=True)
    for i in range(3):
        few[f"n{i}"] = data["contiguous"]
    for i in range(600):
        many[f"{i}"] = data["contiguous"]


def growing(f):
    f.create_dataset("x", data=numbers(4, 5), chunks=(2, 5), maxshape=(None, 5))


def packed(f):
    f.create_dataset("x", data=numbers(40), chunks=(40,), compression="lzf")


save("latest.h5", latest, libver="latest", track_order=True)
save("growing.h5", growing, libver="latest")
save("lzf.h5", packed)
