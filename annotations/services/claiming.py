"""One class a pixel: which pixels shapes get that are taken over into a semantic project.

What a person drew or corrected is drawn over what lies below, as the brush does it. What a model proposed and
nobody touched gets the pixels that no shape of another class has: it covers nobody's work.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from annotations.geometry import GeometryError, geometry_to_mask, mask_to_rle, measure, paint_numbers
from annotations.models import Annotation
from annotations.services.shapes import Geometry

Mask = npt.NDArray[np.uint8]
Shape = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A shape that is to be made; `drawn` by a person or left as a model proposed it."""

    label_class: uuid.UUID
    place: Geometry
    drawn: bool


@dataclass
class Claims:
    """What comes of it: a place for each shape wanted, None where nothing is left of it, and new places for
    shapes there were, None for those that are covered entirely.
    """

    made: list[Geometry | None] = field(default_factory=list)
    cut: dict[uuid.UUID, Geometry | None] = field(default_factory=dict)


def claim(existing: Sequence[Annotation], wanted: Sequence[Wanted], height: int, width: int) -> Claims:
    """Divide the pixels; of two that are drawn the later gets them, of two proposed the earlier."""
    size = height, width
    claims = Claims(made=[each.place for each in wanted])
    # Which class has each pixel: 0 none, n the n-th.
    numbers: dict[uuid.UUID, int] = {}
    for key in [*(shape.label_class_id for shape in existing), *(each.label_class for each in wanted)]:
        numbers.setdefault(key, len(numbers) + 1)
    owner = np.zeros(size, np.uint16)
    for number in reversed([n for n, each in enumerate(wanted) if each.drawn]):
        each = wanted[number]
        claims.made[number] = _take(owner, numbers[each.label_class], each.place, size)
    if owner.any():
        for shape in existing:
            _cut(claims, shape, owner, numbers[shape.label_class_id], size)
    # One pass over all that there is: thousands of shapes cost what one does.
    items = (
        ({shape.kind: shape.geometry}, numbers[shape.label_class_id])
        for shape in existing
        if shape.kind != "mask" or tuple(shape.geometry["size"]) == size
    )
    below = paint_numbers(items, height, width)
    np.copyto(owner, below, where=owner == 0)
    for number, each in enumerate(wanted):
        if not each.drawn:
            claims.made[number] = _take(owner, numbers[each.label_class], each.place, size)
    return claims


def _take(owner: npt.NDArray[np.uint16], number: int, place: Geometry, size: Any) -> Geometry | None:
    """What of a place is free or of its class already; the rest of it is now its own."""
    mask = _pixels(place, size)
    free = ((owner == 0) | (owner == number)) & (mask > 0)
    owner[free] = number
    return place if np.count_nonzero(free) == np.count_nonzero(mask) else _place_of(free, size)


def _cut(
    claims: Claims, shape: Annotation, owner: npt.NDArray[np.uint16], number: int, size: tuple[int, int]
) -> None:
    x, y, width, height = shape.bbox
    left, top = max(int(x) - 1, 0), max(int(y) - 1, 0)
    window = owner[top : int(y + height) + 2, left : int(x + width) + 2]
    if not ((window > 0) & (window != number)).any():
        return
    mask = _pixels(Geometry(shape.kind, shape.geometry, shape.bbox, shape.area), size) > 0
    rest = mask & ((owner == 0) | (owner == number))
    if np.count_nonzero(rest) != np.count_nonzero(mask):
        claims.cut[shape.pk] = _place_of(rest, size)


def _pixels(place: Geometry, size: tuple[int, int]) -> Mask:
    try:
        return geometry_to_mask({place.kind: place.geometry}, *size)
    except GeometryError:
        # A shape from before its image was replaced: it has no pixel here.
        return np.zeros(size, np.uint8)


def _place_of(mask: npt.NDArray[np.bool_], size: tuple[int, int]) -> Geometry | None:
    """A mask as the store keeps it; None where it is empty."""
    if not mask.any():
        return None
    rle = mask_to_rle(mask)
    return Geometry("mask", rle, *measure({"mask": rle}, *size))
