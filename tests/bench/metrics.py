"""The metrics against the libraries that define them: `python -m tests.bench.metrics`.

mIoU and F1 against torchmetrics on index masks, mask AP against pycocotools on objects: the same numbers, and
how many times as fast.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torchmetrics.classification import MulticlassF1Score, MulticlassJaccardIndex

from training.ml.metrics import confusion_matrix, summarise
from training.ml.metrics.average_precision import AveragePrecision

LABELS, IMAGES, SIDE = 20, 24, 512
OBJECTS, FOUND = 12, 40


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least seconds of three, and the result."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - began)
    return min(taken), result


def pixels() -> list[tuple[np.ndarray, np.ndarray]]:
    """Truth and prediction of some images, uint8, in areas as masks have them, some of it ignored."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(IMAGES):
        truth = np.kron(rng.integers(0, LABELS, (16, 16)), np.ones((SIDE // 16, SIDE // 16))).astype(np.uint8)
        prediction = np.where(rng.random((SIDE, SIDE)) < 0.2, rng.integers(0, LABELS, (SIDE, SIDE)), truth)
        truth[:20] = 255
        found.append((truth, prediction.astype(np.uint8)))
    return found


def semantic() -> tuple[float, float]:
    """Largest difference to torchmetrics and how many times as fast."""
    pairs = pixels()

    def ours() -> tuple[float, float]:
        counts = np.sum([confusion_matrix(*pair, LABELS) for pair in pairs], axis=0)
        summary = summarise(counts)
        return summary.miou, summary.mean_f1

    def theirs() -> tuple[float, float]:
        options: dict[str, Any] = {"num_classes": LABELS, "average": "macro", "ignore_index": 255}
        iou, f1 = MulticlassJaccardIndex(**options), MulticlassF1Score(**options)
        for truth, prediction in pairs:
            target, given = torch.from_numpy(truth).long(), torch.from_numpy(prediction).long()
            iou.update(given, target)
            f1.update(given, target)
        return float(iou.compute()), float(f1.compute())

    (own, mine), (other, reference) = timed(ours), timed(theirs)
    return max(abs(a - b) for a, b in zip(mine, reference, strict=True)), other / own


def discs(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Masks uint8 `[SIDE, SIDE]` of discs."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    places = rng.uniform(20, SIDE - 20, (count, 2))
    radii = rng.uniform(6, 60, count)
    return [
        ((rows - y) ** 2 + (columns - x) ** 2 <= r * r).astype(np.uint8)
        for (y, x), r in zip(places, radii, strict=True)
    ]


def objects() -> tuple[list[Any], list[Any]]:
    """Truth (label, RLE) and found (label, score, RLE) of each image: the truth, shifted, and noise."""
    rng = np.random.default_rng(1)
    truths, founds = [], []
    for _ in range(IMAGES):
        real = discs(rng, OBJECTS)
        shifted = [np.roll(mask, rng.integers(-6, 7, 2), (0, 1)) for mask in real]
        noise = discs(rng, FOUND - OBJECTS)
        truths.append([(int(rng.integers(3)), coco.encode(np.asfortranarray(mask))) for mask in real])
        labels = [label for label, _ in truths[-1]] + rng.integers(0, 3, FOUND - OBJECTS).tolist()
        founds.append(
            [
                (int(label), float(rng.random()), coco.encode(np.asfortranarray(mask)))
                for label, mask in zip(labels, [*shifted, *noise], strict=True)
            ]
        )
    return truths, founds


def instances() -> tuple[float, float]:
    """Largest difference to pycocotools and how many times as fast."""
    truths, founds = objects()

    def ours() -> tuple[float, ...]:
        counted = AveragePrecision(3)
        for truth, found in zip(truths, founds, strict=True):
            counted.add(truth, found)
        result = counted.result()
        return tuple(
            result[name] for name in ("map", "map50", "map75", "map_small", "map_medium", "map_large")
        )

    def theirs() -> tuple[float, ...]:
        with contextlib.redirect_stdout(io.StringIO()):
            data = COCO()
            data.dataset = {
                "images": [{"id": i, "height": SIDE, "width": SIDE} for i in range(IMAGES)],
                "categories": [{"id": label, "name": str(label)} for label in range(3)],
                "annotations": [
                    {
                        "id": 1 + i * OBJECTS + n,
                        "image_id": i,
                        "category_id": label,
                        "segmentation": rle,
                        "area": float(coco.area(rle)),
                        "bbox": coco.toBbox(rle).tolist(),
                        "iscrowd": 0,
                    }
                    for i, truth in enumerate(truths)
                    for n, (label, rle) in enumerate(truth)
                ],
            }
            data.createIndex()
            rows = [
                {"image_id": i, "category_id": label, "score": score, "segmentation": dict(rle)}
                for i, found in enumerate(founds)
                for label, score, rle in found
            ]
            evaluation = COCOeval(data, data.loadRes(rows), "segm")
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return tuple(float(value) for value in evaluation.stats[:6])

    (own, mine), (other, reference) = timed(ours), timed(theirs)
    return max(abs(a - b) for a, b in zip(mine, reference, strict=True)), other / own


def main() -> int:
    """Print the figures; 1 where a number differs or is slower."""
    torch.set_num_threads(1)
    good = True
    for name, (difference, faster) in (("mIoU and F1", semantic()), ("mask AP", instances())):
        rival = "torchmetrics" if name != "mask AP" else "pycocotools"
        print(f"{name} against {rival}: difference {difference:.1e}, {faster:.1f} times as fast", flush=True)
        good &= difference < 1e-6 and faster > 1
    return int(not good)


if __name__ == "__main__":
    raise SystemExit(main())
