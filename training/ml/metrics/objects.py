"""The metrics of models that find objects: average precision, and of panoptic tasks panoptic quality."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.ml import ranks
from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.metrics.average_precision import AveragePrecision, encode
from training.ml.metrics.panoptic import PanopticQuality
from training.ml.reading import SHOWN, Found, Outputs, Reader


class ObjectScores:
    """Counts over images; nothing where the reader's model labels pixels.

    Average precision is of things, by the best 100 objects of an image whatever their score; panoptic quality
    is of the segments that a person is shown.
    """

    def __init__(self, labels: Sequence[Label], reader: Reader) -> None:
        self.reader, self.labels = reader, len(labels)
        self.precision = AveragePrecision(len(labels)) if reader.kind != "pixels" else None
        self.quality = PanopticQuality(len(labels)) if reader.task == "panoptic" else None

    def add(self, number: int, truth: Truth, outputs: Outputs) -> list[Found]:
        """Take in one image: its number in the set, its truth, and the model's outputs. Gives what a person
        is shown of it.
        """
        if self.precision is None:
            return []
        height, width = truth.index.shape
        found, shown = [], []
        for item in self.reader.objects(outputs, height, width):
            if item.label not in self.reader.stuff:
                found.append((item.label, item.score, encode(item.mask)))
            if item.score >= SHOWN:
                shown.append(item)
        self.precision.add(truth.shapes, found, number)
        if self.reader.task == "panoptic":
            shown = self.reader.shown(outputs, height, width)
        if self.quality is not None and truth.numbers is not None:
            given = np.zeros((height, width), np.int32)
            for place, item in enumerate(shown, 1):
                given[item.mask > 0] = place
            # The background is a segment here, so that what is found on it is wrong; it has no quality.
            real = {place: label + self.reader.offset for place, label in enumerate((-1, *truth.labels))}
            found_labels = {place: item.label for place, item in enumerate(shown, 1)}
            self.quality.add(truth.numbers, real, given, found_labels)
            self.quality.iou[0] = self.quality.counts[0] = 0
        return shown

    def gathered(self) -> "ObjectScores":
        """The counts of all ranks together."""
        first, *others = ranks.gathered(self)
        for other in others:
            if first.precision is not None and other.precision is not None:
                first.precision.merge(other.precision)
            if first.quality is not None and other.quality is not None:
                first.quality.merge(other.quality)
        return first

    def summary(self) -> dict[str, float]:
        """What is followed during training, by name."""
        result = self.result()
        return {name: result[name] for name in ("map", "map50", "pq") if result.get(name) is not None}

    def result(self) -> dict[str, Any]:
        """Every metric of the whole set, by name; None where there is nothing to take it of."""
        values: dict[str, Any] = {}
        if self.precision is not None:
            counted = self.precision.result()
            # A mean over nothing is -1 there.
            values |= {k: None if v == -1 else v for k, v in counted.items() if k != "per_class"}
        if self.quality is not None:
            values |= {k: v for k, v in self.quality.result().items() if k != "per_class"}
        return values

    def by_label(self) -> dict[int, dict[str, Any]]:
        """The metrics of each label, by its index."""
        values: dict[int, dict[str, Any]] = {label: {} for label in range(self.labels)}
        if self.precision is not None:
            for label, value in self.precision.result()["per_class"].items():
                values[label]["ap"] = value
        if self.quality is not None:
            for label, value in self.quality.result()["per_class"].items():
                values[label] |= value
        return values
