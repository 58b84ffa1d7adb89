"""What an evaluation's metrics cost beside its forward passes: `python -m tests.bench.evaluation`.

Images of 1024 x 1024 with 20 classes, all of them in each image, through SegFormer-B0 at this size. Metrics
are everything that is not the forward pass but for files: mask, confusion matrix, boundaries, calibration,
histograms, segments. Promised are less than a tenth of the forward pass, and flat memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import psutil  # noqa: E402

from training.ml.bundle import save_random_bundle  # noqa: E402
from training.ml.data.truth import Truth  # noqa: E402
from training.ml.predictor import reader_of, upsampled_argmax  # noqa: E402
from training.ml.runtimes import load_runtime  # noqa: E402
from training.ml.scoring.scorer import Scorer  # noqa: E402
from training.ml.threads import share_cores  # noqa: E402
from training.scores.summary import summary_of  # noqa: E402

SIDE, CLASSES = 1024, 20
PROMISED, FLAT = 0.1, 1.1


def truth_of(chance: np.random.Generator) -> np.ndarray:
    """A map of some sixty regions of all labels, uint8 `[1024, 1024]`."""
    coarse = chance.integers(0, CLASSES, (8, 8)).astype(np.uint8)
    return cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)


def good(truth: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """The model's logits, made those of a trained model: mostly right, with its own noise on top."""
    small = cv2.resize(truth, logits.shape[:0:-1], interpolation=cv2.INTER_NEAREST)
    made = 0.2 * logits
    np.put_along_axis(made, small[None].astype(np.intp), 6.0, 0)
    return np.asarray(made, np.float32)


def main() -> int:
    """1 where metrics cost more than is promised, or memory grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.evaluation", description=__doc__)
    parser.add_argument("--images", type=int, default=100)
    asked = parser.parse_args()
    share_cores()
    chance = np.random.default_rng(0)
    forward, metrics, memory = 0.0, 0.0, []
    with tempfile.TemporaryDirectory() as folder:
        names = [f"class {n}" for n in range(1, CLASSES)]
        bundle = save_random_bundle(Path(folder) / "bundle", names, (SIDE, SIDE))
        runtime, scorer = (
            load_runtime(bundle, "torch", "cpu", None, "none"),
            Scorer(bundle.labels, reader_of(bundle)),
        )
        image = chance.standard_normal((1, 3, SIDE, SIDE)).astype(np.float32)
        runtime.run(image)
        for number in range(asked.images):
            truth = truth_of(chance)
            began = time.perf_counter()
            outputs = runtime.run(image)
            forward += time.perf_counter() - began
            logits = good(truth, outputs[0][0])
            began = time.perf_counter()
            prediction = upsampled_argmax(logits, SIDE, SIDE)
            scorer.add(str(number), f"{number}.png", Truth(truth), prediction, (logits,), [])
            metrics += time.perf_counter() - began
            memory.append(psutil.Process().memory_info().rss / 2**20)
        began = time.perf_counter()
        scores = scorer.result()
        summary = summary_of(scores)
        summed = time.perf_counter() - began
    ratio = (metrics + summed) / forward
    grown = memory[-1] / memory[len(memory) // 4]
    print(f"{asked.images} images of {SIDE} x {SIDE}, {CLASSES} classes, mIoU {summary['miou']:.3f}")
    print(f"forward {1000 * forward / asked.images:.0f} ms an image")
    print(f"metrics {1000 * metrics / asked.images:.1f} ms an image, the summary {summed:.2f} s in all")
    print(f"metrics / forward: {ratio:.3f} (promised {PROMISED})")
    print(f"memory {memory[-1]:.0f} MB, {grown:.3f} of that after a quarter of the images")
    return int(ratio > PROMISED or grown > FLAT)


if __name__ == "__main__":
    sys.exit(main())
