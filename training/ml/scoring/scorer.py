"""Takes in the images of an evaluation one by one."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.images import Pixels
from training.ml.metrics.average_precision import Part
from training.ml.metrics.boundary import boundary_counts
from training.ml.metrics.confusion import confusion_matrix
from training.ml.metrics.objects import ObjectScores
from training.ml.predictor import label_scores
from training.ml.reading import Found, Reader
from training.ml.runtimes import Floats
from training.ml.scoring.sampling import entropy, level_counts, sampled
from training.ml.scoring.segments import components, shapes_of
from training.ml.uncertainty import FAINT, of_scores
from training.scores.average_precision import RANGES
from training.scores.calibration import BINS, bins_of
from training.scores.store import LEVELS, Objects, Scores, no_objects, packed


class Scorer:
    """Takes in the images of an evaluation."""

    def __init__(self, labels: Sequence[Label], reader: Reader) -> None:
        self.labels, self.reader = tuple(labels), reader
        self.objects = ObjectScores(labels, reader)
        self.rows: list[dict[str, Any]] = []
        self.segments: list[npt.NDArray[np.float64]] = []
        size = len(self.labels)
        self.histogram = np.zeros((size, LEVELS, 2), np.int64)
        self.wanted = np.zeros(size, np.int64)
        # As the panoptic counts stood before the image that is taken in.
        self._panoptic = np.zeros((size, 4))

    def add(
        self,
        asset: str,
        name: str,
        truth: Truth,
        prediction: Pixels,
        outputs: tuple[Floats, ...],
        found: Sequence[Found],
    ) -> None:
        """Take in one image: its truth, the index mask shown for it, the model's outputs and the objects
        shown, which `self.objects` has counted.
        """
        size = len(self.labels)
        matrix = confusion_matrix(truth.index, prediction, size).ravel()
        cells = np.flatnonzero(matrix)
        row = {
            "asset": asset,
            "name": name,
            "size": truth.index.shape,
            "cell": cells.astype(np.int32),
            "count": matrix[cells],
            "boundary": boundary_counts(truth.index, prediction, size),
        }
        if self.reader.kind == "pixels":
            row |= self._pixels(outputs[0], truth.index)
            row["label_scores"] = label_scores(outputs[0])
            parts = components(truth.index, prediction, self.labels)
        else:
            row |= self._shapes()
            row["label_scores"] = best_scores(found, size)
            parts = shapes_of(truth, found)
        self.segments.append(np.column_stack([np.full(len(parts), len(self.rows)), parts]))
        self.rows.append(row)

    def _pixels(self, logits: Floats, truth: Pixels) -> dict[str, Any]:
        some = sampled(logits, truth)
        probabilities, labels = some.probabilities, some.truth
        if not labels.size:
            return {"loss": np.nan, "confidence": np.nan, "entropy": np.nan, "bins": np.zeros((BINS, 3))}
        given = probabilities.argmax(0)
        best = np.take_along_axis(probabilities, given[None], 0)[0]
        own = np.take_along_axis(probabilities, labels[None].astype(np.intp), 0)[0]
        self.histogram += level_counts(probabilities, labels)
        self.wanted += np.bincount(labels, minlength=len(self.labels))[: len(self.labels)]
        return {
            "loss": float(-np.log(np.maximum(own, 1e-12)).mean(dtype=np.float64)),
            "confidence": float(best.mean(dtype=np.float64)),
            "entropy": float(entropy(probabilities).mean(dtype=np.float64)),
            "bins": bins_of(best, given == labels),
        }

    def _shapes(self) -> dict[str, Any]:
        """Of the objects that average precision matched in the image just counted."""
        precision = self.objects.precision
        assert precision is not None
        mine = {label: parts[-1] for label, parts in enumerate(precision.parts) if belongs(parts, precision)}
        scores, right = [], []
        for label, part in mine.items():
            counts = ~part.set_aside[0, 0]
            hit, score = part.hit[0, 0][counts], part.scores[counts].clip(0, 1)
            self.wanted[label] += int(part.positives[0])
            level = np.minimum((score * LEVELS).astype(np.int64), LEVELS - 1)
            np.add.at(self.histogram[label], (level, hit.astype(np.int64)), 1)
            seen = score >= FAINT
            scores.append(score[seen])
            right.append(hit[seen])
        whole = np.concatenate(scores) if scores else np.zeros(0)
        row: dict[str, Any] = {
            "parts": mine,
            "loss": 1 - self._matched(mine),
            "confidence": float(whole.mean()) if whole.size else np.nan,
            "entropy": of_scores(whole.tolist()).entropy,
            "bins": bins_of(whole, np.concatenate(right)) if whole.size else np.zeros((BINS, 3)),
        }
        if self.objects.quality is not None:
            now = self.objects.quality.values
            row["panoptic"] = now - self._panoptic
            self._panoptic = now
        return row

    def _matched(self, mine: dict[int, Part]) -> float:
        """The F1 of the image's objects at an IoU of 0.5, of those that a person is shown; 1 where there is
        nothing to find and nothing found.
        """
        hit = wrong = wanted = 0
        for part in mine.values():
            counts = ~part.set_aside[0, 0] & (part.scores >= 0.5)
            hit += int(part.hit[0, 0][counts].sum())
            wrong += int((~part.hit[0, 0][counts]).sum())
            wanted += int(part.positives[0])
        return 2 * hit / (hit + wrong + wanted) if wrong + wanted else 1.0

    def result(self) -> Scores:
        """Everything taken in."""
        rows, size = self.rows, len(self.labels)
        lengths = [len(row["cell"]) for row in rows]
        return Scores(
            labels=tuple(asdict(label) for label in self.labels),
            task=self.reader.task,
            reading=self.reader.kind,
            assets=tuple(row["asset"] for row in rows),
            names=tuple(row["name"] for row in rows),
            sizes=np.array([row["size"] for row in rows], np.int32).reshape(-1, 2),
            start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            cell=joined([row["cell"] for row in rows], np.int32),
            count=joined([row["count"] for row in rows], np.int64),
            boundary=np.array([row["boundary"] for row in rows], np.int64).reshape(-1, size, 4),
            loss=column(rows, "loss"),
            confidence=column(rows, "confidence"),
            entropy=column(rows, "entropy"),
            label_scores=np.array([row["label_scores"] for row in rows], np.float32).reshape(-1, size),
            bins=np.array([row["bins"] for row in rows], np.float64).reshape(-1, BINS, 3),
            histogram=self.histogram,
            wanted=self.wanted,
            segments=np.concatenate(self.segments) if self.segments else np.zeros((0, 8)),
            objects=no_objects() if self.reader.kind == "pixels" else self._objects(),
        )

    def _objects(self) -> Objects:
        found = [(i, label, part) for i, row in enumerate(self.rows) for label, part in row["parts"].items()]
        ranges = len(RANGES)
        panoptic = [row["panoptic"] for row in self.rows if "panoptic" in row]
        return Objects(
            image=joined([np.full(len(part.scores), i) for i, _, part in found], np.int64),
            label=joined([np.full(len(part.scores), label) for _, label, part in found], np.int64),
            score=joined([part.scores for _, _, part in found], np.float64),
            hit=joined([packed(part.hit) for _, _, part in found], np.uint16).reshape(-1, ranges),
            aside=joined([packed(part.set_aside) for _, _, part in found], np.uint16).reshape(-1, ranges),
            wanted_image=np.array([i for i, _, _ in found], np.int64),
            wanted_label=np.array([label for _, label, _ in found], np.int64),
            wanted=np.array([part.positives for _, _, part in found], np.int64).reshape(-1, ranges),
            segments=np.array(panoptic).reshape(len(panoptic), len(self.labels) if panoptic else 0, 4),
        )


def column(rows: Sequence[dict[str, Any]], name: str) -> Floats:
    """One number of each image."""
    return np.array([row[name] for row in rows], np.float32)


def best_scores(found: Sequence[Found], labels: int) -> Floats:
    """The score of each label's best object, 0 where there is none: float32 `[labels]`."""
    best = np.zeros(labels, np.float32)
    for item in found:
        best[item.label] = max(best[item.label], item.score)
    return best


def belongs(parts: Sequence[Part], precision: Any) -> bool:
    """Whether the last of a label's parts is of the image that was counted last."""
    return bool(parts) and parts[-1].number == precision.last


def joined(parts: Sequence[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    """One array of all."""
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)
