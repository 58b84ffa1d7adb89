"""Size and place of shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from annotations.geometry import rle as rle_codec


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
    rings = [_flat(part["exterior"]) for part in parts]
    x0, y0 = min(min(ring[0::2]) for ring in rings), min(min(ring[1::2]) for ring in rings)
    x1, y1 = max(max(ring[0::2]) for ring in rings), max(max(ring[1::2]) for ring in rings)
    # A cleaned shape lies inside the image: nothing has to be cut before it is rasterised.
    covered = coco.frPyObjects(rings, height, width)
    for number, part in enumerate(parts):
        if part.get("holes"):
            holes = coco.merge(coco.frPyObjects([_flat(hole) for hole in part["holes"]], height, width))
            covered[number] = coco.merge([covered[number], _complement(holes)], intersect=True)
    whole = covered[0] if len(covered) == 1 else coco.merge(covered)
    return [x0, y0, x1 - x0, y1 - y0], float(coco.area(whole))


def _flat(ring: Any) -> list[float]:
    return [number for point in ring for number in point]


def _complement(rle: Mapping[str, Any]) -> Any:
    """Everything a mask leaves out. Runs cost as much as the outline is long, pixels as the area is large."""
    counts = rle_codec.runs(rle).tolist()
    turned = counts[1:] if counts[0] == 0 else [0, *counts]
    return coco.frPyObjects({"size": rle["size"], "counts": turned}, *rle["size"])


def _measure_rle(rle: Mapping[str, Any]) -> tuple[list[float], float]:
    starts, ends = rle_codec.set_runs(rle)
    if not len(starts):
        return [0.0, 0.0, 0.0, 0.0], 0.0
    height = int(rle["size"][0])
    left, right = int(starts[0]) // height, int(ends[-1] - 1) // height + 1
    if (starts // height != (ends - 1) // height).any():
        # A run that goes on in the next column has touched the lowest row and the highest.
        top, bottom = 0, height
    else:
        top, bottom = int((starts % height).min()), int(((ends - 1) % height).max()) + 1
    box = [float(left), float(top), float(right - left), float(bottom - top)]
    return box, float((ends - starts).sum())
