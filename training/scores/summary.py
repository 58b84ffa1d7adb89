"""The metrics of some images of an evaluation, with intervals, as the API shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.scores import bootstrap
from training.scores.average_precision import average_precision
from training.scores.boundary import boundary_f1
from training.scores.calibration import calibration_error, reliability
from training.scores.confusion import summarise
from training.scores.panoptic import panoptic_quality
from training.scores.store import Rows, Scores

Floats = npt.NDArray[np.float64]
Interval = list[float] | None


def summary_of(scores: Scores, rows: Rows | None = None, intervals: bool = True) -> dict[str, Any]:
    """Every metric over the rows, all by default; a class in neither truth nor prediction has nulls. Without
    an image the numbers are 0 and there are no intervals.
    """
    chosen = scores.rows() if rows is None else rows
    matrix = scores.matrix(None if rows is None else chosen)
    found = summarise(matrix)
    outlines = boundary_f1(scores.boundary[chosen].sum(0))
    bins = scores.bins[chosen].sum(0)
    losses = scores.loss[chosen]
    objects = object_metrics(scores, None if rows is None else once(scores, chosen))
    per_class = objects.pop("per_class")
    classes = [
        {
            **{name: label[name] for name in ("index", "name", "id", "color")},
            "iou": optional(found.iou[place]),
            "precision": optional(found.precision[place]),
            "recall": optional(found.recall[place]),
            "f1": optional(found.f1[place]),
            "boundary_f1": optional(outlines[place]),
            "support": int(found.support[place]),
            **per_class.get(place, {}),
        }
        for place, label in enumerate(scores.labels)
    ]
    record = {
        "images": len(chosen),
        "miou": found.miou,
        "f1": found.mean_f1,
        "precision": found.mean_precision,
        "recall": found.mean_recall,
        "pixel_accuracy": found.pixel_accuracy,
        "frequency_weighted_iou": found.frequency_weighted_iou,
        "boundary_f1": optional(known_mean(outlines)),
        "loss": optional(known_mean(losses.astype(np.float64))),
        **objects,
        "per_class_iou": {item["name"]: item["iou"] for item in classes},
        "classes": classes,
        "confusion_matrix": {
            "labels": [label["name"] for label in scores.labels],
            "counts": matrix.tolist(),
        },
        "calibration": {"ece": optional(calibration_error(bins)), "bins": reliability(bins)},
    }
    return {**record, "intervals": intervals_of(scores, chosen)} if intervals else record


def once(scores: Scores, rows: Rows) -> Floats:
    """Weights that take each of the rows once."""
    weights = np.zeros(len(scores))
    weights[rows] = 1
    return weights


def object_metrics(scores: Scores, weights: Floats | None = None) -> dict[str, Any]:
    """Average precision, and of panoptic tasks panoptic quality, as `evaluation.json` names them; and
    `per_class`, by label index. Nothing of a model that labels pixels.
    """
    values: dict[str, Any] = {}
    per_class: dict[int, dict[str, Any]] = {}
    if scores.reading == "pixels":
        return {"per_class": per_class}
    counted = average_precision(scores.matched(weights))
    # A mean over nothing is -1 there.
    values |= {k: None if v == -1 else v for k, v in counted.items() if k != "per_class"}
    for label, value in counted["per_class"].items():
        per_class.setdefault(label, {})["ap"] = value
    if scores.task == "panoptic":
        times = np.ones(len(scores)) if weights is None else weights
        quality = panoptic_quality(np.tensordot(times, scores.objects.segments, 1))
        values |= {k: v for k, v in quality.items() if k != "per_class"}
        for label, parts in quality["per_class"].items():
            per_class.setdefault(label, {}).update(parts)
    return {**values, "per_class": per_class}


def intervals_of(scores: Scores, rows: Rows) -> dict[str, Any] | None:
    """The 95 % intervals; None of fewer than two images."""
    if len(rows) < 2:
        return None
    sums = scores.sums[rows].reshape(len(rows), -1).astype(np.float64)
    edges = scores.boundary[rows].reshape(len(rows), -1).astype(np.float64)
    bins = scores.bins[rows].reshape(len(rows), -1)
    labels = len(scores.labels)
    blocks: list[dict[str, Floats]] = []
    for times in bootstrap.weights(len(rows)):
        some = len(times)
        blocks.append(
            {
                **resampled((times @ sums).reshape(some, labels, 3)),
                "boundary_f1": mean_of(boundary_f1((times @ edges).reshape(some, labels, 4))),
                "ece": calibration_error((times @ bins).reshape(some, -1, 3)),
            }
        )
    values = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    per_class = values.pop("iou")
    return {
        "level": bootstrap.LEVEL,
        "resamples": bootstrap.RESAMPLES,
        **{name: listed(bootstrap.interval(one)) for name, one in values.items()},
        **object_intervals(scores, rows),
        "per_class_iou": {
            label["name"]: listed(bootstrap.interval(per_class[:, place]))
            for place, label in enumerate(scores.labels)
        },
    }


def resampled(sums: Floats) -> dict[str, Floats]:
    """The metrics of resampled sums `[r, labels, 3]` (right, truth, prediction), `[r]` each; `iou` `[r,
    labels]`. Definitions as in `confusion.summarise`.
    """
    right, truth, given = np.moveaxis(sums, -1, 0)
    present = truth + given > 0

    def ratio(part: Floats, whole: Floats) -> Floats:
        return np.where(present, part / np.maximum(whole, 1), np.nan)

    iou = ratio(right, truth + given - right)
    total = np.maximum(truth.sum(1), 1)
    return {
        "iou": iou,
        "miou": mean_of(iou),
        "f1": mean_of(ratio(2 * right, truth + given)),
        "precision": mean_of(ratio(right, given)),
        "recall": mean_of(ratio(right, truth)),
        "pixel_accuracy": right.sum(1) / total,
        "frequency_weighted_iou": (np.nan_to_num(iou) * truth).sum(1) / total,
    }


def object_intervals(scores: Scores, rows: Rows) -> dict[str, Interval]:
    """Of average precision and panoptic quality, with fewer resamples where there are many objects."""
    if scores.reading == "pixels":
        return {}
    names = ("map", "map50", "pq") if scores.task == "panoptic" else ("map", "map50")
    many = bootstrap.OBJECTS // max(1, len(scores.objects.image))
    resamples = min(bootstrap.RESAMPLES, max(bootstrap.LEAST, many))
    values: dict[str, list[float]] = {name: [] for name in names}
    for block in bootstrap.weights(len(rows), resamples):
        for times in block:
            weights = np.zeros(len(scores))
            weights[rows] = times
            metrics = object_metrics(scores, weights)
            for name in names:
                value = metrics.get(name)
                values[name].append(np.nan if value is None else value)
    return {name: listed(bootstrap.interval(np.array(one))) for name, one in values.items()}


def mean_of(values: Floats) -> Floats:
    """Mean over the last axis of what is not NaN; NaN where nothing is."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(-1)
    return np.where(known.any(-1), total / np.maximum(known.sum(-1), 1), np.nan)


def known_mean(values: Floats) -> float:
    """Mean of what is not NaN; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def optional(value: Any) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)


def listed(pair: tuple[float, float] | None) -> Interval:
    """As JSON has it."""
    return None if pair is None else list(pair)
