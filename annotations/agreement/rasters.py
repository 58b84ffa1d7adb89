"""An answer's shapes as pixels: which class each has, and what each object covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annotations.geometry import bbox_to_polygons, paint, paint_numbers, polygons_to_rle
from annotations.geometry.rle import check_rle, set_runs

Shape = Mapping[str, Any]
Rle = dict[str, Any]
Grid = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
KINDS = ("polygons", "mask", "bbox")
# The name of pixels that nobody labelled, where classes have ids.
UNLABELLED = ""


def in_order(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes in painting order: by z, and as they stand among the same z."""
    return sorted(shapes, key=lambda shape: shape["z"])


def names_in(answers: Sequence[Sequence[Shape]]) -> list[str]:
    """The classes that occur, behind the name of what nobody labelled: a grid's value is the place here."""
    return [UNLABELLED, *sorted({shape["class"] for shapes in answers for shape in shapes})]


def grid(shapes: Sequence[Shape], names: Sequence[str], height: int, width: int) -> Grid:
    """[height, width] of places in `names`; later shapes cover earlier ones."""
    places = {name: place for place, name in enumerate(names)}
    items = ((place_of(shape), places[shape["class"]]) for shape in in_order(shapes))
    return (paint if len(names) <= 256 else paint_numbers)(items, height, width)


def place_of(shape: Shape) -> dict[str, Any]:
    """A shape's geometry alone, as the rasteriser takes it."""
    kind = next(kind for kind in KINDS if shape.get(kind) is not None)
    return {kind: shape[kind]}


def whole_objects(shapes: Sequence[Shape], height: int, width: int) -> dict[str, list[tuple[int, Rle]]]:
    """By class: where in `shapes` each object stands, and its pixels, those under others too."""
    found: dict[str, list[tuple[int, Rle]]] = {}
    for number, shape in enumerate(shapes):
        found.setdefault(shape["class"], []).append((number, to_rle(shape, height, width)))
    return found


def visible_objects(
    shapes: Sequence[Shape], stuff: Collection[str], height: int, width: int
) -> dict[str, list[tuple[int, Rle]]]:
    """As `whole_objects`, of what lies on top alone, as a panoptic map has it. A class of `stuff` is one
    object however often it is drawn (its number that of its first shape), and what is covered entirely is
    none."""
    numbers: dict[int, tuple[str, int]] = {}
    firsts: dict[str, int] = {}
    items = []
    order = sorted(range(len(shapes)), key=lambda number: shapes[number]["z"])
    for value, number in enumerate(order, start=1):
        shape = shapes[number]
        if shape["class"] in stuff:
            value = firsts.setdefault(shape["class"], value)
        numbers.setdefault(value, (shape["class"], number))
        items.append((place_of(shape), value))
    canvas = paint_numbers(items, height, width)
    found: dict[str, list[tuple[int, Rle]]] = {}
    for value, rle in rles_of(canvas).items():
        name, number = numbers[value]
        found.setdefault(name, []).append((number, rle))
    return found


def to_rle(shape: Shape, height: int, width: int) -> Rle:
    """One shape's pixels as compressed COCO RLE."""
    if shape.get("mask") is not None:
        return dict(shape["mask"])
    polygons = shape.get("polygons")
    return polygons_to_rle(bbox_to_polygons(shape["bbox"]) if polygons is None else polygons, height, width)


def area(rle: Rle) -> int:
    starts, ends = set_runs(rle)
    return int((ends - starts).sum())


def rles_of(canvas: Grid) -> dict[int, Rle]:
    """The pixels of each number but 0, by number; the canvas is walked once."""
    height, width = canvas.shape
    flat = np.ascontiguousarray(canvas.T).ravel()
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    ends = np.append(starts[1:], flat.size)
    held = flat[starts]
    order = np.argsort(held, kind="stable")
    values, firsts = np.unique(held[order], return_index=True)
    return {
        int(value): from_runs(starts[group], ends[group], height, width)
        for value, group in zip(values, np.split(order, firsts[1:]), strict=True)
        if value
    }


def from_runs(starts: npt.NDArray[Any], ends: npt.NDArray[Any], height: int, width: int) -> Rle:
    """The compressed RLE of runs counted down the columns, in order, no two of which touch."""
    bounds = np.empty(2 * len(starts), np.int64)
    bounds[0::2], bounds[1::2] = starts, ends
    counts = np.diff(bounds, prepend=0, append=height * width)
    if counts[-1] == 0:
        counts = counts[:-1]
    return check_rle({"size": [height, width], "counts": counts.tolist()})
