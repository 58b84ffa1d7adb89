"""The rasteriser: pycocotools' rule for a ring, holes subtracted, parts united, later shapes on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from annotations.geometry import rle as rle_codec
from annotations.geometry.clip import clip_ring
from annotations.geometry.errors import GeometryError

Polygon = Mapping[str, Any]
Mask = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint16]
Canvas = Mask | Numbers
Items = Iterable[tuple[Mapping[str, Any], int]]
Runs = npt.NDArray[np.int64]

_PIXELS_AT_ONCE = 1 << 18


def polygons_to_rle(polygons: Sequence[Polygon], height: int, width: int) -> dict[str, Any]:
    """Rasterise polygons (parts of one object) into compressed COCO RLE of the given size."""
    if any(polygon.get("holes") for polygon in polygons):
        return rle_codec.mask_to_rle(polygons_to_mask(polygons, height, width))
    rings = [_clipped(polygon["exterior"], height, width).ravel().tolist() for polygon in polygons]
    rings = [ring for ring in rings if len(ring) >= 6]
    if not rings:
        return rle_codec.mask_to_rle(np.zeros((height, width), np.uint8))
    encoded = coco.merge(coco.frPyObjects(rings, height, width))
    return {"size": [height, width], "counts": encoded["counts"].decode("ascii")}


def polygons_to_mask(polygons: Sequence[Polygon], height: int, width: int) -> Mask:
    """Rasterise polygons (parts of one object) into uint8 [height, width] of 0 and 1."""
    mask = np.zeros((height, width), np.uint8)
    for polygon in polygons:
        _paint_polygon(mask, polygon, 1)
    return mask


def bbox_to_polygons(bbox: Sequence[float]) -> list[dict[str, Any]]:
    """The rectangle [x, y, width, height] as one polygon."""
    x, y, width, height = bbox
    corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    return [{"exterior": corners, "holes": []}]


def geometry_to_mask(geometry: Mapping[str, Any], height: int, width: int) -> Mask:
    """Rasterise one annotation's geometry into uint8 [height, width] of 0 and 1; raises GeometryError."""
    return paint([(geometry, 1)], height, width, 0)


def paint(items: Items, height: int, width: int, fill: int = 0) -> Mask:
    """Paint geometries in the given order onto a canvas of `fill`, later over earlier.

    Each item is (geometry with one of "polygons", "mask" or "bbox", value 0…255). Returns uint8
    [height, width]. Raises GeometryError for a malformed mask or one of another size.
    """
    canvas = np.full((height, width), fill, np.uint8)
    _paint_all(canvas, items)
    return canvas


def paint_numbers(items: Items, height: int, width: int, fill: int = 0) -> Numbers:
    """As `paint`, with values 0…65535: uint16 [height, width], for maps of object numbers."""
    canvas = np.full((height, width), fill, np.uint16)
    _paint_all(canvas, items)
    return canvas


def _paint_all(canvas: Canvas, items: Items) -> None:
    for geometry, value in items:
        if geometry.get("mask") is not None:
            _paint_rle(canvas, geometry["mask"], value)
            continue
        polygons = geometry.get("polygons")
        for polygon in bbox_to_polygons(geometry["bbox"]) if polygons is None else polygons:
            _paint_polygon(canvas, polygon, value)


def _paint_rle(canvas: Canvas, mask: Mapping[str, Any], value: int) -> None:
    starts, ends = rle_codec.set_runs(mask)
    if tuple(mask["size"]) != canvas.shape:
        height, width = mask["size"]
        raise GeometryError(f"The mask is {width}×{height}, the image {canvas.shape[1]}×{canvas.shape[0]}.")
    _paint_runs(canvas, starts, ends, value)


def _paint_runs(canvas: Canvas, starts: Runs, ends: Runs, value: int) -> None:
    """Whole columns as slices, the rest some pixels at a time: memory does not grow with the mask."""
    height = canvas.shape[0]
    first, last = -(-starts // height), ends // height
    whole = last > first
    for left, right in zip(first[whole].tolist(), last[whole].tolist(), strict=True):
        canvas[:, left:right] = value
    starts, ends = (
        np.concatenate((starts[~whole], starts[whole], last[whole] * height)),
        np.concatenate((ends[~whole], first[whole] * height, ends[whole])),
    )
    lengths = ends - starts
    block = np.cumsum(lengths) // _PIXELS_AT_ONCE
    for piece in np.split(np.arange(len(starts)), np.flatnonzero(np.diff(block)) + 1):
        before = np.cumsum(lengths[piece]) - lengths[piece]
        flat = np.arange(int(lengths[piece].sum())) + np.repeat(starts[piece] - before, lengths[piece])
        columns, rows = np.divmod(flat, height)
        canvas[rows, columns] = value


def _paint_polygon(canvas: Canvas, polygon: Polygon, value: int) -> None:
    starts, ends = _ring_runs(polygon["exterior"], *canvas.shape)
    holes = [_ring_runs(hole, *canvas.shape) for hole in polygon.get("holes") or ()]
    if len(starts) and holes:
        starts, ends = _without(starts, ends, holes)
    _paint_runs(canvas, starts, ends, value)


def _without(starts: Runs, ends: Runs, holes: list[tuple[Runs, Runs]]) -> tuple[Runs, Runs]:
    """The runs of a part less those of its holes."""
    first, last = int(starts[0]), int(ends[-1])
    # How deep a pixel lies in the part (1), and under holes (less than 1).
    depth = np.zeros(last - first + 1, np.int32)
    np.add.at(depth, starts - first, 1)
    np.subtract.at(depth, ends - first, 1)
    for hole_starts, hole_ends in holes:
        np.subtract.at(depth, np.clip(hole_starts, first, last) - first, 1)
        np.add.at(depth, np.clip(hole_ends, first, last) - first, 1)
    edges = np.flatnonzero(np.diff((np.cumsum(depth) == 1).astype(np.int8), prepend=0, append=0)) + first
    return edges[0::2], edges[1::2]


def _ring_runs(ring: Any, height: int, width: int) -> tuple[Runs, Runs]:
    """Where the runs of a ring's pixels start and end, counted down the image's columns.

    The walk is over the whole image, never over a window of it: moving a ring changes how ties between two
    pixels round.
    """
    points = _clipped(ring, height, width)
    if len(points) < 3:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    encoded = coco.frPyObjects([points.ravel().tolist()], height, width)
    return rle_codec.set_runs({"size": [height, width], "counts": encoded[0]["counts"]})


def _clipped(ring: Any, height: int, width: int) -> npt.NDArray[np.float64]:
    """The ring, cut one image's size outside the image: the walk along its edges costs their length."""
    cut = clip_ring(ring, height, width, margin=max(height, width))
    return np.asarray(cut, np.float64).reshape(-1, 2)
