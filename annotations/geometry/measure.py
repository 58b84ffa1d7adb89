"""Size and place of shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from annotations.geometry import rle as rle_codec
from annotations.geometry.raster import polygons_to_rle


def bbox_of(mask: npt.NDArray[Any]) -> list[int]:
    """The box [x, y, width, height] around a mask's pixels; four zeros for an empty mask."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return [0, 0, 0, 0]
    x, y = int(columns[0]), int(rows[0])
    return [x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y]


def area_of(mask: npt.NDArray[Any]) -> int:
    """How many pixels a mask sets."""
    return int(np.count_nonzero(mask))


def measure(geometry: Mapping[str, Any], height: int, width: int) -> tuple[list[float], float]:
    """The box [x, y, width, height] and the area of a cleaned geometry.

    The area counts the rasteriser's pixels (a box's is width × height). The box of polygons is that of their
    coordinates, the box of a mask that of its pixels.
    """
    if geometry.get("bbox") is not None:
        box = [float(value) for value in geometry["bbox"]]
        return box, box[2] * box[3]
    if geometry.get("mask") is not None:
        return _measure_rle(geometry["mask"])
    parts = geometry["polygons"]
    rings = [[number for point in part["exterior"] for number in point] for part in parts]
    x0, y0 = min(min(ring[0::2]) for ring in rings), min(min(ring[1::2]) for ring in rings)
    x1, y1 = max(max(ring[0::2]) for ring in rings), max(max(ring[1::2]) for ring in rings)
    if any(part.get("holes") for part in parts):
        rle = polygons_to_rle(parts, height, width)
    else:
        # A cleaned shape lies inside the image: nothing has to be cut before it is rasterised.
        rle = coco.merge(coco.frPyObjects(rings, height, width))
    return [x0, y0, x1 - x0, y1 - y0], float(coco.area(rle))


def _measure_rle(rle: Mapping[str, Any]) -> tuple[list[float], float]:
    rows, columns = rle_codec.set_pixels(rle)
    if not len(rows):
        return [0.0, 0.0, 0.0, 0.0], 0.0
    x, y = int(columns[0]), int(rows.min())
    return [float(x), float(y), float(columns[-1] + 1 - x), float(rows.max() + 1 - y)], float(len(rows))
