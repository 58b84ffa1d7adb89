"""What two answers to one image have in common, as counts that can be summed over images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from annotations.agreement.matching import match
from annotations.agreement.rasters import Grid, Rle, Shape, grid, visible_objects, whole_objects

_PIXELS_AT_ONCE = 1 << 21


@dataclass
class Counts:
    """Pixels by the class that the first gives them and the one that the second does ("" is none), and by
    class the objects of the first, of the second, how many are matched and the sum of the matches' IoUs."""

    pixels: Counter[tuple[str, str]] = field(default_factory=Counter)
    objects: dict[str, tuple[int, int, int, float]] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        self.pixels.update(other.pixels)
        for name, more in other.objects.items():
            a, b, matched, iou = self.objects.get(name, (0, 0, 0, 0.0))
            self.objects[name] = (a + more[0], b + more[1], matched + more[2], iou + more[3])

    def turned(self) -> Counts:
        """The same with the two people in the other order."""
        pixels = Counter({(b, a): count for (a, b), count in self.pixels.items()})
        return Counts(pixels, {name: (b, a, m, iou) for name, (a, b, m, iou) in self.objects.items()})

    def as_json(self) -> dict[str, Any]:
        return {
            "pixels": [[a, b, count] for (a, b), count in sorted(self.pixels.items())],
            "objects": {name: list(row) for name, row in sorted(self.objects.items())},
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Counts:
        pixels = Counter({(a, b): count for a, b, count in content["pixels"]})
        return cls(pixels, {name: (a, b, m, iou) for name, (a, b, m, iou) in content["objects"].items()})


@dataclass(frozen=True)
class Raster:
    """An answer as pixels: its grid of classes, and the objects of each class."""

    grid: Grid
    objects: dict[str, list[Rle]]


def raster(
    shapes: Sequence[Shape],
    names: Sequence[str],
    size: tuple[int, int],
    task: str,
    stuff: Collection[str] = (),
) -> Raster:
    """One answer for `compare`; `names` are the same for all answers that are compared, `size` is
    (height, width). Semantic answers have no objects."""
    objects: dict[str, list[tuple[int, Rle]]] = {}
    if task == "instance":
        objects = whole_objects(shapes, *size)
    if task == "panoptic":
        objects = visible_objects(shapes, stuff, *size)
    plain = {name: [rle for _, rle in listed] for name, listed in objects.items()}
    return Raster(grid(shapes, names, *size), plain)


def compare(first: Raster, second: Raster, names: Sequence[str]) -> Counts:
    matrix = confusion(first.grid, second.grid, len(names))
    counts = Counts()
    for a, b in np.argwhere(matrix).tolist():
        counts.pixels[(names[a], names[b])] = int(matrix[a, b])
    for name in sorted({*first.objects, *second.objects}):
        ours, theirs = first.objects.get(name, []), second.objects.get(name, [])
        pairs = match(ours, theirs)
        counts.objects[name] = (len(ours), len(theirs), len(pairs), sum(pair.iou for pair in pairs))
    return counts


def confusion(first: Grid, second: Grid, labels: int) -> npt.NDArray[np.int64]:
    """Pixel counts [labels, labels]: rows what the first grid says, columns what the second does."""
    matrix = np.zeros(labels * labels, np.int64)
    ours, theirs = first.ravel(), second.ravel()
    for start in range(0, ours.size, _PIXELS_AT_ONCE):
        piece = slice(start, start + _PIXELS_AT_ONCE)
        matrix += np.bincount(
            ours[piece].astype(np.int64) * labels + theirs[piece], minlength=labels * labels
        )
    return matrix.reshape(labels, labels)
