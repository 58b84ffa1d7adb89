"""One class a pixel: which pixels shapes get that are taken over into a semantic project.

What a person drew or corrected is drawn over what lies below, as the brush does it. What a model proposed and
nobody touched gets the pixels that no shape of another class has: it covers nobody's work.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from annotations.geometry import measure, paint_numbers
from annotations.geometry.overlap import to_rle
from annotations.geometry.rle import places_to_rle, rle_to_places
from annotations.models import Annotation
from annotations.services.shapes import Geometry

Pixels = npt.NDArray[np.int64]
Owner = npt.NDArray[np.uint16]


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
    size = (height, width)
    claims = Claims(made=[each.place for each in wanted])
    numbers: dict[uuid.UUID, int] = {}
    for key in [*(shape.label_class_id for shape in existing), *(each.label_class for each in wanted)]:
        numbers.setdefault(key, len(numbers) + 1)
    # Which class has each pixel, counted down the columns as masks are: 0 none, n the n-th.
    owner = np.zeros(height * width, np.uint16)
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
    below = paint_numbers(items, height, width).ravel(order="F")
    np.copyto(owner, below, where=owner == 0)
    for number, each in enumerate(wanted):
        if not each.drawn:
            claims.made[number] = _take(owner, numbers[each.label_class], each.place, size)
    return claims


def _take(owner: Owner, number: int, place: Geometry, size: tuple[int, int]) -> Geometry | None:
    """What of a place is free or of its class already; the rest of it is now its own."""
    pixels = _pixels(place, size)
    there = owner[pixels]
    free = pixels[(there == 0) | (there == number)]
    owner[free] = number
    return place if len(free) == len(pixels) else _place_of(free, size)


def _cut(claims: Claims, shape: Annotation, owner: Owner, number: int, size: tuple[int, int]) -> None:
    pixels = _pixels(Geometry(shape.kind, shape.geometry, shape.bbox, shape.area), size)
    there = owner[pixels]
    rest = pixels[(there == 0) | (there == number)]
    if len(rest) != len(pixels):
        claims.cut[shape.pk] = _place_of(rest, size)


def _pixels(place: Geometry, size: tuple[int, int]) -> Pixels:
    if place.kind == "mask" and tuple(place.geometry["size"]) != size:
        # From before its image was replaced: it has no pixel here.
        return np.zeros(0, np.int64)
    return rle_to_places(to_rle({place.kind: place.geometry}, *size))


def _place_of(pixels: Pixels, size: tuple[int, int]) -> Geometry | None:
    """Pixels as the store keeps them; None where there are none."""
    if not len(pixels):
        return None
    rle = places_to_rle(pixels, size)
    return Geometry("mask", rle, *measure({"mask": rle}, *size))
