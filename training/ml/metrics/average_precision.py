"""Average precision of masks as COCO defines it (Lin et al. 2014 and its evaluation code): the same numbers,
from arrays instead of loops.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from training.scores.average_precision import (
    LIMITS,
    RANGES,
    THRESHOLDS,
    Bits,
    Floats,
    Matched,
    average_precision,
)

Mask = Mapping[str, Any] | npt.NDArray[Any]
Truth = tuple[int, Mask] | tuple[int, Mask, bool]

LOWEST: Floats = np.array([low for low, _ in RANGES.values()])[:, None]
HIGHEST: Floats = np.array([high for _, high in RANGES.values()])[:, None]


@dataclass(frozen=True)
class Part:
    """The found objects of one label in one image, by falling score, at most 100.

    `hit` and `set_aside` are `[ranges, thresholds, n]`: whether an object of the truth was met, and whether
    the found one counts for nothing; `positives` `[ranges]` are the objects that were to be found.
    """

    number: int
    scores: Floats
    hit: Bits
    set_aside: Bits
    positives: npt.NDArray[np.int64]


class AveragePrecision:
    """Takes in images, gives the mean average precision of masks."""

    def __init__(self, labels: int) -> None:
        self.parts: list[list[Part]] = [[] for _ in range(labels)]
        self.images = 0
        # The number of the image taken in last.
        self.last = -1

    def add(
        self, truth: Sequence[Truth], found: Sequence[tuple[int, float, Mask]], number: int | None = None
    ) -> None:
        """Take in one image: (label, mask) or (label, mask, crowd) of each object, and (label, score, mask)
        of each one found. Labels are under `labels`; a mask is a COCO RLE or an array `[h, w]`, not 0 where
        set.

        `number` orders the images, by default as they come: it decides between equal scores.
        """
        place = self.images if number is None else number
        self.images += 1
        self.last = place
        wanted, given = encoded([item[1] for item in truth]), encoded([item[2] for item in found])
        for label in sorted({item[0] for item in truth} | {item[0] for item in found}):
            these = [i for i, item in enumerate(truth) if item[0] == label]
            crowd = np.array([len(truth[i]) > 2 and bool(truth[i][-1]) for i in these], bool)
            those = [i for i, item in enumerate(found) if item[0] == label]
            scores = np.array([found[i][1] for i in those], np.float64)
            order = np.argsort(-scores, kind="stable")[: LIMITS[-1]]
            part = compare([wanted[i] for i in these], crowd, [given[those[i]] for i in order], scores[order])
            self.parts[label].append(replace(part, number=place))

    def merge(self, other: "AveragePrecision") -> None:
        """Take in what another one, of the same labels, has taken in."""
        for own, theirs in zip(self.parts, other.parts, strict=True):
            own.extend(theirs)
        self.images += other.images

    def result(self) -> dict[str, Any]:
        """As `training.scores.average_precision.average_precision`."""
        return average_precision([matched(parts) if parts else None for parts in self.parts])


def matched(parts: Sequence[Part]) -> Matched:
    """The images' objects of one label, in the images' order."""
    ordered = sorted(parts, key=lambda part: part.number)
    return Matched(
        scores=np.concatenate([part.scores for part in ordered]),
        rank=np.concatenate([np.arange(len(part.scores)) for part in ordered]),
        hit=np.concatenate([part.hit for part in ordered], 2),
        set_aside=np.concatenate([part.set_aside for part in ordered], 2),
        positives=np.sum([part.positives for part in ordered], 0, np.float64),
    )


def encoded(masks: Sequence[Mask]) -> list[dict[str, Any]]:
    """The masks as compressed RLEs."""
    return [encode(mask) for mask in masks]


def encode(mask: Mask) -> dict[str, Any]:
    """A mask as compressed RLE; one whose counts are a list is taken too."""
    if isinstance(mask, Mapping):
        if isinstance(mask["counts"], list):
            return dict(coco.frPyObjects(mask, *mask["size"]))
        return dict(mask)
    # Runs go down the columns: only those that hold a part of the object are turned and walked.
    height, width = mask.shape
    columns = np.flatnonzero(mask.any(0))
    first, last = (columns[0], columns[-1] + 1) if len(columns) else (0, 0)
    pixels = (mask[:, first:last] != 0).T.ravel().view(np.int8)
    turns = np.flatnonzero(np.diff(pixels, prepend=0, append=0)) + first * height
    counts = np.diff(turns, prepend=0, append=height * width).tolist()
    counts = counts if counts[-1] else counts[:-1]
    return dict(coco.frPyObjects({"size": [height, width], "counts": counts}, height, width))


def areas_of(masks: Sequence[dict[str, Any]]) -> Floats:
    """Pixels of each mask; one by one, for pycocotools counts no more than 255 at a time."""
    return np.array([coco.area(mask) for mask in masks], np.float64)


def compare(truth: list[dict[str, Any]], crowd: Bits, found: list[dict[str, Any]], scores: Floats) -> Part:
    """Match the found masks, by falling score, with those of the truth, for each range of areas and each
    threshold.
    """
    areas = areas_of(truth)
    ignored = crowd | (areas < LOWEST) | (areas > HIGHEST)
    sizes = areas_of(found)
    shape = (len(RANGES), len(THRESHOLDS), len(found))
    hit, set_aside = np.zeros(shape, bool), np.zeros(shape, bool)
    if truth and found:
        ious = np.asarray(coco.iou(found, truth, crowd.astype(np.uint8).tolist()))
        match(ious, crowd, ignored, hit, set_aside)
    outside = (sizes < LOWEST) | (sizes > HIGHEST)
    set_aside |= ~hit & outside[:, None]
    return Part(0, scores, hit, set_aside, (~ignored).sum(1))


def match(ious: Floats, crowd: Bits, ignored: Bits, hit: Bits, set_aside: Bits) -> None:
    """Fill `hit` and `set_aside`, `[ranges, thresholds, found]`, from the IoUs `[found, truth]`.

    In the order of their scores each found object takes the best free object of the truth that reaches the
    threshold, the last of equal ones; an ignored one (`[ranges, truth]`) only where no other does. A crowd is
    never used up.
    """
    near = ious >= THRESHOLDS[0]
    best = near.argmax(1)
    # Who meets only one, and is the only one to meet it, needs no turn.
    alone = (near.sum(1) == 1) & ((near.sum(0) == 1) | crowd)[best]
    them = np.flatnonzero(alone)
    hit[:, :, them] = ious[them, best[them]] >= THRESHOLDS[:, None]
    set_aside[:, :, them] = hit[:, :, them] & ignored[:, None, best[them]]
    free = np.ones((*hit.shape[:2], len(crowd)), bool)
    for index in np.flatnonzero(near.any(1) & ~alone):
        met = np.flatnonzero(near[index])[::-1]
        reached = (ious[index, met] >= THRESHOLDS[:, None]) & free[:, :, met]
        first = reached & ~ignored[:, None, met]
        reached = np.where(first.any(2, keepdims=True), first, reached)
        chosen = met[np.where(reached, ious[index, met], -1.0).argmax(2)]
        taken = reached.any(2)
        hit[:, :, index] = taken
        set_aside[:, :, index] = taken & np.take_along_axis(ignored, chosen, 1)
        lanes = np.nonzero(taken & ~crowd[chosen])
        free[(*lanes, chosen[lanes])] = False
