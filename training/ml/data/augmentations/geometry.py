"""Flips, turns, crops and zooms of an image and its mask."""

import cv2
import numpy as np
from numpy.random import Generator

from training.ml.data.augmentations.kinds import (
    BLANK,
    Augmentation,
    Pair,
    Parameters,
    chance,
    drawn,
    span,
    values_of,
)
from training.ml.data.example import void_of
from training.ml.images import IndexMap, Pixels, resize_index, resize_rgb

GROUP = "Geometry"


def horizontal_flip(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return image[:, ::-1], mask[:, ::-1]


def vertical_flip(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return image[::-1], mask[::-1]


def rotate90(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    turns = int(rng.integers(1, 4))
    return np.rot90(image, turns), np.rot90(mask, turns)


def transpose(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return image.transpose(1, 0, 2), mask.T


def random_resized_crop(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    height, width = mask.shape
    area = height * width * drawn(rng, given, "scale")
    low, high = np.log(given["ratio"][0]), np.log(given["ratio"][1])
    ratio = float(np.exp(rng.uniform(low, high))) * width / height
    rows = min(height, max(1, round((area / ratio) ** 0.5)))
    columns = min(width, max(1, round((area * ratio) ** 0.5)))
    top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
    return image[top : top + rows, left : left + columns], mask[top : top + rows, left : left + columns]


def crop_to_labels(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """A pixel of a label drawn with equal chances lies in the part; without one it is any part."""
    height, width = mask.shape
    side = float(np.sqrt(drawn(rng, given, "scale")))
    rows, columns = max(1, round(height * side)), max(1, round(width * side))
    values = values_of(mask)
    values = values[(values > 0) & (values < void_of(mask))]
    row, column = int(rng.integers(0, height)), int(rng.integers(0, width))
    if values.size:
        places = np.flatnonzero(mask == values[rng.integers(values.size)])
        row, column = divmod(int(places[rng.integers(places.size)]), width)
    top = int(rng.integers(max(0, row - rows + 1), min(row, height - rows) + 1))
    left = int(rng.integers(max(0, column - columns + 1), min(column, width - columns) + 1))
    return image[top : top + rows, left : left + columns], mask[top : top + rows, left : left + columns]


def scale(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return zoomed(image, mask, drawn(rng, given, "factor"), rng)


def zoomed(image: Pixels, mask: IndexMap, factor: float, rng: Generator) -> Pair:
    """In by a factor above 1: a part of the image; out by one below: the whole in an ignored border."""
    height, width = mask.shape
    if factor >= 1:
        rows, columns = max(1, round(height / factor)), max(1, round(width / factor))
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        return image[top : top + rows, left : left + columns], mask[top : top + rows, left : left + columns]
    rows, columns = max(1, round(height * factor)), max(1, round(width * factor))
    top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
    edges = (top, height - rows - top, left, width - columns - left)
    small = resize_rgb(np.ascontiguousarray(image), (rows, columns))
    labels = resize_index(np.ascontiguousarray(mask), (rows, columns))
    wide = cv2.copyMakeBorder(small, *edges, cv2.BORDER_CONSTANT, value=BLANK)
    bordered = cv2.copyMakeBorder(labels, *edges, cv2.BORDER_CONSTANT, value=void_of(mask))
    return np.asarray(wide, np.uint8), np.asarray(bordered, mask.dtype)


AUGMENTATIONS = (
    Augmentation(
        "horizontal_flip",
        "Flip left to right",
        "Mirror images.",
        (chance(0.5),),
        GROUP,
        geometry=horizontal_flip,
    ),
    Augmentation(
        "vertical_flip",
        "Flip upside down",
        "For pictures without an up.",
        (chance(0.5),),
        GROUP,
        geometry=vertical_flip,
    ),
    Augmentation(
        "rotate90",
        "Quarter turns",
        "By 90, 180 or 270 degrees, without resampling.",
        (chance(0.5),),
        GROUP,
        geometry=rotate90,
    ),
    Augmentation(
        "transpose",
        "Transpose",
        "Rows become columns: mirrored at the diagonal.",
        (chance(0.5),),
        GROUP,
        geometry=transpose,
    ),
    Augmentation(
        "random_resized_crop",
        "Random crop",
        "A part of the image, stretched to the input size.",
        (
            chance(1.0),
            span("scale", (0.5, 1.0), "Part of the area that is kept.", 0.01, 1),
            span("ratio", (0.75, 4 / 3), "Stretch of width against height.", 0.1, 10),
        ),
        GROUP,
        geometry=random_resized_crop,
        detail=True,
    ),
    Augmentation(
        "crop_to_labels",
        "Crop round a label",
        "A part of the image in which something is labelled, each class or object with equal chances: for "
        "rare or small ones.",
        (chance(0.5), span("scale", (0.1, 0.5), "Part of the area that is kept.", 0.01, 1)),
        GROUP,
        geometry=crop_to_labels,
        detail=True,
    ),
    Augmentation(
        "scale",
        "Zoom",
        "In (a part of the image) or out (with an ignored border).",
        (chance(0.5), span("factor", (0.75, 1.25), "Smallest and largest zoom.", 0.1, 10)),
        GROUP,
        geometry=scale,
        detail=True,
    ),
    Augmentation(
        "large_scale_jitter",
        "Large-scale jitter",
        "Zoom over a wide range, as Mask2Former is trained.",
        (chance(1.0), span("factor", (0.1, 2.0), "Smallest and largest zoom.", 0.05, 10)),
        GROUP,
        geometry=scale,
        detail=True,
    ),
)
