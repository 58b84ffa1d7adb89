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
Fifths = npt.NDArray[np.int64]

# pycocotools rounds coordinates to fifths of a pixel before it walks along the edges.
_FIFTHS = 5
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


def paint(items: Iterable[tuple[Mapping[str, Any], int]], height: int, width: int, fill: int = 0) -> Mask:
    """Paint geometries in the given order onto a canvas of `fill`, later over earlier.

    Each item is (geometry with one of "polygons", "mask" or "bbox", value 0…255). Returns uint8
    [height, width]. Raises GeometryError for a malformed mask or one of another size.
    """
    canvas = np.full((height, width), fill, np.uint8)
    for geometry, value in items:
        if geometry.get("mask") is not None:
            _paint_rle(canvas, geometry["mask"], value)
            continue
        polygons = geometry.get("polygons")
        for polygon in bbox_to_polygons(geometry["bbox"]) if polygons is None else polygons:
            _paint_polygon(canvas, polygon, value)
    return canvas


def _paint_rle(canvas: Mask, mask: Mapping[str, Any], value: int) -> None:
    """Whole columns as slices, the rest some pixels at a time: memory does not grow with the mask."""
    starts, ends = rle_codec.set_runs(mask)
    if tuple(mask["size"]) != canvas.shape:
        height, width = mask["size"]
        raise GeometryError(f"The mask is {width}×{height}, the image {canvas.shape[1]}×{canvas.shape[0]}.")
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


def _paint_polygon(canvas: Mask, polygon: Polygon, value: int) -> None:
    """Rasterise one part inside its own bounding window, so that small shapes in large images are cheap."""
    height, width = canvas.shape
    exterior = _fifths(polygon["exterior"], height, width)
    if len(exterior) < 3:
        return
    window = _window(exterior)
    covered = _ring_mask(exterior, window)
    for hole in polygon.get("holes") or ():
        ring = _fifths(hole, height, width)
        if len(ring) >= 3:
            covered &= 1 - _hole_mask(ring, window)
    left, top, right, bottom = window
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if x0 >= x1 or y0 >= y1:
        return
    inside = covered[y0 - top : y1 - top, x0 - left : x1 - left] != 0
    canvas[y0:y1, x0:x1][inside] = value


def _window(ring: Fifths) -> tuple[int, int, int, int]:
    """Whole pixels (left, top, right, bottom) around a ring; the ring's coordinates in it are never negative,
    because pycocotools rounds negative ones the other way."""
    left, top = (int(side) // _FIFTHS for side in ring.min(axis=0))
    right, bottom = (int(side) // _FIFTHS + 1 for side in ring.max(axis=0))
    return left, top, right, bottom


def _hole_mask(ring: Fifths, part: tuple[int, int, int, int]) -> Mask:
    """The hole over the part's window; a hole may reach out of its part."""
    own = _window(ring)
    window = min(own[0], part[0]), min(own[1], part[1]), max(own[2], part[2]), max(own[3], part[3])
    left, top = window[:2]
    return _ring_mask(ring, window)[part[1] - top : part[3] - top, part[0] - left : part[2] - left]


def _ring_mask(ring: Fifths, window: tuple[int, int, int, int]) -> Mask:
    left, top, right, bottom = window
    moved = (ring - np.array([left, top]) * _FIFTHS) / _FIFTHS
    encoded = coco.frPyObjects([moved.ravel().tolist()], bottom - top, right - left)
    return rle_codec.rle_to_mask({"size": [bottom - top, right - left], "counts": encoded[0]["counts"]})


def _fifths(ring: Any, height: int, width: int) -> Fifths:
    """Coordinates as whole fifths of a pixel, rounded just as pycocotools does (towards zero after + 0.5).

    Rounding here, once and before the ring is moved into its window, keeps windowed and whole-image
    rasterisation equal to the bit.
    """
    return np.trunc(_clipped(ring, height, width) * _FIFTHS + 0.5).astype(np.int64)


def _clipped(ring: Any, height: int, width: int) -> npt.NDArray[np.float64]:
    """The ring, cut one image's size outside the image: the walk along its edges costs their length."""
    cut = clip_ring(ring, height, width, margin=max(height, width))
    return np.asarray(cut, np.float64).reshape(-1, 2)
