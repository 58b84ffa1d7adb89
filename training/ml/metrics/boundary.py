"""Boundary pixels of truth and prediction that lie close to each other, from which boundary F1 follows."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.metrics.confusion import IGNORE
from training.scores.boundary import boundary_f1
from training.scores.confusion import Counts, Values

TOLERANCE = 0.0075
Places = npt.NDArray[np.int64]


class BoundaryCounts:
    """Counts of boundary pixels of each label over images, from which F1 follows."""

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.counts = np.zeros((labels, 4), np.int64)

    def add(self, truth: Pixels, prediction: Pixels) -> None:
        """Take in one image: two index masks uint8 `[h, w]`, the truth with 255 ignored."""
        self.counts += boundary_counts(truth, prediction, self.labels)

    def f1(self) -> Values:
        """F1 of each label, float64 `[labels]`; NaN where neither truth nor prediction has a boundary."""
        return boundary_f1(self.counts)


def boundary_counts(truth: Pixels, prediction: Pixels, labels: int) -> Counts:
    """Boundary pixels of each label, int64 `[labels, 4]`: of the truth those matched and all, and the same of
    the prediction.

    A pixel of a label is on its boundary where one of its four neighbours in the image is of another label.
    It is matched where a boundary pixel of the same label in the other mask is within 0.75 % of the image's
    diagonal, at least one pixel. Pixels whose truth is ignored belong to no boundary.
    """
    reach = max(1.0, TOLERANCE * math.hypot(*truth.shape))
    ignored = truth == IGNORE
    first, second = outlines(truth, ignored, reach), outlines(prediction, ignored, reach)
    found = np.zeros((labels, 4), np.int64)
    for column, (mine, other) in enumerate(((first, second), (second, first))):
        own = mine.ravel()
        places = np.flatnonzero(own)
        found[:, 2 * column] = counted(own[near(places, mine, other, reach)], labels)
        found[:, 2 * column + 1] = counted(own[places], labels)
    return found


def outlines(mask: Pixels, ignored: npt.NDArray[np.bool_], reach: float) -> Pixels:
    """The label + 1 of each boundary pixel, 0 elsewhere, uint8, with a margin of `reach` around."""
    margin = int(reach)
    height, width = mask.shape
    found = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    inner = found[margin : margin + height, margin : margin + width]
    np.copyto(inner, mask + np.uint8(1), where=edges(mask) & ~ignored)
    return found


def edges(mask: Pixels) -> npt.NDArray[np.bool_]:
    """Where a pixel differs from one of its four neighbours."""
    found = np.zeros(mask.shape, bool)
    across, down = mask[:, 1:] != mask[:, :-1], mask[1:] != mask[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found


def near(places: Places, mine: Pixels, other: Pixels, reach: float) -> Places:
    """Those of the places whose label the other outline has within `reach` (Euclidean).

    Most outlines of a good prediction lie on or beside the true ones: nearest offsets are tried first, and
    only for places that are not matched yet, which beats a distance transform for each label.
    """
    flat, theirs = mine.ravel(), other.ravel()
    present = np.bincount(theirs, minlength=256) > 0
    left = places[present[flat[places]]]
    hits = []
    for offset in offsets(reach, mine.shape[1]):
        hit = theirs[left + offset] == flat[left]
        if hit.any():
            hits.append(left[hit])
            left = left[~hit]
        if not len(left):
            break
    return np.concatenate(hits) if hits else left[:0]


@lru_cache(maxsize=64)
def offsets(reach: float, width: int) -> tuple[int, ...]:
    """Steps within `reach` in a flat image of this width, the nearest first."""
    far = int(reach)
    around = [(y, x) for y in range(-far, far + 1) for x in range(-far, far + 1)]
    within = [(y, x) for y, x in around if y * y + x * x <= reach * reach]
    return tuple(y * width + x for y, x in sorted(within, key=lambda step: step[0] ** 2 + step[1] ** 2))


def counted(labels: Pixels, size: int) -> Counts:
    """How many of each label + 1 there are, int64 `[size]`; other values do not count."""
    return np.bincount(labels, minlength=size + 1)[1 : size + 1].astype(np.int64)
