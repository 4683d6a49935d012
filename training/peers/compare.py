"""Runs ours and the peers in turn on this machine and prints one table with ratios.

    go build -o /tmp/cuaderno ./server
    CUADERNO=/tmp/cuaderno python compare.py --data DIR --out runs.jsonl
    python compare.py --table runs.jsonl       prints the table of stored runs again
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
OURS, OURS_WITHOUT = "ours", "ours, no recurrent dropout"


def peers(python, data):
    """Name -> command and which of ours does the same work."""
    script = lambda name, *more: [python, str(HERE / name), "--data", data, "--json", *more]
    ours = lambda *more: [os.environ.get("CUADERNO", "cuaderno"), "train", "--json", "--data", data, *more]
    return {
        OURS: (ours(), OURS),
        OURS_WITHOUT: (ours("--recurrent-dropout", "0"), OURS_WITHOUT),
        "keras-tensorflow": (script("keras_epoch.py", "--backend", "tensorflow"), OURS),
        "keras-tensorflow-xla": (script("keras_epoch.py", "--backend", "tensorflow", "--jit", "on"), OURS),
        "keras-jax": (script("keras_epoch.py", "--backend", "jax"), OURS),
        "keras-torch": (script("keras_epoch.py", "--backend", "torch"), OURS),
        "torch": (script("torch_epoch.py"), OURS_WITHOUT),
        "torch-compile": (script("torch_epoch.py", "--compile"), OURS_WITHOUT),
    }


DEFAULT = [OURS, OURS_WITHOUT, "keras-tensorflow", "keras-jax", "torch", "torch-compile"]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", help="folder that holds imdb.npz and imdb_word_index.json")
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    p.add_argument("--peers", nargs="+", default=DEFAULT, help="of: " + "; ".join(peers("", "")))
    p.add_argument("--python", default=sys.executable, help="the interpreter that has the peers' packages")
    p.add_argument("--steps", type=int, help="passed to the peers, for smoke runs; ours always runs whole epochs")
    p.add_argument("--out", type=pathlib.Path, help="append every run to this file, one JSON object a line")
    p.add_argument("--table", type=pathlib.Path, help="run nothing, print the table of this file")
    return p.parse_args()


def run(name, command, seed, a):
    """One training in a process of its own. Returns what it printed and what the system says of it."""
    with tempfile.TemporaryDirectory() as state, tempfile.TemporaryFile() as errors:
        command = [*command, "--epochs", str(a.epochs), "--seed", str(seed)]
        if name.startswith("ours"):
            command += ["--state", state]
        elif a.steps:
            command += ["--steps", str(a.steps)]
        load, born = os.getloadavg()[0], time.perf_counter()
        # No accelerator: this compares what one processor does.
        env = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env)
        lines = []
        for text in process.stdout:
            if text.startswith("{"):
                lines.append({**json.loads(text), "at": round(time.perf_counter() - born, 3)})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            tail = errors.read().decode(errors="replace").splitlines()[-15:]
            print(f"{name}, seed {seed}: exit {process.returncode}\n" + "\n".join(tail), file=sys.stderr)
            return None
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return {
        "peer": name, "seed": seed, "load_before": round(load, 2), "wall": round(time.perf_counter() - born, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2), "peak_rss_mb": round(usage.ru_maxrss / scale, 1),
        "steps": a.steps if a.steps and not name.startswith("ours") else None, "machine": machine(), "lines": lines,
    }


def machine():
    try:
        with open("/proc/cpuinfo") as f:
            model = next(line.split(":")[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} cores"


def figures(r):
    """The numbers of one run. Times of steps and epochs leave out a first epoch that has later ones after it."""
    epochs = [line for line in r["lines"] if line["event"] == "epoch"]
    warm = epochs[1:] or epochs
    evaluated = next((line["seconds"] for line in r["lines"] if line["event"] == "evaluate"), None)
    first = next((line["at"] for line in r["lines"] if line["event"] == "first_batch"), None)
    if first is None:
        # Ours prints no line then: the first epoch's beginning and one step.
        first = epochs[0]["at"] - epochs[0]["seconds"] + epochs[0]["ms_per_step"] / 1000
    validation = [e.get("val_seconds", evaluated) for e in warm]
    training = [e.get("train_seconds", e["seconds"] - (evaluated or 0)) for e in warm]
    return {
        "step": statistics.median(e["ms_per_step"] for e in warm),
        "training": statistics.median(training),
        "validation": statistics.median(validation),
        "epoch": statistics.median(e["seconds"] for e in warm),
        "first": first,
        "rss": r["peak_rss_mb"],
        "loss": [e["loss"] for e in epochs],
        "accuracy": [e["val_accuracy"] for e in epochs],
    }


def table(runs):
    same = {name: base for name, (_, base) in peers("", "").items()}
    by_peer = {}
    for r in runs:
        by_peer.setdefault(r["peer"], []).append(r)
    columns = [("step", "step, ms", 2), ("training", "training, s", 2), ("validation", "validation, s", 2),
               ("epoch", "epoch, s", 2), ("first", "first batch, s", 2), ("rss", "peak RSS, MB", 0)]
    medians, rows = {}, []
    for name, rs in by_peer.items():
        fs = [figures(r) for r in rs]
        medians[name] = {key: statistics.median(f[key] for f in fs) for key, _, _ in columns}
        medians[name]["accuracy"] = [
            [f["accuracy"][e] for f in fs if len(f["accuracy"]) > e] for e in range(max(len(f["accuracy"]) for f in fs))
        ]
    print(f"{runs[0]['machine']}; medians over {max(map(len, by_peer.values()))} runs; in brackets: times ours doing the same work\n")
    head = ["", *(title for _, title, _ in columns), "val. accuracy after epoch 1", "after epoch 2"]
    rows.append(head)
    rows.append(["---"] * len(head))
    for name, m in medians.items():
        base = medians.get(same[name])
        cells, smoke = [], any(r["steps"] for r in by_peer[name])
        for key, _, digits in columns:
            if smoke and key in ("training", "validation", "epoch"):
                cells.append("")
                continue
            cell = f"{m[key]:.{digits}f}"
            if base and name != same[name]:
                cell += f" ({m[key] / base[key]:.1f}×)"
            cells.append(cell)
        accuracy = [spread(v) for v in m["accuracy"][:2]]
        rows.append([name + (" (smoke run)" if smoke else ""), *cells, *accuracy, *[""] * (2 - len(accuracy))])
    for row in rows:
        print("| " + " | ".join(row) + " |")
    busy = sorted({(r["peer"], r["seed"], r["load_before"]) for r in runs if r["load_before"] > 0.7})
    if len(busy) > len(by_peer):
        print(f"\n{len(busy)} of {len(runs)} runs began with a load above 0.7 (one's own last run leaves some).")


def spread(values):
    return f"{statistics.mean(values):.4f} ({min(values):.4f} to {max(values):.4f})"


def main():
    a = arguments()
    if a.table:
        return table([json.loads(line) for line in a.table.read_text().splitlines()])
    if not a.data:
        sys.exit("--data is missing")
    known, runs = peers(a.python, a.data), []
    if unknown := set(a.peers) - set(known):
        sys.exit(f"no such peer: {', '.join(sorted(unknown))}")
    for seed in a.seeds:
        for name in a.peers:
            print(f"{time.strftime('%H:%M:%S')} seed {seed}: {name}", file=sys.stderr, flush=True)
            if r := run(name, known[name][0], seed, a):
                runs.append(r)
                if a.out:
                    with a.out.open("a") as f:
                        f.write(json.dumps(r) + "\n")
    if not runs:
        sys.exit("no run succeeded")
    table(runs)


if __name__ == "__main__":
    main()
