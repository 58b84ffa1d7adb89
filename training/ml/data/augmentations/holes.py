"""Parts of the image hidden, so that the model learns to do without any single one."""

import numpy as np
from numpy.random import Generator

from training.ml.data.augmentations.kinds import (
    BLANK,
    Augmentation,
    Pair,
    Parameters,
    chance,
    drawn,
    drawn_whole,
    span,
)
from training.ml.data.example import void_of
from training.ml.hyperparameters import Field
from training.ml.images import IndexMap, Pixels

GROUP = "Holes"


def cutout(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """Rectangles in the mean colour (after DeVries and Taylor 2017, Improved Regularization of Convolutional
    Neural Networks with Cutout); what is under them is ignored, or kept in the target.
    """
    height, width = mask.shape
    image = image.copy()
    target = mask.copy() if given["target"] == "ignored" else mask
    for _ in range(drawn_whole(rng, given, "count")):
        rows = max(1, round(drawn(rng, given, "side") * height))
        columns = max(1, round(drawn(rng, given, "side") * width))
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        image[top : top + rows, left : left + columns] = BLANK
        if target is not mask:
            target[top : top + rows, left : left + columns] = void_of(mask)
    return image, target


def grid_dropout(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """Squares in regular rows (after Chen et al. 2020, GridMask Data Augmentation), from a place drawn at
    random."""
    height, width = mask.shape
    cell = max(2, round(max(height, width) / given["cells"]))
    hole = max(1, round(cell * float(given["share"]) ** 0.5))
    top, left = rng.integers(0, cell, 2)
    rows, columns = (np.arange(height) + top) % cell < hole, (np.arange(width) + left) % cell < hole
    hidden = rows[:, None] & columns[None]
    image = image.copy()
    image[hidden] = BLANK
    if given["target"] == "kept":
        return image, mask
    target = mask.copy()
    target[hidden] = void_of(mask)
    return image, target


TARGET = Field(
    "target",
    "choice",
    "ignored",
    "What is asked for in the holes: nothing, or what was there.",
    choices=("ignored", "kept"),
)

AUGMENTATIONS = (
    Augmentation(
        "cutout",
        "Cutout",
        "A few rectangles hidden.",
        (
            chance(0.3),
            span("count", (1, 4), "Fewest and most holes.", 1, 64),
            span("side", (0.05, 0.25), "Shortest and longest side, as a part of the image's.", 0.01, 1),
            TARGET,
        ),
        GROUP,
        cover=cutout,
    ),
    Augmentation(
        "grid_dropout",
        "Grid of holes",
        "Squares hidden in regular rows.",
        (
            chance(0.2),
            Field("cells", "int", 6, "Holes along the longer side.", min=1, max=64),
            Field("share", "float", 0.25, "Part of the area that is hidden.", min=0.01, max=0.9),
            TARGET,
        ),
        GROUP,
        cover=grid_dropout,
    ),
)
