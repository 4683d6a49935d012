"""The lesson's model at toy sizes, with given weights, batches and dropout masks. Needs KERAS_BACKEND set."""

import keras
import numpy as np

NAMES = ["embedding", "kernel", "recurrent", "bias", "dense_kernel", "dense_bias"]  # Keras' get_weights() order
LAYERS = {"lstm": (keras.layers.LSTM, 4), "gru": (keras.layers.GRU, 3), "simple_rnn": (keras.layers.SimpleRNN, 1)}

OPTIMIZERS = {
    "sgd": lambda **k: keras.optimizers.SGD(**k),
    "momentum": lambda **k: keras.optimizers.SGD(momentum=0.9, **k),
    "nesterov": lambda **k: keras.optimizers.SGD(momentum=0.9, nesterov=True, **k),
    "rmsprop": lambda **k: keras.optimizers.RMSprop(**k),
    "adagrad": lambda **k: keras.optimizers.Adagrad(**k),
    "adam": lambda **k: keras.optimizers.Adam(**k),
    "adamw": lambda **k: keras.optimizers.AdamW(**k),
}
SETTINGS = {"learning_rate", "momentum", "nesterov", "rho", "initial_accumulator_value", "beta_1", "beta_2", "epsilon", "weight_decay"}


def draw_weights(layer, V, D, H, seed):
    """Weights wide enough to bend every activation. Four decimals, so that text, float32 and float64 agree."""
    rng, gates = np.random.RandomState(seed), LAYERS[layer][1]
    bias = (2, gates * H) if layer == "gru" else (gates * H,)
    shapes = [(V, D), (D, gates * H), (H, gates * H), bias, (H, 1), (1,)]
    scales = [0.6, 0.8 / np.sqrt(D), 0.9 / np.sqrt(H), 0.2, 1 / np.sqrt(H), 0.1]
    return {
        name: np.round(rng.randn(*shape) * scale, 4).astype(np.float32)
        for name, shape, scale in zip(NAMES, shapes, scales)
    }


def fix_masks(cell, masks):
    """Makes the cell draw the given masks: "input" [G, B, D] and "state" [G, B, H] of zeros and ones."""
    rates = {cell.dropout: "input", cell.recurrent_dropout: "state"}
    assert cell.dropout != cell.recurrent_dropout or not cell.dropout, "the rate tells the two apart"

    def drawn(step_input, rate):
        of = [keras.ops.convert_to_tensor(m / (1 - rate), dtype=keras.config.floatx()) for m in masks[rates[rate]]]
        asked = getattr(cell, "dropout_mask_count", None)
        assert len(of) == (asked or 1), (len(of), asked)  # Keras itself says how many it wants
        return of if asked else of[0]

    cell._create_dropout_mask = drawn


def build(layer, weights, T, dropout=0.0, recurrent_dropout=0.0):
    V, D = weights["embedding"].shape
    H = weights["recurrent"].shape[0]
    model = keras.Sequential(
        [
            keras.layers.Input((T,), dtype="int32"),
            keras.layers.Embedding(V, D),
            LAYERS[layer][0](H, dropout=dropout, recurrent_dropout=recurrent_dropout),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.set_weights([weights[n].astype(keras.config.floatx()) for n in NAMES])
    return model


def train(layer, weights, batches, optimizer, keep, learning_rate=None):
    """Trains one step a batch. Returns losses, accuracies and {step: weights} for the steps to keep."""
    model = build(layer, weights, len(batches[0]["x"][0]))
    given = {} if learning_rate is None else {"learning_rate": learning_rate}
    opt = OPTIMIZERS[optimizer](**given)
    model.compile(loss="binary_crossentropy", optimizer=opt, metrics=["accuracy"])
    losses, accuracies, kept = [], [], {}
    for step, batch in enumerate(batches, 1):
        y = np.asarray(batch["y"], keras.config.floatx()).reshape(-1, 1)
        model.reset_metrics()  # else they run on as means
        loss, accuracy = model.train_on_batch(np.asarray(batch["x"], np.int32), y)
        losses.append(float(loss))
        accuracies.append(float(accuracy))
        if step in keep:
            kept[step] = dict(zip(NAMES, model.get_weights(), strict=True))
            assert kept[step]["kernel"].dtype == keras.config.floatx()
    settings = {k: v for k, v in opt.get_config().items() if k in SETTINGS and v is not None}
    return losses, accuracies, kept, settings


def gradients(layer, weights, batch):
    """The first step's gradients: what SGD with rate 1 takes off the weights (exact to 1e-16 in float64)."""
    _, _, kept, _ = train(layer, weights, [batch], "sgd", {1}, 1.0)
    return {n: weights[n].astype(keras.config.floatx()) - w for n, w in kept[1].items()}


def layer_values(layer, weights, batch, dropout, recurrent_dropout, masks, back=0):
    """Runs the layer with the given masks, forward and backward, on the torch backend.

    back > 0 lets the gradient go back only so many steps: the state before them is a constant.
    """
    import torch
    from keras.src.backend.torch.core import to_torch_dtype

    kind, _ = LAYERS[layer]
    x, y = np.asarray(batch["x"], np.int64), np.asarray(batch["y"], keras.config.floatx()).reshape(-1, 1)
    B, T = x.shape
    H = weights["recurrent"].shape[0]
    model = build(layer, weights, T, dropout, recurrent_dropout)
    rnn = kind(H, dropout=dropout, recurrent_dropout=recurrent_dropout, return_sequences=True, return_state=True)
    rnn.build((B, T, weights["embedding"].shape[1]))
    rnn.set_weights(model.layers[1].get_weights())
    if masks:
        fix_masks(rnn.cell, masks)
    embedded = model.layers[0](x)
    embedded.retain_grad()
    cut = T - back if 0 < back < T else 0
    states, first = None, []
    if cut:
        with torch.no_grad():
            out, *states = rnn(embedded[:, :cut], training=True)
        first = [out]
    out, *_ = rnn(embedded[:, cut:], initial_state=states, training=True)
    hidden = torch.cat([*first, out], dim=1)
    p = model.layers[2](hidden[:, -1])
    target = torch.as_tensor(y, dtype=to_torch_dtype(keras.config.floatx()))
    loss = keras.losses.BinaryCrossentropy()(target, p)
    loss.backward()
    variables = [*model.layers[0].variables[:1], *rnn.trainable_variables, *model.layers[2].trainable_variables]
    grads = {n: v.value.grad.numpy() for n, v in zip(NAMES, variables, strict=True)}
    return {
        "hidden": hidden.detach().numpy(),
        "probabilities": p.detach().numpy().ravel(),
        "loss": loss.item(),
        "gradients": {**grads, "inputs": embedded.grad.numpy()},
    }
