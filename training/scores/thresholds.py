"""Precision, recall and F1 of each class over the threshold of its score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scores.store import LEVELS, Scores

# Points of a curve: every second bin's edge, from 0 to 1.
STEP = 2

Floats = npt.NDArray[np.float64]


def curves(scores: Scores, chosen: Mapping[str, float]) -> dict[str, Any]:
    """The curves of every class, of all images. What counts is a score of at least the threshold: of pixels
    the class's probability at the regular grid of the evaluation, whatever label is more probable; of objects
    their score, right where an IoU of 0.5 is reached. `chosen` are thresholds by class id.
    """
    return {
        "unit": "pixels" if scores.reading == "pixels" else "objects",
        "classes": [
            {
                **{name: label[name] for name in ("index", "id", "name", "color")},
                **curve(scores.histogram[place], int(scores.wanted[place])),
                "chosen": chosen.get(label["id"]) if label["id"] else None,
            }
            for place, label in enumerate(scores.labels)
            if label["id"] is not None
        ],
    }


def curve(histogram: npt.NDArray[np.int64], wanted: int) -> dict[str, Any]:
    """`average_precision`, `best` and `points` of scores `[256, 2]`, wrong and right ones, of which `wanted`
    were to be found; values are null where there is nothing to take them of.

    Average precision is the sum of precision times the recall gained, from the highest threshold down
    (Manning et al. 2008, "Introduction to Information Retrieval", section 8.4, without interpolation).
    """
    precision, recall, f1 = rates(histogram, wanted)
    points = [
        {
            "threshold": place / LEVELS,
            "precision": rounded(precision[place]),
            "recall": rounded(recall[place]),
            "f1": rounded(f1[place]),
        }
        for place in range(0, LEVELS + 1, STEP)
    ]
    known = [point for point in points if point["f1"]]
    best = max(known, key=lambda point: (point["f1"], point["threshold"])) if known else None
    return {
        "average_precision": average(precision, recall) if wanted else None,
        "best": best and {"threshold": best["threshold"], "f1": best["f1"]},
        "points": points,
    }


def rates(histogram: npt.NDArray[np.int64], wanted: int) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 at the thresholds 0, 1/256 … 1, float64 `[257]` each; NaN where nothing scores
    as high, or nothing was to be found.
    """
    # A score of 1 lies in the last bin: at the threshold of 1 nothing is left.
    above = np.zeros((LEVELS + 1, 2), np.float64)
    above[:LEVELS] = histogram[::-1].cumsum(0)[::-1]
    wrong, right = above.T
    given = right + wrong
    precision = np.where(given > 0, right / np.maximum(given, 1), np.nan)
    recall = np.full(LEVELS + 1, np.nan) if not wanted else right / wanted
    whole = given + wanted
    f1 = np.where((whole > 0) & (wanted > 0), 2 * right / np.maximum(whole, 1), np.nan)
    return precision, recall, f1


def average(precision: Floats, recall: Floats) -> float:
    """The sum of precision times recall gained as the threshold falls."""
    gained = recall - np.append(recall[1:], 0.0)
    return float((np.nan_to_num(precision) * gained).sum())


def rounded(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else round(float(value), 6)
