"""`python -m training.ml.latency BUNDLE --runtime torch|onnxruntime|openvino [--quantization Q]`, or with
`--export DIR` in the place of the runtime: what one forward pass takes here, in a process that does nothing
else, and how much memory that process came to.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from training.ml.bundle import read_bundle
from training.ml.failures import Failure
from training.ml.runtimes import Floats, load_runtime, open_export

WARM_UP = 2
MOST_RUNS = 20
SECONDS = 10.0


class Forward(Protocol):
    """What has an input size and runs a batch."""

    size: tuple[int, int]

    def forward(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Predictor`."""
        ...


def measure(predictor: Forward) -> list[float]:
    """Milliseconds of each forward pass of one image at the bundle's size: twenty, or ten seconds of them."""
    return timed(predictor.forward, predictor.size)


def timed(forward: Callable[[Floats], object], size: tuple[int, int]) -> list[float]:
    """Milliseconds of each forward pass of one image of that size: twenty, or ten seconds of them."""
    batch = np.random.default_rng(0).standard_normal((1, 3, *size), np.float32)
    for _ in range(WARM_UP):
        forward(batch)
    taken: list[float] = []
    while len(taken) < MOST_RUNS and sum(taken) < SECONDS * 1000:
        began = time.perf_counter()
        forward(batch)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def peak_megabytes() -> float | None:
    """The most memory that this process ever held, None where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(found[0]) / 1024, 1) if found else None


def report(
    bundle: Path, runtime: str, quantization: str, export: Path | None, threads: int | None
) -> dict[str, Any]:
    """Load and measure; JSON-ready. Raises `Failure` where the model does not load."""
    busy = round(os.getloadavg()[0], 2)
    read = read_bundle(bundle)
    if export is None:
        loaded = load_runtime(read, runtime, "cpu", threads, quantization)
    else:
        record = json.loads((export / "export.json").read_text())
        loaded = open_export(export, record["format"], record["quantization"], threads=threads)
    size = read.preprocessing.size
    taken = sorted(timed(loaded.run, size))
    return {
        "milliseconds": round(statistics.median(taken), 2),
        "p95": round(taken[min(len(taken) - 1, int(0.95 * len(taken)))], 2),
        "runs": len(taken),
        "batch": 1,
        "size": list(size),
        "threads": threads or len(os.sched_getaffinity(0)),
        "device": "cpu",
        "cores": os.cpu_count(),
        "busy": busy,
        "precision": loaded.precision,
        "memory_mb": peak_megabytes(),
    }


def main() -> int:
    """Measure and print the report as JSON; 2 with the reason last on stderr where it does not run."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.latency", description=__doc__)
    parser.add_argument("bundle", type=Path)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--runtime")
    which.add_argument("--export", type=Path, help="folder with export.json")
    parser.add_argument("--quantization", default="none")
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    try:
        found = report(asked.bundle, asked.runtime, asked.quantization, asked.export, asked.threads)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
