"""The parts of an image's truth, and how well each was found."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.images import Pixels
from training.ml.metrics.average_precision import areas_of, encode
from training.ml.reading import Found

# The largest parts of an image's truth; nobody reads more of a slice.
SEGMENTS = 1_000
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def components(truth: Pixels, prediction: Pixels, labels: Sequence[Label]) -> Doubles:
    """The connected parts (eight neighbours) of each class in the truth: label, area, centre x and y from 0
    to 1, share of right pixels, NaN, whether it touches the border; float64 `[s, 7]`, the largest 1,000.

    Rows are cut into runs of one label, and runs that touch from row to row are joined: one pass over the
    pixels, however many labels there are.
    """
    height, width = truth.shape
    known = np.zeros(256, bool)
    known[[label.index for label in labels if label.id is not None]] = True
    new = np.ones(truth.shape, bool)
    np.not_equal(truth[:, 1:], truth[:, :-1], out=new[:, 1:])
    starts = np.flatnonzero(new)
    hits = np.add.reduceat((truth == prediction).ravel().view(np.uint8), starts, dtype=np.int64)
    ends = np.append(starts[1:], truth.size)
    mine = known[truth.ravel()[starts]]
    starts, ends, hits = starts[mine], ends[mine], hits[mine]
    if not len(starts):
        return np.zeros((0, 7))
    label, row = truth.ravel()[starts], starts // width
    first, last = starts - row * width, ends - row * width
    count, part = connected_components(touching(row, first, last, label, width), directed=False)
    length = (last - first).astype(np.float64)
    area = np.bincount(part, length)
    border = (row == 0) | (row == height - 1) | (first == 0) | (last == width)
    named = np.zeros(count)
    named[part] = label
    return largest(
        np.column_stack(
            [
                named,
                area,
                np.bincount(part, length * (first + last) / 2) / area / width,
                np.bincount(part, length * (row + 0.5)) / area / height,
                np.bincount(part, hits) / area,
                np.full(count, np.nan),
                np.bincount(part, border) > 0,
            ]
        )
    )


def touching(row: Places, first: Places, last: Places, label: Pixels, width: int) -> Any:
    """Which runs of one label touch one of the row above, also by a corner: a sparse matrix."""
    step = width + 1
    above = (row - 1) * step
    # Of the row above those that end no sooner than a run begins, and begin no later than it ends.
    low = np.searchsorted(row * step + last, above + first, "left")
    high = np.searchsorted(row * step + first, above + last, "right")
    many = np.maximum(high - low, 0)
    below = np.repeat(np.arange(len(row)), many)
    offset = np.arange(len(below)) - np.repeat(np.cumsum(many) - many, many)
    upper = np.repeat(low, many) + offset
    same = (label[below] == label[upper]) & (row[upper] == row[below] - 1)
    pairs = (np.ones(int(same.sum()), np.int8), (below[same], upper[same]))
    return coo_matrix(pairs, shape=(len(row), len(row)))


def shapes_of(truth: Truth, found: Sequence[Found]) -> Doubles:
    """The objects of the truth, as `components`, with the best IoU of an object shown of the same label."""
    height, width = truth.index.shape
    things = [(label, dict(rle)) for label, rle, ignored in truth.shapes if not ignored]
    if not things:
        return np.zeros((0, 7))
    masks = [rle for _, rle in things]
    areas, boxes = areas_of(masks), np.array([coco.toBbox(rle) for rle in masks])
    best, right = np.zeros(len(things)), np.zeros(len(things))
    shown = [(item.label, encode(item.mask)) for item in found]
    for label in {label for label, _ in things}:
        mine = [place for place, (each, _) in enumerate(things) if each == label]
        theirs = [rle for each, rle in shown if each == label]
        if not theirs:
            continue
        wanted = [masks[place] for place in mine]
        best[mine] = np.asarray(coco.iou(wanted, theirs, [0] * len(theirs))).max(1)
        # Of a crowd, the IoU is the share of the other that lies in it.
        whole = coco.merge(theirs)
        right[mine] = np.asarray(coco.iou(wanted, [whole], [1]))[:, 0]
    left, top, wide, high = boxes.T
    return largest(
        np.column_stack(
            [
                np.array([label for label, _ in things], np.float64),
                areas,
                (left + wide / 2) / width,
                (top + high / 2) / height,
                right,
                best,
                touches(left, top, wide, high, width, height),
            ]
        )
    )


def touches(left: Doubles, top: Doubles, wide: Doubles, high: Doubles, width: int, height: int) -> Doubles:
    """1 where a box reaches the image's border, else 0."""
    return ((left <= 0) | (top <= 0) | (left + wide >= width) | (top + high >= height)).astype(np.float64)


def largest(parts: Doubles) -> Doubles:
    """At most 1,000 of them, in their order."""
    if len(parts) <= SEGMENTS:
        return parts
    return parts[np.sort(np.argsort(-parts[:, 1], kind="stable")[:SEGMENTS])]
