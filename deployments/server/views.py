"""The parts of an image that the network looks at, each stretched to its input: the whole image, tiles of
it, mirrored ones, and windows that show it larger.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from deployments.server.options import Options
from deployments.server.problems import BadInput

Pixels = NDArray[np.uint8]
# Top, left, bottom, right; the latter two are the first that do not belong to it.
Box = tuple[int, int, int, int]

# `auto` cuts an image that is more than so many times as long as the input in one direction: scaled down
# to it, less than half of what there is to see would be left.
LARGE = 2.0
MOST_VIEWS = 1024
# How much larger `augment=scales` shows the image, and how much its windows overlap.
ZOOMS = (1.0, 1.5)
ZOOM_OVERLAP = 0.5


@dataclass(frozen=True)
class View:
    """A box in the image, in pixels; `flip` looks at it in a mirror. The views of one `variant` show the
    image at one scale, and cover it together.
    """

    top: int
    left: int
    height: int
    width: int
    flip: bool = False
    variant: int = 0

    @property
    def box(self) -> Box:
        return self.top, self.left, self.bottom, self.right

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def right(self) -> int:
        return self.left + self.width

    def cut(self, image: Pixels) -> Pixels:
        """What is to be seen of the image uint8 `[h, w, 3]`."""
        part = image[self.top : self.bottom, self.left : self.right]
        return part[:, ::-1] if self.flip else part


def plan(height: int, width: int, size: tuple[int, int], options: Options) -> list[list[View]]:
    """The views of an image that `options` ask for, in rows from the top: those of a row begin on one line.

    `size` is the input's height and width. A tile is as large as the input, or as the image where that is
    smaller. Raises BadInput where there would be too many.
    """
    tiled = options.tiles == "on" or (
        options.tiles == "auto" and (height > LARGE * size[0] or width > LARGE * size[1])
    )
    base = (min(height, size[0]), min(width, size[1])) if tiled else (height, width)
    flips = (False,) if options.augment == "off" else (False, True)
    views: list[View] = []
    for number, zoom in enumerate(ZOOMS if options.augment == "scales" else ZOOMS[:1]):
        overlap = options.overlap if zoom == 1.0 else ZOOM_OVERLAP
        side = (max(1, round(base[0] / zoom)), max(1, round(base[1] / zoom)))
        rows, columns = starts(height, side[0], overlap), starts(width, side[1], overlap)
        if len(rows) * len(columns) * len(flips) > MOST_VIEWS - len(views):
            raise BadInput(
                f"An image of {width} x {height} pixels would be more than {MOST_VIEWS:,} tiles of "
                f"{side[1]} x {side[0]} pixels.",
                [("tiles", "Send a smaller image, or let tiles overlap less.")],
            )
        views += [View(top, left, *side, flip, number) for top in rows for left in columns for flip in flips]
    views.sort(key=lambda view: view.top)
    return [list(row) for _, row in groupby(views, key=lambda view: view.top)]


def starts(length: int, side: int, overlap: float) -> list[int]:
    """Where pieces of `side` begin that cover `length`, evenly spread, each sharing at least `overlap` of
    itself with the next.
    """
    if side >= length:
        return [0]
    step = max(1, math.floor(side * (1 - overlap)))
    count = math.ceil((length - side) / step) + 1
    return [round(number * (length - side) / (count - 1)) for number in range(count)]


def window(side: int) -> NDArray[np.float32]:
    """How much each pixel of a piece counts, float32 `[side]`: most in its middle, hardly at its ends (the
    periodic Hann window at pixels' centres, never 0).
    """
    places = (np.arange(side) + 0.5) / side
    return np.asarray(np.maximum(np.sin(np.pi * places) ** 2, 1e-3), np.float32)


def bands(rows: list[list[View]], height: int) -> Iterator[int]:
    """For each row of views, the line above which nothing changes any more once it is there."""
    for row in rows[1:]:
        yield row[0].top
    yield height
