"""Trains the lesson's model in PyTorch with nn.LSTM and prints JSON lines.

nn.LSTM has no recurrent dropout: this peer does less work than the lesson asks for. The input mask is
drawn as Keras draws it without recurrent dropout: one row of features a review, held for all its words.
Weights start as in Keras; Adam has Keras' epsilon; the second bias that nn.LSTM keeps stays zero.
"""

import report  # first: its clock starts here

import argparse
import math
import time

import torch
from torch import nn

import imdb


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--data", required=True, help="folder that holds imdb.npz")
    p.add_argument("--epochs", type=int, default=1)
    p.add_argument("--steps", type=int, help="stop an epoch after so many steps (smoke runs)")
    p.add_argument("--maxlen", type=int, default=80)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--val-batch", type=int, help="default: as --batch")
    p.add_argument("--dropout", type=float, default=0.2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, help="default: what PyTorch chooses")
    p.add_argument("--compile", action="store_true", help="torch.compile; needs a C++ compiler")
    p.add_argument("--adam", choices=["fused", "foreach", "loop"], default="fused")
    p.add_argument("--sparse", action="store_true",
                   help="sparse embedding gradient and SparseAdam: faster, but rows a batch leaves alone do not coast, so not Keras' Adam")
    p.add_argument("--no-mkldnn", action="store_true", help="without oneDNN's LSTM")
    p.add_argument("--json", action="store_true", help="accepted for likeness; the output always is")
    return p.parse_args()


class Lesson(nn.Module):
    def __init__(self, dropout, sparse, words=20000, features=128, units=128):
        super().__init__()
        self.dropout = dropout
        self.embedding = nn.Embedding(words, features, sparse=sparse)
        self.lstm = nn.LSTM(features, units, batch_first=True)
        self.dense = nn.Linear(units, 1)
        with torch.no_grad():
            self.embedding.weight.uniform_(-0.05, 0.05)
            # Glorot's limit is symmetric in the fans, so PyTorch's transposed shapes do no harm.
            glorot(self.lstm.weight_ih_l0)
            nn.init.orthogonal_(self.lstm.weight_hh_l0)
            self.lstm.bias_ih_l0.zero_()
            self.lstm.bias_ih_l0[units:2 * units] = 1  # i f g o
            self.lstm.bias_hh_l0.zero_()
            glorot(self.dense.weight)
            self.dense.bias.zero_()
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x, mask=None):
        e = self.embedding(x)
        if mask is not None:
            e = e * mask
        _, (h, _) = self.lstm(e)
        return self.dense(h[-1]).squeeze(1)

    def mask(self, rows):
        """[rows, 1, features], 0 or 1/(1-p)."""
        keep = 1 - self.dropout
        return torch.empty(rows, 1, self.embedding.embedding_dim).bernoulli_(keep).div_(keep)


def glorot(w):
    w.uniform_(-1, 1).mul_(math.sqrt(6 / (w.shape[0] + w.shape[1])))


def optimizers(model, a):
    dense = [p for p in model.parameters() if p.requires_grad]
    found = []
    if a.sparse:
        table = model.embedding.weight
        dense = [p for p in dense if p is not table]
        found.append(torch.optim.SparseAdam([table], lr=0.001, eps=1e-7))
    kind = {"fused": {"fused": True}, "foreach": {"foreach": True}, "loop": {"foreach": False}}[a.adam]
    found.append(torch.optim.Adam(dense, lr=0.001, eps=1e-7, **kind))
    return found


def train(model, net, opts, x, y, a, loss_fn):
    """One epoch. Returns its steps, loss and accuracy, weighted by reviews as Keras does."""
    steps = report.Steps()
    order = torch.randperm(len(x))
    total = right = seen = 0
    model.train()
    for rows in order.split(a.batch)[: a.steps]:
        steps.begin()
        target = y[rows]
        for o in opts:
            o.zero_grad(set_to_none=True)
        logits = net(x[rows], model.mask(len(rows)) if a.dropout else None)
        loss = loss_fn(logits, target)
        loss.backward()
        for o in opts:
            o.step()
        total += loss.item() * len(rows)
        right += ((logits > 0) == (target > 0.5)).sum().item()
        seen += len(rows)
        steps.end()
    return steps, total / seen, right / seen


@torch.inference_mode()
def validate(model, x, y, a, loss_fn):
    size = a.val_batch or a.batch
    total = right = seen = 0
    model.eval()
    for start in range(0, len(x) if not a.steps else a.steps * size, size):
        logits, target = model(x[start:start + size]), y[start:start + size]
        total += loss_fn(logits, target).item() * len(target)
        right += ((logits > 0) == (target > 0.5)).sum().item()
        seen += len(target)
    return total / seen, right / seen


def main():
    a = arguments()
    if a.threads:
        torch.set_num_threads(a.threads)
    if a.no_mkldnn:
        torch.backends.mkldnn.enabled = False
    torch.manual_seed(a.seed)
    report.line(
        "peer", name="torch", versions={"torch": torch.__version__}, seed=a.seed, dropout=a.dropout,
        recurrent_dropout=0, note="nn.LSTM has no recurrent dropout", threads=torch.get_num_threads(),
        compile=a.compile, adam=a.adam, sparse=a.sparse, mkldnn=not a.no_mkldnn, val_batch=a.val_batch or a.batch,
    )
    began = time.perf_counter()
    (x, y), (xt, yt) = [tuple(map(torch.from_numpy, split)) for split in imdb.load(a.data, maxlen=a.maxlen)]
    y, yt = y.squeeze(1), yt.squeeze(1)
    report.line("loaded", seconds=round(time.perf_counter() - began, 3))

    model = Lesson(a.dropout, a.sparse)
    net = torch.compile(model) if a.compile else model
    opts = optimizers(model, a)
    loss_fn = nn.BCEWithLogitsLoss()
    for number in range(1, a.epochs + 1):
        began = time.perf_counter()
        steps, loss, accuracy = train(model, net, opts, x, y, a, loss_fn)
        trained = time.perf_counter()
        val_loss, val_accuracy = validate(model, xt, yt, a, loss_fn)
        report.epoch(
            number, steps, trained - began, time.perf_counter() - trained,
            loss=loss, accuracy=accuracy, val_loss=val_loss, val_accuracy=val_accuracy,
        )
    report.line("done", peak_rss_mb=report.peak_rss_mb(), seconds=report.since_start())


if __name__ == "__main__":
    main()
