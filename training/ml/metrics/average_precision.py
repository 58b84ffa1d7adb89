"""Average precision of masks as COCO defines it (Lin et al. 2014 and its evaluation code): the same numbers,
from arrays instead of loops.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

Bits = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Mask = Mapping[str, Any] | npt.NDArray[Any]
Truth = tuple[int, Mask] | tuple[int, Mask, bool]

THRESHOLDS: Floats = np.linspace(0.5, 0.95, 10)
RECALLS: Floats = np.linspace(0.0, 1.0, 101)
# Areas in pixels, both ends included.
RANGES = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
LOWEST: Floats = np.array([low for low, _ in RANGES.values()])[:, None]
HIGHEST: Floats = np.array([high for _, high in RANGES.values()])[:, None]
LIMITS = (1, 10, 100)


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
        """`map` over IoU thresholds 0.5 to 0.95, `map50`, `map75`, `map_small`, `map_medium`, `map_large`,
        the recalls `mar_1`, `mar_10`, `mar_100` with so many objects found an image, and `per_class`, the
        `map` of each label that is in the truth. A mean over nothing is -1, as COCO has it.
        """
        precision = np.full((len(self.parts), len(RANGES), len(THRESHOLDS)), np.nan)
        recall = np.full((len(self.parts), len(LIMITS), len(THRESHOLDS)), np.nan)
        for label, parts in enumerate(self.parts):
            if parts:
                precision[label], recall[label] = curves(sorted(parts, key=lambda part: part.number))
        whole = precision[:, 0]
        return {
            "map": mean(whole),
            "map50": mean(whole[:, 0]),
            "map75": mean(whole[:, 5]),
            **{f"map_{name}": mean(precision[:, i]) for i, name in enumerate(RANGES) if name != "all"},
            **{f"mar_{limit}": mean(recall[:, i]) for i, limit in enumerate(LIMITS)},
            "per_class": {i: mean(values) for i, values in enumerate(whole) if not np.isnan(values).all()},
        }


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


def curves(parts: Sequence[Part]) -> tuple[Floats, Floats]:
    """A label's average precision `[ranges, thresholds]` and recall over all areas `[limits, thresholds]`;
    NaN where no object was to be found.
    """
    positives = np.sum([part.positives for part in parts], 0)
    scores = np.concatenate([part.scores for part in parts])
    rank = np.concatenate([np.arange(len(part.scores)) for part in parts])
    order = np.argsort(-scores, kind="stable")
    hit = np.concatenate([part.hit for part in parts], 2)
    counts = ~np.concatenate([part.set_aside for part in parts], 2)
    right, wrong = hit & counts, ~hit & counts
    recall = np.stack([right[0][:, rank < limit].sum(1) for limit in LIMITS]).astype(np.float64)
    recall = recall / positives[0] if positives[0] else np.full_like(recall, np.nan)
    precision = np.full(hit.shape[:2], np.nan)
    for area in np.flatnonzero(positives):
        tp = np.cumsum(right[area][:, order], 1, dtype=np.float64)
        fp = np.cumsum(wrong[area][:, order], 1, dtype=np.float64)
        precision[area] = sampled(tp / positives[area], tp / (fp + tp + np.spacing(1)))
    return precision, recall


def sampled(recall: Floats, precision: Floats) -> Floats:
    """The mean of the highest precision at or beyond each of 101 recalls, 0 where that is not reached;
    `[thresholds, n]` to `[thresholds]`.
    """
    highest = np.maximum.accumulate(precision[:, ::-1], 1)[:, ::-1]
    padded = np.concatenate([highest, np.zeros((len(highest), 1))], 1)
    return np.array(
        [row[np.searchsorted(at, RECALLS)].mean() for at, row in zip(recall, padded, strict=True)]
    )


def mean(values: Floats) -> float:
    """Mean of what is not NaN, -1 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else -1.0
