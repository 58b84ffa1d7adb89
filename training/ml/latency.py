"""`python -m training.ml.latency BUNDLE --runtime torch|onnxruntime|openvino [--quantization none|fp16]`."""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from training.ml.failures import Failure
from training.ml.predictor import Predictor

WARM_UP = 2
MOST_RUNS = 20
SECONDS = 10.0


def measure(predictor: Predictor) -> list[float]:
    """Milliseconds of each forward pass of one image at the bundle's size: twenty, or ten seconds of them."""
    height, width = predictor.size
    batch = np.random.default_rng(0).standard_normal((1, 3, height, width), np.float32)
    for _ in range(WARM_UP):
        predictor.forward(batch)
    taken: list[float] = []
    while len(taken) < MOST_RUNS and sum(taken) < SECONDS * 1000:
        began = time.perf_counter()
        predictor.forward(batch)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def main() -> int:
    """Measure and print the median as JSON; 2 with the reason last on stderr where it does not run."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.latency", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--quantization", default="none")
    asked = parser.parse_args()
    try:
        predictor = Predictor(asked.bundle, asked.runtime, quantization=asked.quantization)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    taken = measure(predictor)
    report = {
        "milliseconds": round(statistics.median(taken), 2),
        "runs": len(taken),
        "size": list(predictor.size),
        "device": "cpu",
        "cores": os.cpu_count(),
    }
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
