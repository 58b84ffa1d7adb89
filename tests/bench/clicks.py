"""Engines of the smart tool on real photos: `python -m tests.bench.clicks [engine ...] [--split test]`.

The usual protocol: the first click is as far inside the object as one can be; every next one as far inside
the largest area that is wrong, of either kind. Told are the mean IoU after 1, 3 and 5 clicks, and how long a
look and a click take. An engine is named as the API names it, or as `module:Class`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from deployments.server.config import available_cores
from tests.shared import shared
from training.ml.assist import catalogue
from training.ml.assist.engine import Engine, Point
from training.ml.assist.remembering import Clicked
from training.ml.images import load_rgb

CLICKS = 5
TOLD = (1, 3, 5)
# Nothing smaller is worth a click with a smart tool.
LEAST_AREA = 100
RIVALS = ("tests.bench.click_rivals:GrabCut", "tests.bench.click_rivals:RandomWalker")


@dataclass
class Photo:
    """An image and the masks of some objects on it."""

    name: str
    path: Path
    objects: list[np.ndarray] = field(default_factory=list)


@dataclass
class Result:
    """Of each object the IoU after every click; milliseconds of every look and every click."""

    ious: list[list[float]] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)

    def after(self, clicks: int) -> float:
        return float(np.mean([each[clicks - 1] for each in self.ious]))


def facade(split: str, each: int, seed: int = 0) -> Iterator[Photo]:
    """Street photos, with `each` objects of every class."""
    folder = shared("facade", split)
    document = json.loads((folder / "_annotations.coco.json").read_text())
    rng = np.random.default_rng(seed)
    for image in document["images"]:
        photo = Photo("facade", folder / "images" / image["file_name"])
        groups: dict[int, list[Any]] = {}
        for annotation in document["annotations"]:
            if annotation["image_id"] == image["id"] and annotation["area"] >= LEAST_AREA:
                groups.setdefault(annotation["category_id"], []).append(annotation)
        for group in groups.values():
            for number in rng.permutation(len(group))[:each]:
                mask = np.zeros((image["height"], image["width"]), np.uint8)
                rings = [np.reshape(ring, (-1, 2)) for ring in group[number]["segmentation"]]
                cv2.fillPoly(mask, [np.rint(ring).astype(np.int32) for ring in rings], 1)
                photo.objects.append(mask.astype(bool))
        yield photo


def nuclei(split: str, each: int, seed: int = 0) -> Iterator[Photo]:
    """Microscope images, with `each` nuclei."""
    folder = shared("nuclei", {"valid": "val"}.get(split, split))
    rng = np.random.default_rng(seed)
    for path in sorted((folder / "images").iterdir()):
        numbers = cv2.imread(str(folder / "instances" / path.name), cv2.IMREAD_UNCHANGED)
        assert numbers is not None
        areas = np.bincount(numbers.ravel())
        large = [n for n in range(1, len(areas)) if areas[n] >= LEAST_AREA]
        picked = rng.permutation(large)[:each] if large else []
        yield Photo("nuclei", path, [numbers == number for number in picked])


def deepest(area: np.ndarray) -> tuple[float, int, int]:
    """How deep the pixel of an area is that lies the deepest, and where (x, y)."""
    padded = cv2.copyMakeBorder(area.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    return float(distance[row, column]), int(column), int(row)


def next_click(mask: np.ndarray, truth: np.ndarray) -> Point:
    """Inside the larger of what is missing and what is too much."""
    missing, surplus = deepest(truth & ~mask), deepest(mask & ~truth)
    depth, x, y = max(missing, surplus)
    return x + 0.5, y + 0.5, int((depth, x, y) == missing)


def click(engine: Engine, state: Any, truth: np.ndarray, result: Result, clicks: int = CLICKS) -> np.ndarray:
    """Click on an object until it is right; the last mask."""
    clicked = Clicked(engine, state)
    points: list[Point] = []
    mask = np.zeros_like(truth)
    ious: list[float] = []
    for _ in range(clicks):
        if not (mask ^ truth).any():
            ious.append(1.0)
            continue
        points.append(next_click(mask, truth))
        began = time.perf_counter()
        mask = clicked.segment(points).mask
        result.clicks.append((time.perf_counter() - began) * 1000)
        ious.append(float((mask & truth).sum() / (mask | truth).sum()))
    result.ious.append(ious)
    return mask


def measure(engine: Engine, photos: Sequence[Photo]) -> dict[str, Result]:
    """Every object of the photos, by the photos' set."""
    results: dict[str, Result] = {}
    for photo in photos:
        result = results.setdefault(photo.name, Result())
        image = load_rgb(photo.path)
        began = time.perf_counter()
        state = engine.prepare(image)
        result.looks.append((time.perf_counter() - began) * 1000)
        for truth in photo.objects:
            click(engine, state, truth, result)
    return results


def opened(name: str) -> Engine:
    """An engine by its name or its class."""
    if ":" in name:
        module, _, kind = name.partition(":")
        engine: Engine = getattr(importlib.import_module(module), kind)()
        return engine
    choice = catalogue.named(catalogue.choices(os.environ), name)
    return catalogue.open_engine(choice.kind, choice.source, available_cores())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clicks", description=__doc__)
    parser.add_argument("engines", nargs="*", default=["classical", *RIVALS])
    parser.add_argument("--split", default="test", choices=["train", "valid", "test"])
    parser.add_argument(
        "--each", type=int, default=1, help="facade: of every class; nuclei: three times as many"
    )
    parser.add_argument("--photos", type=int, default=1000, help="of each set at most")
    arguments = parser.parse_args()
    torch.set_num_threads(available_cores())
    sets = (facade(arguments.split, arguments.each), nuclei(arguments.split, 3 * arguments.each))
    photos = [photo for found in sets for photo in list(found)[: arguments.photos]]
    print(f"{'engine':<12} {'set':<8} objects | IoU after 1, 3, 5 | look p50 | click p50, p95 ms")
    for name in arguments.engines:
        for kind, result in measure(opened(name), photos).items():
            ious = "  ".join(f"{result.after(clicks):.3f}" for clicks in TOLD)
            half, most = np.percentile(result.clicks, [50, 95])
            look = float(np.median(result.looks))
            label = name.rpartition(":")[2]
            times = f"{look:8.0f} | {half:.0f}, {most:.0f}"
            print(f"{label:<12} {kind:<8} {len(result.ious):>7} | {ious} | {times}", flush=True)


if __name__ == "__main__":
    main()
