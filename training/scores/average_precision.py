"""Average precision of masks as COCO defines it (Lin et al. 2014 and its evaluation code), from objects that
are matched already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

THRESHOLDS: Floats = np.linspace(0.5, 0.95, 10)
RECALLS: Floats = np.linspace(0.0, 1.0, 101)
# Areas in pixels, both ends included.
RANGES = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
LIMITS = (1, 10, 100)


@dataclass(frozen=True)
class Matched:
    """The objects found of one label, image after image, by falling score within each.

    `rank` is the place within the image; `hit` and `set_aside` are `[ranges, thresholds, n]`: whether an
    object of the truth was met, and whether the found one counts for nothing; `positives` `[ranges]` are the
    objects that were to be found; `weights` `[n]`, how often each one's image counts.
    """

    scores: Floats
    rank: npt.NDArray[np.int64]
    hit: Bits
    set_aside: Bits
    positives: Floats
    weights: Floats | None = None


def curves(found: Matched) -> tuple[Floats, Floats]:
    """A label's average precision `[ranges, thresholds]` and recall over all areas `[limits, thresholds]`;
    NaN where no object was to be found.
    """
    order = np.argsort(-found.scores, kind="stable")
    counts = ~found.set_aside
    right, wrong = (found.hit & counts).astype(np.float64), (~found.hit & counts).astype(np.float64)
    if found.weights is not None:
        right, wrong = right * found.weights, wrong * found.weights
    positives = found.positives
    recall = np.stack([right[0][:, found.rank < limit].sum(1) for limit in LIMITS])
    recall = recall / positives[0] if positives[0] else np.full_like(recall, np.nan)
    precision = np.full(found.hit.shape[:2], np.nan)
    for area in np.flatnonzero(positives):
        tp = np.cumsum(right[area][:, order], 1)
        fp = np.cumsum(wrong[area][:, order], 1)
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


def average_precision(labels: Sequence[Matched | None]) -> dict[str, Any]:
    """`map` over IoU thresholds 0.5 to 0.95, `map50`, `map75`, `map_small`, `map_medium`, `map_large`, the
    recalls `mar_1`, `mar_10`, `mar_100` with so many objects found an image, and `per_class`, the `map` of
    each label that is in the truth. A label is None where it is in no image; a mean over nothing is -1, as
    COCO has it.
    """
    precision = np.full((len(labels), len(RANGES), len(THRESHOLDS)), np.nan)
    recall = np.full((len(labels), len(LIMITS), len(THRESHOLDS)), np.nan)
    for label, found in enumerate(labels):
        if found is not None:
            precision[label], recall[label] = curves(found)
    whole = precision[:, 0]
    return {
        "map": mean(whole),
        "map50": mean(whole[:, 0]),
        "map75": mean(whole[:, 5]),
        **{f"map_{name}": mean(precision[:, i]) for i, name in enumerate(RANGES) if name != "all"},
        **{f"mar_{limit}": mean(recall[:, i]) for i, limit in enumerate(LIMITS)},
        "per_class": {i: mean(values) for i, values in enumerate(whole) if not np.isnan(values).all()},
    }


def mean(values: Floats) -> float:
    """Mean of what is not NaN, -1 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else -1.0
