"""Values of Keras that are tables rather than trainings: how weights begin, and how losses are counted."""

import numpy as np


def initialisers(keras, layers, seeds=8):
    """Bounds and moments of every freshly built weight at the lesson's size, over some seeds."""
    out = {}
    for layer, (kind, _) in layers.items():
        drawn = {}
        for seed in range(seeds):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([
                keras.layers.Input((80,), dtype="int32"), keras.layers.Embedding(20000, 128), kind(128), keras.layers.Dense(1),
            ])
            names = ["embedding", "kernel", "recurrent", "bias", "dense_kernel", "dense_bias"]
            for name, w in zip(names, model.get_weights(), strict=True):
                drawn.setdefault(name, []).append(np.float64(w))
        out[layer] = {n: summary(n, np.stack(ws)) for n, ws in drawn.items()}
    return out


def summary(name, w):
    s = {
        "shape": list(w.shape[1:]), "seeds": len(w), "min": sig(w.min()), "max": sig(w.max()),
        "mean": sig(w.mean()), "std": sig(w.std()), "kurtosis": sig(kurtosis(w)),
    }
    if name == "bias":
        s["values"] = sorted(set(w.ravel().tolist()))
        s["ones_at"] = np.flatnonzero(w[0].ravel() == 1)[[0, -1]].tolist() if (w == 1).any() else []
    if name == "recurrent":
        # The rows of [H, nH] are orthonormal as a whole, not gate by gate.
        s["rows_error"] = sig(max(np.abs(u @ u.T - np.eye(len(u))).max() for u in w))
        H = w.shape[1]
        s["first_gate_error"] = sig(np.abs(w[0][:, :H] @ w[0][:, :H].T - np.eye(H)).max())
        s["diagonal_mean"] = sig(np.mean([np.diagonal(u).mean() for u in w]))
    return s


def kurtosis(w):
    """3 for a normal distribution, 1.8 for a uniform one."""
    v = w.var()
    return ((w - w.mean()) ** 4).mean() / v**2 if v else 0.0


def sig(x):
    return float(f"{float(x):.6g}")


def metrics(keras):
    """Losses and accuracies from probabilities, one by one, in batches, and over an epoch with a short last batch."""
    p = np.float32([0, 1e-9, 1e-7, 1e-4, 0.1, 0.3, np.nextafter(np.float32(0.5), 0), 0.5,
                    np.nextafter(np.float32(0.5), 1), 0.7, 0.9, 0.9999, 1 - 2**-23, 1])
    loss = keras.losses.BinaryCrossentropy()
    single = [
        {"probability": float(q), "label": y, "loss": float(loss([[y]], [[q]])),
         "correct": float(keras.metrics.binary_accuracy([[float(y)]], np.float32([[q]]))[0])}
        for q in p for y in (0, 1)
    ]
    logits = [-200.0, -40.0, -16.5, -15.0, -3.0, -0.25, 0.0, 0.25, 3.0, 15.0, 16.5, 40.0, 200.0]
    from_logits = keras.losses.BinaryCrossentropy(from_logits=True)
    with_logits = [{"logit": z, "label": y, "loss": float(from_logits([[y]], [[z]]))} for z in logits for y in (0, 1)]

    rng = np.random.RandomState(5)
    probs, labels = rng.uniform(0.02, 0.98, 75).astype(np.float32), rng.randint(0, 2, 75)
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Identity()])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    total, accuracy = model.evaluate(probs.reshape(-1, 1), labels.reshape(-1, 1).astype(np.float32), batch_size=32, verbose=0)
    batches = []
    for start in range(0, 75, 32):
        part = slice(start, start + 32)
        batches.append({"reviews": len(probs[part]), "loss": float(loss(labels[part].reshape(-1, 1), probs[part].reshape(-1, 1)))})
    return {
        "single": single, "logits": with_logits,
        "epoch": {"batch_size": 32, "probabilities": probs.astype(float).tolist(), "labels": labels.tolist(),
                  "batches": batches, "loss": total, "accuracy": accuracy},
    }
