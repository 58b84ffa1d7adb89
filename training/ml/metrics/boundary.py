"""Boundary F1 (Csurka et al. 2013): do the outlines of truth and prediction lie close to each other?"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.metrics.confusion import IGNORE, Values

TOLERANCE = 0.0075


class BoundaryCounts:
    """Counts of boundary pixels of each label over images, from which F1 follows.

    A pixel of a label is on its boundary where one of its four neighbours in the image is of another label.
    It is matched where a boundary pixel of the other mask is within 0.75 % of the image's diagonal, at least
    one pixel. Pixels whose truth is ignored belong to no boundary.
    """

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.counts = np.zeros((labels, 4), np.int64)

    def add(self, truth: Pixels, prediction: Pixels) -> None:
        """Take in one image: two index masks uint8 `[h, w]`, the truth with 255 ignored."""
        reach = max(1.0, TOLERANCE * math.hypot(*truth.shape))
        ignored = truth == IGNORE
        edges_t, edges_p = edges(truth) & ~ignored, edges(prediction) & ~ignored
        for label in range(self.labels):
            outline_t, outline_p = edges_t & (truth == label), edges_p & (prediction == label)
            total_t, total_p = int(outline_t.sum()), int(outline_p.sum())
            if not total_t and not total_p:
                continue
            hit_t, hit_p = near(outline_t, outline_p, reach), near(outline_p, outline_t, reach)
            self.counts[label] += (hit_t, total_t, hit_p, total_p)

    def f1(self) -> Values:
        """F1 of each label, float64 `[labels]`; NaN where neither truth nor prediction has a boundary."""
        hit_t, total_t, hit_p, total_p = self.counts.astype(np.float64).T
        recall, precision = hit_t / np.maximum(total_t, 1), hit_p / np.maximum(total_p, 1)
        score = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
        return np.where(total_t + total_p > 0, score, np.nan)


def edges(mask: Pixels) -> npt.NDArray[np.bool_]:
    """Where a pixel differs from one of its four neighbours."""
    found = np.zeros(mask.shape, bool)
    across, down = mask[:, 1:] != mask[:, :-1], mask[1:] != mask[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found


def near(pixels: npt.NDArray[np.bool_], others: npt.NDArray[np.bool_], reach: float) -> int:
    """How many of `pixels` have one of `others` within `reach` (Euclidean)."""
    if not others.any() or not pixels.any():
        return 0
    distance = cv2.distanceTransform((~others).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return int((distance[pixels] <= reach).sum())
