"""The largest batch and a good learning rate for a run, before it is started.

`python -m training.ml.find RUN_DIR batch|rate` reads the folder's `spec.json` and `manifest.jsonl`, trains a
few steps on one device, leaves the run as it is, and writes what it found to `find-batch.json` or
`find-rate.json`. Exit codes: 0 found, 2 failed with the reason on standard error.
"""

import argparse
import json
import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import torch

from training.ml.data.loader import train_batch
from training.ml.failures import Failure
from training.ml.files import write_json
from training.ml.optim import set_rate
from training.ml.preparation import Job, prepare
from training.ml.reporting import Reporter
from training.ml.threads import share_cores

MEGABYTE = 2**20
# What is left free: other processes, and batches with more in them than those tried.
ROOM = 0.9
SMOOTHING = 0.9
DIVERGED = 4.0
BELOW_BEST = 10.0


def trial(job: Job, size: int) -> float:
    """Two optimiser steps, the first of which makes the optimiser's state, at a batch of `size`; images/s of
    the second. Raises `torch.OutOfMemoryError` where the device has too little memory.
    """
    batch = train_batch(job.store, job.augment, job.order, job.validation.table, 0, size)
    seconds = 0.0
    for _ in range(2):
        began = time.perf_counter()
        float(job.engine.step([batch]))
        seconds = time.perf_counter() - began
    return size / seconds


def peak(device: torch.device) -> float:
    """The most memory taken so far, MB: of the device, or of the process on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device) / MEGABYTE
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (MEGABYTE if sys.platform == "darwin" else 1024)


def room(device: torch.device) -> float:
    """Memory that this process may take in all, MB."""
    if device.type == "cuda":
        return ROOM * torch.cuda.mem_get_info(device)[1] / MEGABYTE
    own = psutil.Process().memory_info().rss
    return (own + ROOM * psutil.virtual_memory().available) / MEGABYTE


def find_batch(job: Job, most: int, megabytes: float | None) -> dict[str, Any]:
    """The largest batch that fits into `megabytes` (what the machine has, where None), at most `most`:
    doubled while it fits, then halved in between.

    Memory grows with the batch along a straight line, so that a size whose place on it is above the limit is
    not tried: on a CPU that would end the process. Raises `Failure` where not even one image fits.
    """
    device = job.engine.device
    limit = room(device) if megabytes is None else megabytes
    tried: list[dict[str, Any]] = []

    def fits(size: int) -> bool:
        if expected(tried, size) > limit:
            return False
        try:
            speed = trial(job, size)
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            return False
        taken = peak(device)
        tried.append({"batch_size": size, "megabytes": round(taken, 1), "images_per_second": round(speed, 3)})
        print(f"Batch {size}: {taken:.0f} MB, {speed:.1f} images/s.")
        return taken <= limit

    largest = largest_that(fits, most)
    if largest == 0:
        detail = f"One image wants more than {limit:.0f} MB."
        raise Failure("Out of memory", detail, "Choose a smaller input_size or variant.")
    return {"batch_size": largest, "limit_megabytes": round(limit, 1), "tried": tried}


def expected(tried: list[dict[str, Any]], size: int) -> float:
    """Memory that a batch of `size` will take, MB, on the line through the last two smaller ones tried; 0
    where there are not yet two.
    """
    points = sorted((item["batch_size"], item["megabytes"]) for item in tried)
    below = [point for point in points if point[0] < size][-2:]
    if len(below) < 2:
        return 0.0
    (first, low), (second, high) = below
    return float(high + (high - low) / (second - first) * (size - second))


def largest_that(fits: Callable[[int], bool], most: int) -> int:
    """The largest number up to `most` that fits, to an eighth of itself; 0 where not even 1 does."""
    good, bad = 0, most + 1
    size = 1
    while size <= most:
        if not fits(size):
            bad = size
            break
        good = size
        if good == most:
            return good
        size = min(size * 2, most)
    while bad - good > max(1, good // 8):
        middle = (good + bad) // 2
        if fits(middle):
            good = middle
        else:
            bad = middle
    return good


def find_rate(job: Job, steps: int, low: float, high: float) -> dict[str, Any]:
    """The range test (Smith 2017, Cyclical Learning Rates, section 3.3): the rate rises by a factor a step
    from `low` to `high` until the smoothed loss is four times its best. `learning_rate` is a tenth of the
    rate at which it was best. Raises `Failure` where the loss is no number from the first step.
    """
    accumulate = int(job.given["accumulate"])
    factor = (high / low) ** (1 / max(steps - 1, 1))
    mean, curve = 0.0, []
    job.engine.model.train()
    for step in range(steps):
        rate = low * factor**step
        set_rate(job.engine.optimizer, rate)
        batches = [job.batch(step * accumulate + part) for part in range(accumulate)]
        loss = float(job.engine.step(batches))
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        smooth = mean / (1 - SMOOTHING ** (step + 1))
        if not math.isfinite(smooth):
            break
        curve.append({"learning_rate": rate, "loss": loss, "smoothed": smooth})
        if smooth > DIVERGED * min(item["smoothed"] for item in curve):
            break
    if not curve:
        raise Failure("The loss is not a number", "It is none at the first step.", "Train in fp32.")
    best = min(curve, key=lambda item: item["smoothed"])
    return {"learning_rate": best["learning_rate"] / BELOW_BEST, "curve": curve}


def main(arguments: list[str]) -> int:
    """Find what is asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.find", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("batch", "rate"))
    parser.add_argument("--most", type=int, default=1024, help="largest batch to try")
    parser.add_argument("--megabytes", type=float, help="memory to stay below")
    parser.add_argument("--steps", type=int, default=100, help="steps of the rate's test")
    parser.add_argument("--low", type=float, default=1e-7, help="its first rate")
    parser.add_argument("--high", type=float, default=1.0, help="its last rate")
    asked = parser.parse_args(arguments)
    share_cores()
    try:
        job = prepare(asked.folder, Reporter(asked.folder, silent=True), alone=True)
        job.engine.model.train()
        if asked.what == "batch":
            found = find_batch(job, asked.most, asked.megabytes)
        else:
            found = find_rate(job, asked.steps, asked.low, asked.high)
        write_json(asked.folder / f"find-{asked.what}.json", found)
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        return 2
    print(json.dumps({name: value for name, value in found.items() if not isinstance(value, list)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
