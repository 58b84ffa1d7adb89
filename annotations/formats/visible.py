"""Objects as they lie on top of each other: what formats keep that give each pixel to one object."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from annotations.agreement.rasters import rles_of
from annotations.formats.records import ExportImage, Shape
from annotations.geometry import measure, paint_numbers

Numbers = npt.NDArray[np.uint16]


class Object(NamedTuple):
    """What of an object is to be seen: its number on the canvas, its first shape, box and area in pixels."""

    number: int
    shape: Shape
    box: list[float]
    area: float


def visible(
    image: ExportImage, shapes: Iterable[Shape], stuff: Collection[str], hollow: Collection[str] = ()
) -> tuple[Numbers, list[Object]]:
    """A canvas uint16 [height, width] of numbers, 0 where nothing is, and the objects in painting order.

    Shapes of one track and class are one object, and so are all of a class of `stuff` and all crowds of a
    class. Classes of `hollow` cover others and are no objects. What is covered entirely is none either.
    """
    numbers: dict[Any, int] = {}
    firsts: dict[int, Shape] = {}
    items = []
    for shape in shapes:
        if shape.label in hollow:
            items.append((shape.geometry, 0))
            continue
        number = numbers.setdefault(_key(shape, stuff, len(numbers)), len(numbers) + 1)
        firsts.setdefault(number, shape)
        items.append((shape.geometry, number))
    canvas = paint_numbers(items, image.height, image.width)
    found = []
    for number, rle in rles_of(canvas).items():
        box, area = measure({"mask": rle}, image.height, image.width)
        found.append(Object(number, firsts[number], box, area))
    return canvas, found


def is_crowd(shape: Shape) -> bool:
    return shape.attributes.get("iscrowd") == 1


def _key(shape: Shape, stuff: Collection[str], number: int) -> Any:
    if shape.label in stuff:
        return shape.label
    if is_crowd(shape):
        return shape.label, "crowd"
    return (shape.label, shape.track) if shape.track else number
