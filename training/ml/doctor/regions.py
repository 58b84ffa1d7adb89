"""What an image's predictions say against its shapes: missing, wrong class, loose outline, nothing there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.doctor.confident import NOTHING, Labels
from training.ml.images import Pixels
from training.ml.manifest import IGNORE
from training.ml.reading import Found
from training.ml.runtimes import Floats

# Pixels of the grid that is worked on: fewer are no region.
LEAST = 24
# Of a shape's pixels so many confidently say something else.
OTHER_CLASS, NOTHING_THERE = 0.5, 0.6
# Of shape and model's region together so many confidently disagree.
LOOSE = 0.12
# A region is no shape that covers less than this share of what shapes of its class mostly do.
SMALL = 0.15
# An overlap by less is another place, by more the same outline.
ELSEWHERE, SAME = 0.2, 0.75
# Objects of a model that are surer speak.
SURE = 0.6
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """An annotation as it is painted on the grid: its id, label index, and the pixels of it that show."""

    id: str
    label: int
    pixels: Bits


@dataclass(frozen=True)
class Finding:
    """Something to look at: `given` and `suggested` are label indices, None where there is no such; `region`
    is the suggested shape on the grid, of what is to go the shape itself.
    """

    kind: str
    score: float
    given: int | None
    suggested: int | None
    annotation: str | None
    region: Bits


def of_pixels(
    probabilities: Floats,
    sure: Labels,
    truth: Pixels,
    shapes: Sequence[Shape],
    background: int | None,
    usual: Mapping[int, float],
) -> Iterator[Finding]:
    """Findings of a model that labels pixels, from probabilities `[labels, h, w]`, the labels that pixels are
    confidently of, and the truth with 255 ignored; `usual` is the share of an image that a shape of a label
    mostly covers.
    """
    given = probabilities.argmax(0)
    # What is the right place of a shape that is drawn is not missing.
    outlined = np.zeros(truth.shape, bool)
    for shape in shapes:
        for one in _of_shape(probabilities, sure, truth, given, shape, background):
            outlined |= one.region if one.kind == "loose_outline" else False
            yield one
    if background is None:
        return
    given = np.where(outlined, background, given)
    for label in range(len(probabilities)):
        if label != background:
            size = usual.get(label, 0.0) * truth.size
            yield from _missing(probabilities, sure, truth, given, label, shapes, size)


def _of_shape(
    probabilities: Floats, sure: Labels, truth: Pixels, given: Any, shape: Shape, background: int | None
) -> Iterator[Finding]:
    count = int(shape.pixels.sum())
    if count < LEAST:
        return
    said = sure[shape.pixels]
    votes = np.bincount(said[said != NOTHING], minlength=len(probabilities)).astype(np.float64) / count
    votes[shape.label] = 0
    other = int(votes.argmax())
    chance = float(probabilities[other][shape.pixels].mean())
    if other == background and votes[other] >= NOTHING_THERE:
        yield Finding("spurious", votes[other] * chance, shape.label, None, shape.id, shape.pixels)
        return
    if other != background and votes[other] >= OTHER_CLASS:
        yield Finding("wrong_class", votes[other] * chance, shape.label, other, shape.id, shape.pixels)
        return
    region = _around(given == shape.label, shape.pixels, truth, shape.label, background)
    both = region & shape.pixels
    if not both.any():
        return
    either = region | shape.pixels
    extra = region & ~shape.pixels & (sure == shape.label)
    lacking = shape.pixels & ~region & (sure != shape.label) & (sure != NOTHING)
    share = (extra.sum() + lacking.sum()) / either.sum()
    overlap = both.sum() / either.sum()
    if share >= LOOSE and ELSEWHERE < overlap < SAME:
        doubt = 1 - float(probabilities[shape.label][lacking].mean()) if lacking.any() else 1.0
        surety = float(probabilities[shape.label][extra].mean()) if extra.any() else 1.0
        score = float(share * 0.5 * (doubt + surety))
        yield Finding("loose_outline", min(1.0, score), shape.label, shape.label, shape.id, region)


def _around(mine: Bits, shape: Bits, truth: Pixels, label: int, background: int | None) -> Bits:
    """The model's region of a label that belongs to a shape: what touches it, but for other shapes' pixels,
    no farther away than the shape is wide.
    """
    free = shape | (truth == background) if background is not None else shape | (truth != label)
    reach = max(3, round(float(np.sqrt(shape.sum())) / 2))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate(shape.astype(np.uint8), kernel) > 0
    _, parts = cv2.connectedComponents((mine & free & near & (truth != IGNORE)).astype(np.uint8))
    touched = np.unique(parts[shape])
    found: Bits = np.isin(parts, touched[touched > 0])
    return found


def _missing(
    probabilities: Floats,
    sure: Labels,
    truth: Pixels,
    given: Any,
    label: int,
    shapes: Sequence[Shape],
    usual: float,
) -> Iterator[Finding]:
    # What shows as background in the truth and confidently as the class: whole regions of the prediction.
    open_pixels = (given == label) & (truth == 0)
    count, parts = cv2.connectedComponents(open_pixels.astype(np.uint8))
    for part in range(1, count):
        region = parts == part
        area = int(region.sum())
        share = float((sure[region] == label).mean())
        if area < max(LEAST, SMALL * usual) or share < 0.3:
            continue
        if _belongs(region, area, [s for s in shapes if s.label == label]):
            continue
        chance = float(probabilities[label][region].mean())
        # What is smaller than a shape of the class mostly is, is rather a part of something.
        size = min(1.0, area / max(usual, 4 * LEAST))
        yield Finding("missing", float(chance * share * size**0.5), None, label, None, region)


def _belongs(region: Bits, area: int, shapes: Sequence[Shape]) -> bool:
    """Whether a region is but the rim of a shape of its class."""
    kernel = np.ones((3, 3), np.uint8)
    rim = cv2.dilate(region.astype(np.uint8), kernel) > 0
    return any((rim & shape.pixels).any() and area < 0.6 * shape.pixels.sum() for shape in shapes)


def of_objects(found: Sequence[Found], shapes: Sequence[Shape]) -> Iterator[Finding]:
    """Findings of a model of objects, whose masks are on the same grid."""
    masks = [item.mask > 0 for item in found]
    overlaps = np.array([[_iou(mask, shape.pixels) for mask in masks] for shape in shapes])
    overlaps = overlaps.reshape(len(shapes), len(found))
    for row, shape in zip(overlaps, shapes, strict=True):
        if int(shape.pixels.sum()) < LEAST:
            continue
        same = [(row[i], i) for i, item in enumerate(found) if item.label == shape.label]
        others = [(row[i], i) for i, item in enumerate(found) if item.label != shape.label]
        best, place = max(same, default=(0.0, -1))
        other, its = max(others, default=(0.0, -1))
        if best < 0.3 and other >= 0.5:
            item = found[its]
            score = float(other * item.score)
            yield Finding("wrong_class", score, shape.label, item.label, shape.id, shape.pixels)
        elif 0.3 <= best < SAME:
            score = float((1 - best) * found[place].score)
            yield Finding("loose_outline", score, shape.label, shape.label, shape.id, masks[place])
        elif not len(row) or row.max() < 0.1:
            yield Finding("spurious", 0.5, shape.label, None, shape.id, shape.pixels)
    for place, item in enumerate(found):
        taken = overlaps[:, place].max() if len(shapes) else 0.0
        covered = any((masks[place] & shape.pixels).sum() > 0.5 * masks[place].sum() for shape in shapes)
        if item.score >= SURE and taken < ELSEWHERE and not covered and masks[place].sum() >= LEAST:
            yield Finding("missing", float(item.score), None, item.label, None, masks[place])


def _iou(one: Bits, other: Bits) -> float:
    either = int((one | other).sum())
    return float((one & other).sum() / either) if either else 0.0
