"""What a semantic model saw, region by region: a person decides on a window, not on all of a house."""

from collections.abc import Collection, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.bundle import Label
from training.ml.describe import describe_crop, is_wanted
from training.ml.images import Pixels
from training.ml.runtimes import Floats

# Regions that cover less of the image are specks, and so are those behind the largest of a class: they are
# one prediction together.
LEAST_SHARE = 1 / 20_000
LEAST_PIXELS = 16
MOST = 300

Certainty = npt.NDArray[np.float16]


def describe_regions(
    index_mask: Pixels,
    certainty: Certainty,
    labels: Sequence[Label],
    outputs: Collection[str] = ("polygons", "mask"),
    threshold: float = 0.0,
    classes: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """One prediction for each connected region (8 neighbours) of a class, as `describe` gives them for whole
    classes: by label, then by falling area, the specks of a label last. Together they are the mask.

    Args: `index_mask` uint8 `[h, w]`; `certainty` float16 `[h, w]`, the probability of each pixel's label; a
    region's score is its mean there.
    """
    height, width = index_mask.shape
    least = max(LEAST_PIXELS, height * width * LEAST_SHARE)
    occurs = cv2.calcHist([index_mask], [0], None, [256], [0, 256]).ravel() > 0
    found: list[dict[str, Any]] = []
    for label in labels:
        if label.id is None or not occurs[label.index] or not is_wanted(label, classes):
            continue
        for crop, (left, top) in _regions(index_mask, label.index, least):
            rows, columns = crop.shape
            own = certainty[top : top + rows, left : left + columns][crop > 0]
            score = float(own.mean(dtype=np.float64))
            if score >= threshold:
                described = describe_crop(crop, (left, top), (height, width), label, score, outputs)
                found.append({"id": len(found), **described})
    return found


def _regions(index_mask: Pixels, index: int, least: float) -> list[tuple[Pixels, tuple[int, int]]]:
    """Masks of 0 and 1 of the regions' boxes, and each one's left and top."""
    binary = np.equal(index_mask, index).view(np.uint8)
    left, top, columns, rows = cv2.boundingRect(binary)
    binary = np.ascontiguousarray(binary[top : top + rows, left : left + columns])
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    order = np.argsort(-areas, kind="stable")
    large = [int(number) + 1 for number in order[:MOST] if areas[number] >= least]
    if len(large) + 1 == count - 1:
        # A lone speck is a region like the others.
        large = [int(number) + 1 for number in order]
    found = []
    for number in large:
        x, y, w, h = (int(value) for value in stats[number, :4])
        crop = np.equal(numbers[y : y + h, x : x + w], number).view(np.uint8)
        found.append((crop, (left + x, top + y)))
    if len(large) < count - 1:
        kept = np.zeros(count, np.uint8)
        kept[1:] = 1
        kept[large] = 0
        specks = kept[numbers]
        x, y, w, h = cv2.boundingRect(specks)
        found.append((np.ascontiguousarray(specks[y : y + h, x : x + w]), (left + x, top + y)))
    return found


def certainty_of(logits: Floats, index_mask: Pixels) -> Certainty:
    """The probability of each pixel's label: the softmax of the logits `[labels, h, w]` upsampled bilinearly
    to the mask's size. Float16 `[height, width]`.
    """
    powers = np.exp(logits - logits.max(0))
    chances = powers / powers.sum(0)
    height, width = index_mask.shape
    found = np.zeros((height, width), np.float16)
    for label in np.unique(index_mask):
        if label >= len(chances):
            continue  # no label: nobody asks how sure it is
        large = cv2.resize(chances[label], (width, height), interpolation=cv2.INTER_LINEAR)
        np.copyto(found, large, where=index_mask == label, casting="same_kind")
    return found
