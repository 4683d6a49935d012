"""JSON lines on stdout, in the shape of `server train --json`."""

import json
import resource
import statistics
import sys
import time

BORN = time.perf_counter()


def line(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


def since_start():
    return round(time.perf_counter() - BORN, 3)


def peak_rss_mb():
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kib / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


class Steps:
    """Step times of one epoch, and the line that tells of the process's first step."""

    first_told = False

    def __init__(self):
        self.times = []
        self.began = self.mark = time.perf_counter()

    def begin(self):
        self.mark = time.perf_counter()

    def end(self):
        self.times.append(time.perf_counter() - self.mark)
        if not Steps.first_told:
            Steps.first_told = True
            line("first_batch", seconds=since_start())

    def seconds(self):
        return time.perf_counter() - self.began

    def median_ms(self):
        return 1000 * statistics.median(self.times) if self.times else None


def epoch(number, steps, train_seconds, val_seconds, **figures):
    line(
        "epoch",
        epoch=number,
        **{k: round(float(v), 6) for k, v in figures.items()},
        seconds=round(train_seconds + val_seconds, 3),
        train_seconds=round(train_seconds, 3),
        val_seconds=round(val_seconds, 3),
        ms_per_step=round(steps.median_ms(), 3),
        ms_per_step_mean=round(1000 * train_seconds / len(steps.times), 3),
    )
