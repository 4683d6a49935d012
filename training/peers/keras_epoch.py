"""Trains the lesson's model in Keras 3 and prints JSON lines.

Embedding(20000, 128), LSTM(128, dropout=0.2, recurrent_dropout=0.2), Dense(1, sigmoid); Adam; batches of 32.
"""

import report  # first: its clock starts here

import argparse
import os
import sys
import time


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--backend", choices=["tensorflow", "torch", "jax"], default="tensorflow")
    p.add_argument("--data", required=True, help="folder that holds imdb.npz")
    p.add_argument("--epochs", type=int, default=1)
    p.add_argument("--steps", type=int, help="stop an epoch after so many steps (smoke runs)")
    p.add_argument("--maxlen", type=int, default=80)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--val-batch", type=int, help="default: as --batch, which is Keras' default")
    p.add_argument("--dropout", type=float, default=0.2)
    p.add_argument("--recurrent-dropout", type=float, default=0.2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, help="default: what the backend chooses")
    p.add_argument("--jit", choices=["auto", "on", "off"], default="auto", help="XLA, or torch.compile")
    p.add_argument("--unroll", action="store_true")
    p.add_argument("--steps-per-execution", type=int, default=1)
    p.add_argument("--json", action="store_true", help="accepted for likeness; the output always is")
    return p.parse_args()


def start_backend(a):
    os.environ["KERAS_BACKEND"] = a.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if a.backend != "tensorflow":
        # Keras imports TensorFlow where it is installed; another backend's memory and start should not pay for it.
        sys.modules["tensorflow"] = None
    if a.backend == "jax":
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
    if a.threads:
        if a.backend == "tensorflow":
            import tensorflow as tf

            tf.config.threading.set_intra_op_parallelism_threads(a.threads)
        elif a.backend == "torch":
            import torch

            torch.set_num_threads(a.threads)
        else:
            flags = os.environ.get("XLA_FLAGS", "")
            os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen={'true' if a.threads > 1 else 'false'}"


def build(a):
    import keras

    keras.utils.set_random_seed(a.seed)
    model = keras.Sequential(
        [
            keras.layers.Input((a.maxlen,), dtype="int32"),
            keras.layers.Embedding(20000, 128),
            keras.layers.LSTM(
                128,
                dropout=a.dropout,
                recurrent_dropout=a.recurrent_dropout,
                unroll=a.unroll,
                # XLA has to be let in by hand: "auto" reserves the layer for cuDNN.
                use_cudnn=False if a.jit == "on" else "auto",
            ),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        loss="binary_crossentropy",
        optimizer="adam",
        metrics=["accuracy"],
        jit_compile={"auto": "auto", "on": True, "off": False}[a.jit],
        steps_per_execution=a.steps_per_execution,
    )
    return keras, model


def recorder(keras):
    class Recorder(keras.callbacks.Callback):
        """Separates training from validation; a step lasts from one batch's end to the next one's."""

        def on_epoch_begin(self, epoch, logs=None):
            self.steps = report.Steps()
            self.train_seconds = None

        def on_train_batch_end(self, batch, logs=None):
            self.steps.end()
            self.steps.begin()

        def on_test_begin(self, logs=None):
            self.train_seconds = self.steps.seconds()

        def on_epoch_end(self, epoch, logs=None):
            total = self.steps.seconds()
            # Reading the metrics waits for a backend that computes behind our back, so the sum is right.
            report.epoch(epoch + 1, self.steps, self.train_seconds, total - self.train_seconds, **logs)

    return Recorder()


def main():
    a = arguments()
    start_backend(a)
    keras, model = build(a)
    report.line(
        "peer", name="keras", backend=a.backend, versions=versions(keras, a.backend), seed=a.seed,
        dropout=a.dropout, recurrent_dropout=a.recurrent_dropout, jit=bool(model.jit_compile),
        unroll=a.unroll, steps_per_execution=a.steps_per_execution, val_batch=a.val_batch or a.batch,
    )
    import imdb

    began = time.perf_counter()
    (x, y), (xt, yt) = imdb.load(a.data, maxlen=a.maxlen)
    report.line("loaded", seconds=round(time.perf_counter() - began, 3))
    model.fit(
        x, y, batch_size=a.batch, epochs=a.epochs, verbose=0, steps_per_epoch=a.steps,
        validation_data=(xt, yt), validation_batch_size=a.val_batch, validation_steps=a.steps,
        callbacks=[recorder(keras)],
    )
    report.line("done", peak_rss_mb=report.peak_rss_mb(), seconds=report.since_start())


def versions(keras, backend):
    import importlib

    return {"keras": keras.__version__, backend: importlib.import_module(backend).__version__}


if __name__ == "__main__":
    main()
