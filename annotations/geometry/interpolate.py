"""What an object is between two keyframes. The browser does the same arithmetic, so both show the same.

Boxes go linearly. Outlines go vertex by vertex; where they have unlike numbers of vertices, the one with
fewer is sampled by its length where the other has its vertices. Masks go by signed distances (shape-based
interpolation, Raya & Udupa 1990), laid over each other by their centroids: what moves keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from annotations.geometry.measure import bbox_of
from annotations.geometry.raster import bbox_to_polygons, geometry_to_mask
from annotations.geometry.rle import crop_to_rle

Geometry = Mapping[str, Any]
Ring = npt.NDArray[np.float64]
Crop = npt.NDArray[np.uint8]


def interpolate(before: Geometry, after: Geometry, share: float, height: int, width: int) -> dict[str, Any]:
    """The geometry at `share` (0…1) of the way from one to the other, of the kind of both: where the kinds
    differ, of masks, or of polygons between a box and polygons.
    """
    if "bbox" in before and "bbox" in after:
        pairs = zip(before["bbox"], after["bbox"], strict=True)
        return {"bbox": [_between(one, other, share) for one, other in pairs]}
    if "mask" in before or "mask" in after:
        return {"mask": _masks(before, after, share, height, width)}
    return {"polygons": _polygons(_parts(before), _parts(after), share)}


def _between(one: float, other: float, share: float) -> float:
    return one * (1 - share) + other * share


def _parts(geometry: Geometry) -> Sequence[Mapping[str, Any]]:
    return geometry["polygons"] if "polygons" in geometry else bbox_to_polygons(geometry["bbox"])


def _polygons(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], share: float
) -> list[dict[str, Any]]:
    outlines = [_array(part["exterior"]) for part in before], [_array(part["exterior"]) for part in after]
    found = []
    for one, other in paired(*outlines):
        if one is None or other is None:
            # What has no counterpart is there for the half of the way that is nearer to it.
            if (one is None) == (share >= 0.5):
                kept = after[other] if one is None and other is not None else before[one or 0]
                found.append({"exterior": kept["exterior"], "holes": kept.get("holes") or []})
            continue
        holes = _holes(before[one].get("holes") or [], after[other].get("holes") or [], share)
        found.append({"exterior": _ring(outlines[0][one], outlines[1][other], share), "holes": holes})
    return found


def _holes(before: Sequence[Any], after: Sequence[Any], share: float) -> list[Any]:
    rings = [_array(hole) for hole in before], [_array(hole) for hole in after]
    found = []
    for one, other in paired(*rings):
        if one is None or other is None:
            if (one is None) == (share >= 0.5):
                found.append(after[other] if one is None and other is not None else before[one or 0])
            continue
        found.append(_ring(rings[0][one], rings[1][other], share))
    return found


def paired(before: Sequence[Ring], after: Sequence[Ring]) -> list[tuple[int | None, int | None]]:
    """Which ring becomes which, by number: those whose vertices' means are the nearest to each other first;
    None where there is no counterpart left.
    """
    means = [ring.mean(axis=0) for ring in before], [ring.mean(axis=0) for ring in after]
    far = sorted(
        (float(((one - other) ** 2).sum()), i, j)
        for i, one in enumerate(means[0])
        for j, other in enumerate(means[1])
    )
    partner: dict[int, int] = {}
    for _, i, j in far:
        if i not in partner and j not in partner.values():
            partner[i] = j
    found: list[tuple[int | None, int | None]] = [(i, partner.get(i)) for i in range(len(before))]
    return found + [(None, j) for j in range(len(after)) if j not in partner.values()]


def _array(ring: Any) -> Ring:
    return np.asarray(ring, np.float64)


def _ring(before: Ring, after: Ring, share: float) -> list[list[float]]:
    if _area(before) * _area(after) < 0:
        after = after[::-1]
    if len(before) == len(after):
        after = _turned(before, after)
    elif len(before) > len(after):
        after = _sampled(after, before)
    else:
        before = _sampled(before, after)
    ring: list[list[float]] = (before * (1 - share) + after * share).tolist()
    return ring


def _area(ring: Ring) -> float:
    """Twice the signed area."""
    x, y = ring.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def _turned(ring: Ring, other: Ring) -> Ring:
    """The other ring, begun where its vertices lie nearest to those of the first."""
    costs = [float(((ring - np.roll(other, -begin, axis=0)) ** 2).sum()) for begin in range(len(other))]
    return np.roll(other, -_least(costs), axis=0)


def _least(costs: Sequence[float]) -> int:
    """The first of the least; what differs by the rounding of sums alone counts as equal."""
    least = min(costs)
    return next(n for n, cost in enumerate(costs) if cost <= least * (1 + 1e-9) + 1e-9)


def _sampled(ring: Ring, other: Ring) -> Ring:
    """As many points of the ring as the other has vertices, as far apart along it as those are; begun at that
    vertex from which they lie nearest to the other's.
    """
    wanted = _stations(other)
    stations = _stations(ring)
    choices = [_at(ring, stations, wanted + begin) for begin in stations]
    costs = [float(((other - choice) ** 2).sum()) for choice in choices]
    return choices[_least(costs)]


def _stations(ring: Ring) -> npt.NDArray[np.float64]:
    """How far along the ring each vertex lies, as a share of its length."""
    steps = np.sqrt(((np.roll(ring, -1, axis=0) - ring) ** 2).sum(axis=1))
    length = float(steps.sum())
    along = np.concatenate(([0.0], np.cumsum(steps)[:-1]))
    return along / length if length else along


def _at(ring: Ring, stations: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> Ring:
    """The points of the ring at these shares of its length; 1 is where it begins again."""
    wanted = wanted - np.floor(wanted)
    edge = np.searchsorted(stations, wanted, side="right") - 1
    following = np.roll(ring, -1, axis=0)
    until = np.concatenate((stations[1:], [1.0]))
    reach = until[edge] - stations[edge]
    part = np.where(reach > 0, (wanted - stations[edge]) / np.where(reach > 0, reach, 1.0), 0.0)[:, None]
    return np.asarray(ring[edge] * (1 - part) + following[edge] * part)


def _masks(before: Geometry, after: Geometry, share: float, height: int, width: int) -> dict[str, Any]:
    one, other = (_cut(geometry_to_mask(each, height, width)) for each in (before, after))
    if one is None or other is None:
        nearer = (one, other)[share >= 0.5]
        crop, (left, top) = nearer or (np.zeros((1, 1), np.uint8), (0, 0))
        return crop_to_rle(crop, (left, top), (height, width))
    middles = _middle(*one), _middle(*other)
    aim = [_between(*pair, share) for pair in zip(*middles, strict=True)]
    moved = [
        (crop, (left + _round(aim[0] - x), top + _round(aim[1] - y)))
        for (crop, (left, top)), (x, y) in zip((one, other), middles, strict=True)
    ]
    lefts, tops = zip(*(corner for _, corner in moved), strict=True)
    # A pixel of nothing all round: what lies inside is as far from it as from anything outside.
    left, top = min(lefts) - 1, min(tops) - 1
    right = max(x + crop.shape[1] for crop, (x, _) in moved) + 1
    bottom = max(y + crop.shape[0] for crop, (_, y) in moved) + 1
    depths = []
    for crop, (x, y) in moved:
        canvas = np.zeros((bottom - top, right - left), np.uint8)
        canvas[y - top : y - top + crop.shape[0], x - left : x - left + crop.shape[1]] = crop
        depths.append(depth(canvas))
    found = depths[0] * (1 - share) + depths[1] * share > 0
    if not found.any():
        found = depths[int(share >= 0.5)] > 0
    # What has moved beyond the image's edge is not there.
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    crop = np.ascontiguousarray(found[y0 - top : y1 - top, x0 - left : x1 - left]).astype(np.uint8)
    return crop_to_rle(crop, (x0, y0), (height, width))


def _cut(mask: Crop) -> tuple[Crop, tuple[int, int]] | None:
    """The part of a mask that its pixels span, and its corner (left, top); None of an empty one."""
    x, y, wide, high = bbox_of(mask)
    return (mask[y : y + high, x : x + wide], (x, y)) if wide else None


def _middle(crop: Crop, corner: tuple[int, int]) -> tuple[float, float]:
    rows, columns = np.nonzero(crop)
    # Whole numbers are added up, so that the order does not matter.
    return int(columns.sum()) / len(columns) + corner[0], int(rows.sum()) / len(rows) + corner[1]


def _round(value: float) -> int:
    """Halves go up, as in the browser."""
    return math.floor(value + 0.5)


def depth(mask: Crop) -> npt.NDArray[np.float64]:
    """How deep each pixel of a mask [h, w] lies in it, in pixels, negative outside: from its middle to
    the edge half a pixel before the nearest one of the other kind. Both kinds occur.
    """
    inside = distance_transform_edt(mask) - 0.5
    outside = 0.5 - distance_transform_edt(mask == 0)
    return np.where(mask != 0, inside, outside)
