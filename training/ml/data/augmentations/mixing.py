"""Several examples in one. Which others are taken follows from the generator alone, so that a run that is
resumed takes the same ones.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.ml.data.augmentations.geometry import zoomed
from training.ml.data.augmentations.kinds import (
    BLANK,
    Augmentation,
    Meaning,
    Others,
    Parameters,
    chance,
    drawn,
    span,
    values_of,
)
from training.ml.data.example import Example, void_of
from training.ml.hyperparameters import Field
from training.ml.images import IndexMap, resize_index, resize_rgb

GROUP = "Several images"

Area = NDArray[np.bool_]


@dataclass
class Numbering:
    """The objects of a picture made of several, numbered anew: those that still have a pixel, stuff once."""

    stuff: frozenset[int]
    labels: list[int] = field(default_factory=list)
    segments: dict[int, int] = field(default_factory=dict)

    def take_in(self, mask: IndexMap, labels: tuple[int, ...]) -> IndexMap:
        """The mask with the new numbers of its objects."""
        void = void_of(mask)
        table = np.zeros(void + 1, mask.dtype)
        table[void] = void
        for number in values_of(mask).tolist():
            if 0 < number < void:
                table[number] = self._number(labels[number - 1], void)
        return table[mask]

    def _number(self, label: int, void: int) -> int:
        if label in self.segments:
            return self.segments[label]
        if len(self.labels) + 1 >= void:
            return void
        self.labels.append(label)
        if label in self.stuff:
            self.segments[label] = len(self.labels)
        return len(self.labels)


def mosaic(example: Example, others: Others, rng: Generator, given: Parameters, meaning: Meaning) -> Example:
    """Four examples round a point (Bochkovskiy et al. 2020, YOLOv4, section 3.3), each a part of itself at a
    scale of its own; where one does not reach, the target is ignored.
    """
    height, width = example.mask.shape
    row, column = round(drawn(rng, given, "centre") * height), round(drawn(rng, given, "centre") * width)
    parts = [example, others(rng), others(rng), others(rng)]
    image = np.empty_like(example.image)
    mask = np.empty_like(example.mask)
    numbering = Numbering(meaning.stuff)
    for corner, place in enumerate(rng.permutation(4)):
        down, right = divmod(corner, 2)
        rows = slice(row, height) if down else slice(0, row)
        columns = slice(column, width) if right else slice(0, column)
        target = image[rows, columns]
        if target.size:
            piece = tile(parts[place], target.shape[:2], (height, width), rng, given)
            image[rows, columns] = piece.image
            mask[rows, columns] = renumbered(piece, numbering)
    return Example(image, mask, None if example.labels is None else tuple(numbering.labels))


def renumbered(example: Example, numbering: Numbering) -> IndexMap:
    """The example's mask with the numbers of the picture it becomes a part of."""
    return example.mask if example.labels is None else numbering.take_in(example.mask, example.labels)


def tile(
    example: Example, room: tuple[int, ...], whole: tuple[int, int], rng: Generator, given: Parameters
) -> Example:
    """A part of `room` (height, width) of the example, which is stretched to `whole` times a scale drawn at
    random; with a border where that is smaller.
    """
    factor = drawn(rng, given, "scale")
    size = max(1, round(whole[0] * factor)), max(1, round(whole[1] * factor))
    image = resize_rgb(np.ascontiguousarray(example.image), size)
    mask = resize_index(np.ascontiguousarray(example.mask), size)
    rows, columns = min(room[0], size[0]), min(room[1], size[1])
    top, left = int(rng.integers(0, size[0] - rows + 1)), int(rng.integers(0, size[1] - columns + 1))
    down, right = int(rng.integers(0, room[0] - rows + 1)), int(rng.integers(0, room[1] - columns + 1))
    canvas = np.empty((*room, 3), np.uint8)
    canvas[:] = BLANK
    labels = np.full(room, void_of(mask), mask.dtype)
    canvas[down : down + rows, right : right + columns] = image[top : top + rows, left : left + columns]
    labels[down : down + rows, right : right + columns] = mask[top : top + rows, left : left + columns]
    return Example(canvas, labels, example.labels)


def copy_paste(
    example: Example, others: Others, rng: Generator, given: Parameters, meaning: Meaning
) -> Example:
    """Objects of another example over this one (Ghiasi et al. 2021, Simple Copy-Paste, section 3), which is
    flipped and zoomed at random before; of index masks, regions of its classes.
    """
    height, width = example.mask.shape
    image, mask = np.ascontiguousarray(example.image), np.ascontiguousarray(example.mask)
    other = others(rng)
    picture, labels = resize_rgb(other.image, (height, width)), resize_index(other.mask, (height, width))
    if rng.random() < 0.5:
        picture, labels = picture[:, ::-1], labels[:, ::-1]
    picture, labels = zoomed(picture, labels, drawn(rng, given, "scale"), rng)
    picture = resize_rgb(np.ascontiguousarray(picture), (height, width))
    labels = resize_index(np.ascontiguousarray(labels), (height, width))
    if other.labels is None:
        area = some_regions(labels, rng, given["share"], meaning)
    else:
        area = some_objects(labels, other.labels, rng, given["share"], meaning)
    if not area.any():
        return Example(image, mask, example.labels)
    if example.labels is None or other.labels is None:
        merged, numbers = labels, example.labels
    else:
        numbering = Numbering(meaning.stuff)
        covered = np.where(area, np.zeros(1, mask.dtype), mask)
        mask = numbering.take_in(covered, example.labels)
        merged = numbering.take_in(np.where(area, labels, np.zeros(1, labels.dtype)), other.labels)
        numbers = tuple(numbering.labels)
    return Example(np.where(area[:, :, None], picture, image), np.where(area, merged, mask), numbers)


def some(count: int, rng: Generator, share: float) -> NDArray[np.intp]:
    """Of `count` things, each with the chance `share`, but at least one where there is one."""
    chosen = np.flatnonzero(rng.random(count) < share)
    return chosen if chosen.size or not count else rng.integers(0, count, 1)


def some_objects(
    mask: IndexMap, labels: tuple[int, ...], rng: Generator, share: float, meaning: Meaning
) -> Area:
    """The area `[h, w]` of some of the objects that are things."""
    values = values_of(mask)
    values = values[(values > 0) & (values < void_of(mask))]
    things = np.array([value for value in values if labels[value - 1] not in meaning.stuff], mask.dtype)
    table = np.zeros(void_of(mask) + 1, np.bool_)
    table[things[some(len(things), rng, share)]] = True
    return np.asarray(table[mask], np.bool_)


def some_regions(mask: IndexMap, rng: Generator, share: float, meaning: Meaning) -> Area:
    """The area `[h, w]` of some connected regions of some labels, the background left out."""
    values = values_of(mask)
    values = values[(values >= int(meaning.background)) & (values < void_of(mask))]
    area = np.zeros(mask.shape, np.bool_)
    for value in values[some(len(values), rng, share)]:
        count, regions = cv2.connectedComponents((mask == value).astype(np.uint8))
        table = np.zeros(count, np.bool_)
        table[1 + some(count - 1, rng, share)] = True
        area |= table[regions]
    return area


AUGMENTATIONS = (
    Augmentation(
        "mosaic",
        "Mosaic",
        "Parts of four images round a point. Best first in the list, for what follows then changes all four.",
        (
            chance(0.5),
            span("scale", (0.5, 1.0), "Smallest and largest scale of a part.", 0.1, 4),
            span("centre", (0.3, 0.7), "Where the parts meet, as a part of the sides.", 0, 1),
        ),
        GROUP,
        mix=mosaic,
    ),
    Augmentation(
        "copy_paste",
        "Copy and paste",
        "Objects of another image over this one; in semantic projects, regions of its classes.",
        (
            chance(0.5),
            Field("share", "float", 0.5, "Part of the other image's objects.", min=0.01, max=1),
            span("scale", (0.5, 1.5), "Smallest and largest zoom of the other image.", 0.1, 4),
        ),
        GROUP,
        mix=copy_paste,
    ),
)
