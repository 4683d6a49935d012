"""Computes the values of Keras 3 that the engine's tests compare with, and stores them.

    python reference.py --out ..          writes ../fit/testdata/keras and ../op/testdata/keras
    python reference.py --out .. --check --backend jax
                                          recomputes the stored trainings with another backend and shows the differences
"""

import argparse
import gzip
import json
import os
import pathlib

import numpy as np

STEPS = 24
SIZES = {"V": 50, "D": 12, "H": 20, "T": 9, "B": 7}  # no multiples of 16, on purpose


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True, type=pathlib.Path, help="the folder training")
    p.add_argument("--backend", choices=["torch", "jax", "tensorflow"], default="torch")
    p.add_argument("--check", action="store_true")
    return p.parse_args()


# Storing: JSON, gzip, no time stamp, so that the same values give the same bytes.

def plain(value, digits):
    """Arrays become {"shape", "data"}; floats keep so many decimals, or significant digits where digits < 0."""
    if isinstance(value, dict):
        return {k: plain(v, digits) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iu":
            return {"shape": list(value.shape), "data": value.ravel().tolist()}
        return {"shape": list(value.shape), "data": [plain(v, digits) for v in value.ravel().tolist()]}
    if isinstance(value, float):
        return float(f"{value:.{-digits}g}") if digits < 0 else round(value, digits)
    if isinstance(value, list):
        return [plain(v, digits) for v in value]
    return value


def save(path, **content):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"script": "training/peers/reference.py", "versions": versions(), **content}, separators=(",", ":"))
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(text.encode())
    print(f"{path.stat().st_size:8d} {path.name}")


def load(path):
    with gzip.open(path) as f:
        return json.load(f)


def versions():
    import importlib

    names = ["keras", "numpy", keras.config.backend()]
    return {n: importlib.import_module(n).__version__ for n in names}


def in_both(compute):
    """The same in float64, which is stored, and in float32, which shows how far rounding alone goes."""
    precision("float32")
    narrow = compute()
    precision("float64")
    return compute(), narrow


def precision(dtype):
    """Both: the layers' policy keeps the type it first saw."""
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)


def largest(a, b):
    return {n: plain(float(np.abs(np.float64(a[n]) - b[n]).max()), -3) for n in a}


# Batches.

def batch(rng, rows, T, low, high):
    return {"x": rng.randint(low, high, (rows, T)).tolist(), "y": rng.randint(0, 2, rows).tolist()}


def ordinary(rng, V, T, B, **_):
    """Two batches are short, as the last one of an epoch is; tokens repeat within rows and batches."""
    return [batch(rng, 3 if step in (11, 23) else B, T, 1, V) for step in range(STEPS)]


def padded(rng, V, T, B, **_):
    """One batch: front padding of every length, a review of nothing but padding, and few distinct words."""
    b = batch(rng, B, T, 1, 6)
    for row, zeros in zip(b["x"], [0, 3, T, T - 1, 1, 5, 0]):
        row[:zeros] = [0] * zeros
    return b


def seldom(rng, V, T, B, steps):
    """Each row of the table is touched in a burst or two with long rests between; some never are."""
    out = []
    for step in range(steps):
        low = 5 + (step * 7) % (V // 2)  # the upper half only by chance, below
        b = batch(rng, B, T, low, low + 8)
        b["x"][0][0] = 1
        if step in (0, 1, steps - 1):
            b["x"][1][:3] = [V - 1, V - 2, V - 1]
        if step in (2, steps - 2):
            b["x"][1][:2] = [V - 3, V - 4]
        out.append(b)
    return out


# Cases.

def trainings(fit, model_file, layer, weights, batches, last, optimizers):
    for name, optimizer, rate in optimizers:
        # The first step's weights once a model: the gradients in the model's file tell the rest.
        keep = {1, last} if optimizer == "adam" else {last}
        wide, narrow = in_both(lambda: model.train(layer, weights, batches, optimizer, keep, rate))
        losses, accuracies, kept, settings = wide
        save(
            fit / f"train-{model_file}-{name}.json.gz",
            model=f"model-{model_file}.json.gz", layer=layer, optimizer=optimizer, settings=settings,
            losses=plain(losses, 9), accuracies=plain(accuracies, 6),
            after=[{"step": s, "weights": plain(w, 7)} for s, w in sorted(kept.items())],
            moved=largest(kept[last], {n: w.astype(np.float64) for n, w in weights.items()}),
            float32={"losses": max(abs(a - b) for a, b in zip(losses, narrow[0])), "weights": largest(kept[last], narrow[2][last])},
        )


def first_steps(layer, weights, b):
    def compute():
        return model.gradients(layer, weights, b), model.train(layer, weights, [b], "sgd", set(), None)[0][0]

    (grads, loss), (rough, _) = in_both(compute)
    return {**b, "loss": plain(loss, 9), "gradients": plain(grads, -7), "float32": {"gradients": largest(grads, rough)}}


def fit_cases(fit):
    plain_list = [(o, o, None) for o in model.OPTIMIZERS]
    for seed, layer in enumerate(model.LAYERS):
        weights = model.draw_weights(layer, SIZES["V"], SIZES["D"], SIZES["H"], seed)
        rng = np.random.RandomState(100 + seed)
        batches = ordinary(rng, **SIZES)
        save(
            fit / f"model-{layer}.json.gz", layer=layer, **SIZES, weights=plain(weights, 4), batches=batches,
            first=first_steps(layer, weights, batches[0]), padded=first_steps(layer, weights, padded(rng, **SIZES)),
        )
        # At their default rates SGD and Adagrad hardly move in 24 steps: faster ones show mistakes.
        fast = [("sgd-fast", "sgd", 0.5), ("adagrad-fast", "adagrad", 0.05)]
        trainings(fit, layer, layer, weights, batches, STEPS, plain_list + fast)

    for name, V, steps, B, T, last, optimizers in [
        ("seldom", 200, 60, 4, 5, 60, plain_list),
        ("rested", 60, 260, 2, 4, 260, [o for o in plain_list if o[0] in ("momentum", "nesterov", "rmsprop", "adam", "adamw")]),
    ]:
        weights = model.draw_weights("lstm", V, 4, 6, 7)
        rng = np.random.RandomState(200)
        batches = [batch(rng, B, T, 2, 10 if 5 < s < steps - 5 else V) for s in range(steps)] if name == "rested" else seldom(rng, V, T, B, steps)
        save(fit / f"model-{name}.json.gz", layer="lstm", V=V, D=4, H=6, T=T, B=B, weights=plain(weights, 4), batches=batches)
        trainings(fit, name, "lstm", weights, batches, last, optimizers)


def op_cases(op):
    V, D, H, T, B = 20, 6, 10, 7, 5
    for seed, (layer, (_, gates)) in enumerate(model.LAYERS.items()):
        weights = model.draw_weights(layer, V, D, H, 10 + seed)
        rng = np.random.RandomState(300 + seed)
        b = batch(rng, B, T, 1, V)
        b["x"][0][:3], b["x"][1][:6] = [0] * 3, [5] * 6
        p, q = 0.25, 0.4
        mask = lambda count, width, rate: rng.binomial(1, 1 - rate, (count, B, width))
        one = {"input": mask(1, D, p), "state": mask(1, H, q)}
        own = {"input": mask(gates, D, p), "state": mask(gates, H, q)}
        same = {k: np.repeat(m, gates, 0) for k, m in one.items()}
        for name, dropout, recurrent, masks, back in [
            ("plain", 0.0, 0.0, {}, 0),
            ("input", p, 0.0, {"input": one["input"]}, 0),
            ("state", 0.0, q, {"state": own["state"]}, 0),
            ("both", p, q, own, 0),
            ("same", p, q, same, 0),
            ("back3", 0.0, 0.0, {}, 3),
            ("back3-both", p, q, own, 3),
        ]:
            if name == "same" and gates == 1:
                continue
            wide, narrow = in_both(lambda: model.layer_values(layer, weights, b, dropout, recurrent, masks, back))
            save(
                op / f"{layer}-{name}.json.gz", layer=layer, V=V, D=D, H=H, T=T, B=B, dropout=dropout, recurrent_dropout=recurrent,
                bptt_steps=back, weights=plain(weights, 4), **b, masks=plain(masks, 0), **plain(wide, -7),
                float32={"gradients": largest(wide["gradients"], narrow["gradients"])},
            )


def check(fit):
    """The stored trainings against this backend, in float64."""
    precision("float64")
    for path in sorted(fit.glob("train-*.json.gz")):
        case = load(path)
        base = load(fit / case["model"])
        arrays = lambda ws: {n: np.reshape(w["data"], w["shape"]) for n, w in ws.items()}
        weights = {n: w.astype(np.float32) for n, w in arrays(base["weights"]).items()}
        rate = case["settings"]["learning_rate"]
        keep = {a["step"] for a in case["after"]}
        losses, _, kept, _ = model.train(case["layer"], weights, base["batches"], case["optimizer"], keep, float(rate))
        worst = max(max(largest(kept[a["step"]], arrays(a["weights"])).values()) for a in case["after"])
        print(f"{path.name:40} losses {max(abs(a - b) for a, b in zip(losses, case['losses'])):.1e} weights {worst:.1e}", flush=True)


def main():
    a = arguments()
    os.environ["KERAS_BACKEND"] = a.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["JAX_ENABLE_X64"] = "1"
    global keras, model
    import keras
    import reference_model as model
    from keras.src.backend.common import dtypes

    # Outside TensorFlow Keras turns the product of two float64 matrices into float32. The reference must not.
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

    fit, op = a.out / "fit/testdata/keras", a.out / "op/testdata/keras"
    if a.check:
        return check(fit)
    import reference_tables as tables

    fit_cases(fit)
    op_cases(op)
    precision("float32")
    save(fit / "initialisers.json.gz", layers=tables.initialisers(keras, model.LAYERS))
    save(fit / "metrics.json.gz", **tables.metrics(keras))


if __name__ == "__main__":
    main()
