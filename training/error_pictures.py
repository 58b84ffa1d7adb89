"""Where predictions are wrong, as pictures to lie over the image. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from training.painting import OPACITY, UNCOLOURED, palette_png

IGNORE = 255
# Values that no label has: a cell's rim, a pixel that does not show, stripes, what is not counted, a cell's
# pixels and the line around them.
RIM, CLEAR, STRIPE, UNCOUNTED, CELL, EDGE = 249, 250, 251, 252, 253, 254
# Orange and black stand out for every kind of colour vision (Wong 2011, "Points of view: Color blindness").
CELL_COLOUR, EDGE_COLOUR, STRIPE_COLOUR = "#e69f00", "#000000", "#000000"

Mask = NDArray[np.uint8]
Colours = dict[int, tuple[str, int]]


def label_colours(labels: list[dict[str, Any]], alpha: int = OPACITY, background: int = 0) -> Colours:
    """The colour of each label; the background has `background` for its opacity."""
    return {
        label["index"]: (
            label.get("color") or UNCOLOURED,
            alpha if label["id"] is not None else background,
        )
        for label in labels
    }


def truth_png(truth: Mask, labels: list[dict[str, Any]]) -> bytes:
    """The truth's classes in their colours, what is not counted in grey."""
    return palette_png(truth, {**label_colours(labels), IGNORE: (UNCOLOURED, 90)})


def errors_png(truth: Mask, prediction: Mask, labels: list[dict[str, Any]]) -> bytes:
    """Wrong pixels in the colour of what was predicted, striped, so that they can be told without colours;
    right ones are clear, what is not counted is grey.
    """
    wrong = (truth != prediction) & (truth != IGNORE)
    shown = np.where(wrong, prediction, np.uint8(CLEAR))
    shown[wrong & striped(*truth.shape)] = STRIPE
    shown[truth == IGNORE] = UNCOUNTED
    more: Colours = {STRIPE: (STRIPE_COLOUR, 190), UNCOUNTED: (UNCOLOURED, 60)}
    return palette_png(shown, {**label_colours(labels, 230, 230), **more})


def difference_png(
    mine: Mask, other: Mask, labels: list[dict[str, Any]], others: list[dict[str, Any]]
) -> bytes:
    """Pixels that two models see differently, in stripes of both colours."""
    differ = mine != other
    shown = np.full(mine.shape, CLEAR, np.uint8)
    own, its = differ & ~striped(*mine.shape), differ & striped(*mine.shape)
    shown[own] = mine[own]
    # The other's labels stand behind one's own.
    shown[its] = other[its] + np.uint8(len(labels))
    theirs = label_colours(others, 230, 230)
    shifted = {len(labels) + index: colour for index, colour in theirs.items()}
    return palette_png(shown, {**label_colours(labels, 230, 230), **shifted})


def cell_png(truth: Mask, prediction: Mask, cell: tuple[int, int]) -> bytes:
    """The pixels of one cell of the confusion matrix, tinted so that the image shows through, with a bright
    rim in a dark line: one of them stands out of any image. Both are thick enough for a thumbnail.
    """
    inside = (truth == cell[0]) & (prediction == cell[1])
    shown = np.where(inside, np.uint8(CELL), np.uint8(CLEAR))
    around, outside = inside, ~inside
    for _ in range(max(1, round(max(inside.shape) / 400))):
        around, outside = grown(around), grown(outside)
    shown[inside & outside] = RIM
    shown[around & ~inside] = EDGE
    return palette_png(shown, {CELL: (CELL_COLOUR, 110), RIM: (CELL_COLOUR, 255), EDGE: (EDGE_COLOUR, 255)})


def grown(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With one more pixel on each of the four sides."""
    found = pixels.copy()
    found[1:] |= pixels[:-1]
    found[:-1] |= pixels[1:]
    found[:, 1:] |= pixels[:, :-1]
    found[:, :-1] |= pixels[:, 1:]
    return found


def striped(height: int, width: int) -> NDArray[np.bool_]:
    """Every third of a run of diagonals, wide enough to be seen where the whole image is shown."""
    step = max(2, round(max(height, width) / 160))
    # Each row is the one above, moved by a pixel: all of them look into one line.
    line = np.arange(height + width - 1) // step % 3 == 0
    return sliding_window_view(line, width)
