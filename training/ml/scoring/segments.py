"""The parts of an image's truth, and how well each was found."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.images import Pixels
from training.ml.metrics.average_precision import areas_of, encode
from training.ml.reading import Found

# The largest parts of an image's truth; nobody reads more of a slice.
SEGMENTS = 1_000
Doubles = npt.NDArray[np.float64]


def components(truth: Pixels, prediction: Pixels, labels: Sequence[Label]) -> Doubles:
    """The connected parts of each class in the truth: label, area, centre x and y from 0 to 1, share of right
    pixels, NaN, whether it touches the border; float64 `[s, 7]`, the largest 1,000.
    """
    height, width = truth.shape
    found: list[Doubles] = []
    for label in labels:
        if label.id is None:
            continue
        whole = np.asarray(truth == label.index, np.uint8)
        x, y, w, h = cv2.boundingRect(whole)
        if not w:
            continue
        part = whole[y : y + h, x : x + w]
        count, numbers, stats, centres = cv2.connectedComponentsWithStats(part, connectivity=8)
        hits = (part > 0) & (prediction[y : y + h, x : x + w] == label.index)
        right = np.bincount(numbers[hits], minlength=count)[1:]
        left, top, wide, high, area = stats[1:].astype(np.float64).T
        found.append(
            np.column_stack(
                [
                    np.full(count - 1, float(label.index)),
                    area,
                    (centres[1:, 0] + x + 0.5) / width,
                    (centres[1:, 1] + y + 0.5) / height,
                    right / area,
                    np.full(count - 1, np.nan),
                    touches(left + x, top + y, wide, high, width, height),
                ]
            )
        )
    parts = np.concatenate(found) if found else np.zeros((0, 7))
    return largest(parts)


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
