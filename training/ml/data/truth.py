"""What validation compares predictions with, at the images' own sizes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from annotations.geometry import geometry_to_mask, mask_to_rle
from training.ml.data.example import Example, void_of
from training.ml.images import IndexMap, Pixels
from training.ml.manifest import IGNORE, Manifest, Sample, index_mask, object_map

Shape = tuple[int, dict[str, Any], bool]


@dataclass(frozen=True)
class Truth:
    """`index` is the mask of label indices, uint8 `[h, w]`, 255 where nothing counts. With objects, `numbers`
    is the map of object numbers with the output of each in `labels`, and `shapes` holds each whole object as
    (label index, COCO RLE, whether it stands for what does not count).
    """

    index: Pixels
    numbers: IndexMap | None = None
    labels: tuple[int, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory that it takes, roughly."""
        numbers = self.numbers.nbytes if self.numbers is not None else 0
        return self.index.nbytes + numbers + sum(len(rle["counts"]) for _, rle, _ in self.shapes)

    def example(self, image: Pixels) -> Example:
        """The target of training on the image."""
        if self.numbers is None:
            return Example(image, self.index)
        return Example(image, self.numbers, self.labels)


def truth_of(sample: Sample, manifest: Manifest) -> Truth:
    """A sample's truth. Where objects overlap, `index` and `numbers` show the upper one and `shapes` both; an
    ignored object hides whatever a model finds there, of any label.
    """
    index = index_mask(sample, manifest.fill)
    if manifest.task == "semantic":
        return Truth(index)
    numbers, labels = object_map(sample, manifest)
    shapes: list[Shape] = []
    things = [label.index for label in manifest.labels[manifest.offset :] if not label.stuff]
    for geometry, value in sample.items:
        if value != IGNORE and value not in things:
            continue
        mask = geometry_to_mask(geometry, sample.height, sample.width)
        if mask.any():
            rle = mask_to_rle(mask)
            shapes += [(value, rle, False)] if value != IGNORE else [(each, rle, True) for each in things]
    if manifest.fill == IGNORE and bool((numbers == void_of(numbers)).any()):
        rle = mask_to_rle(np.asarray(numbers == void_of(numbers), np.uint8))
        shapes += [(each, rle, True) for each in things]
    return Truth(index, numbers, labels, tuple(shapes))
