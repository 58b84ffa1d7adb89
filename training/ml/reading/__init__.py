"""From a model's outputs to objects, for one image: NumPy and OpenCV only, the same in training and serving.

Three kinds of model are read. "pixels" gives `logits` `[labels, h, w]`, and every model of a semantic task is
read so. "queries" gives `classes` `[q, outputs + 1]`, logits with no-object last, and `masks` `[q, h, w]`,
logits. "detections" gives `boxes` `[a, 4]`, corners in pixels of the input, `scores` `[a, outputs]`,
`coefficients` `[a, k]` and `prototypes` `[k, h, w]`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from training.ml.images import Pixels
from training.ml.runtimes import Floats

LIMIT = 100
SHOWN = 0.5
# The names of the outputs in order, and which axes vary besides the batch.
OUTPUTS: dict[str, dict[str, dict[int, str]]] = {
    "pixels": {"logits": {2: "rows", 3: "columns"}},
    "queries": {"classes": {}, "masks": {2: "rows", 3: "columns"}},
    "detections": {
        "boxes": {1: "anchors"},
        "scores": {1: "anchors"},
        "coefficients": {1: "anchors"},
        "prototypes": {2: "rows", 3: "columns"},
    },
}

Outputs = tuple[Floats, ...]


@dataclass(frozen=True)
class Found:
    """An object: its label's index, a score from 0 to 1, and its mask uint8 `[height, width]` of 0 and 1."""

    label: int
    score: float
    mask: Pixels


@dataclass(frozen=True)
class Reader:
    """How a bundle's outputs are read: its kind and task, the labels before the first output, which labels
    are stuff, and the input's height and width.
    """

    kind: str
    task: str
    offset: int
    stuff: frozenset[int]
    size: tuple[int, int]

    def objects(
        self, outputs: Outputs, height: int, width: int, threshold: float = 0.0, limit: int = LIMIT
    ) -> Iterator[Found]:
        """The objects of an image by falling score, each mask at the image's own size; they may overlap."""
        if self.kind == "detections":
            from training.ml.reading.detections import detected_objects

            boxes, scores, coefficients, prototypes = outputs
            return detected_objects(
                boxes,
                scores,
                coefficients,
                prototypes,
                self.offset,
                self.size,
                height,
                width,
                threshold,
                limit,
            )
        from training.ml.reading.queries import query_objects

        classes, masks = outputs
        return query_objects(classes, masks, self.offset, height, width, threshold, limit)

    def shown(self, outputs: Outputs, height: int, width: int, threshold: float = SHOWN) -> list[Found]:
        """What a person is shown: the objects that score at least `threshold`; of a panoptic task segments
        that do not overlap, one for each stuff label.
        """
        if self.task == "panoptic" and self.kind == "queries":
            from training.ml.reading.queries import segments

            classes, masks = outputs
            return segments(classes, masks, self.offset, self.stuff, height, width, threshold)
        return list(self.objects(outputs, height, width, threshold))


def painted(found: list[Found], height: int, width: int) -> Pixels:
    """Objects as an index mask uint8 `[height, width]`, the better ones on top; 0 where there is none."""
    index = np.zeros((height, width), np.uint8)
    for item in sorted(found, key=lambda item: item.score):
        index[item.mask > 0] = item.label
    return index
