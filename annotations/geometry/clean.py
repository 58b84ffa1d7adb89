"""What the store accepts as a shape, and what it makes of the rest. The rules, which problems quote:

- every number is finite, a ring has at least three different points that are not all on one line;
- a closing point that repeats the first, and points that repeat the one before, are dropped;
- what lies outside the image is cut off at its border; a shape wholly outside is refused;
- a ring may cross itself: a point is inside when a ray from it crosses the ring an odd number of times;
- a mask has exactly the image's size and sets at least one pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from math import isfinite
from operator import eq
from typing import Any

from annotations.geometry.clip import clip_ring
from annotations.geometry.errors import GeometryError
from annotations.geometry.rle import check_rle, runs

KINDS = ("polygons", "mask", "bbox")
# Beyond it neighbouring whole numbers are the same float.
_LARGEST_WHOLE = 1 << 53


def clean_geometry(geometry: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    """The geometry as the store keeps it: exactly one of "polygons", "mask", "bbox". Raises GeometryError."""
    given = [kind for kind in KINDS if geometry.get(kind) is not None]
    if len(given) != 1:
        raise GeometryError("Give exactly one of polygons, mask or bbox.")
    kind = given[0]
    if kind == "polygons":
        return {"polygons": _polygons(geometry["polygons"], height, width)}
    if kind == "mask":
        return {"mask": _mask(geometry["mask"], height, width)}
    return {"bbox": _box(geometry["bbox"], height, width)}


def _polygons(value: Any, height: int, width: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise GeometryError('Polygons are a list of {"exterior": [[x, y], …], "holes": […]}.')
    parts = []
    for part in value:
        if not isinstance(part, Mapping) or "exterior" not in part:
            raise GeometryError('A polygon is {"exterior": [[x, y], …], "holes": […]}.')
        holes = part.get("holes") or []
        if not isinstance(holes, list):
            raise GeometryError("A polygon's holes are a list of rings.")
        exterior = _cleaned(part["exterior"], height, width)
        rings = [_cleaned(hole, height, width) for hole in holes]
        if exterior:
            parts.append({"exterior": exterior, "holes": [ring for ring in rings if ring]})
    if not parts:
        raise GeometryError("The polygon lies wholly outside the image.")
    return parts


def _cleaned(value: Any, height: int, width: int) -> list[list[float]]:
    if _is_clean(value, height, width):
        return value  # type: ignore[no-any-return]
    return _clipped(_ring(value), height, width)


def _is_clean(value: Any, height: int, width: int) -> bool:
    """Whether a ring is as the store keeps it; what most rings of imports are is found without a loop."""
    if type(value) is not list or len(value) < 3 or set(map(type, value)) != {list}:
        return False
    if set(map(len, value)) != {2}:
        return False
    numbers = list(chain.from_iterable(value))
    if not set(map(type, numbers)) <= {int, float} or not _is_finite_sum(numbers):
        return False
    x, y = numbers[0::2], numbers[1::2]
    if min(x) < 0 or min(y) < 0 or max(x) > width or max(y) > height:
        return False
    repeats = value[0] == value[-1] or any(map(eq, value, islice(value, 1, None)))
    return not repeats and not _on_one_line(value)


def _is_finite_sum(numbers: list[float]) -> bool:
    """Whether all numbers are finite: a sum with NaN or an infinity is none."""
    try:
        return isfinite(sum(numbers))
    except OverflowError:
        return False


def _ring(value: Any) -> list[list[float]]:
    if not isinstance(value, list):
        raise GeometryError("A ring is a list of points [x, y].")
    points = []
    for point in value:
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            raise GeometryError("A point is [x, y].")
        x, y = point
        # The common case without a call: imports bring millions of coordinates.
        if not (type(x) is type(y) is float and isfinite(x) and isfinite(y)):
            x, y = _number(x), _number(y)
        points.append([x, y])
    ring = _without_repeats(points)
    if len(ring) < 3:
        raise GeometryError(f"A ring needs three different points; this one has {len(ring)}.")
    if _on_one_line(ring):
        raise GeometryError("All points of the ring lie on one line.")
    return ring


def _without_repeats(points: list[list[float]]) -> list[list[float]]:
    ring = [point for before, point in zip([None, *points], points, strict=False) if point != before]
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring


def _on_one_line(ring: list[list[float]]) -> bool:
    (x0, y0), (x1, y1) = ring[0], ring[1]
    return all((x1 - x0) * (y - y0) == (y1 - y0) * (x - x0) for x, y in ring[2:])


def _clipped(ring: list[list[float]], height: int, width: int) -> list[list[float]]:
    cut = clip_ring(ring, height, width)
    if cut is ring:
        return ring
    inside = _without_repeats([list(point) for point in cut])
    return inside if len(inside) >= 3 and not _on_one_line(inside) else []


def _mask(value: Any, height: int, width: int) -> dict[str, Any]:
    if isinstance(value, Mapping) and value.get("size") != [height, width]:
        raise GeometryError(f"The mask's size {value.get('size')!r} is not the image's [{height}, {width}].")
    if not runs(value)[1::2].any():
        raise GeometryError("The mask is empty.")
    return check_rle(value)


def _box(value: Any, height: int, width: int) -> list[float]:
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise GeometryError("A box is [x, y, width, height].")
    x, y, box_width, box_height = (_number(number) for number in value)
    if box_width <= 0 or box_height <= 0:
        raise GeometryError("A box's width and height are greater than 0.")
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + box_width, width), min(y + box_height, height)
    if x0 >= x1 or y0 >= y1:
        raise GeometryError("The box lies wholly outside the image.")
    if (x0, y0, x1, y1) == (x, y, x + box_width, y + box_height):
        return [x, y, box_width, box_height]
    return [x0, y0, x1 - x0, y1 - y0]


def _number(value: Any) -> float:
    try:
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:  # a whole number beyond every float
        good = False
    if not good:
        raise GeometryError(f"A coordinate is a finite number, not {str(value)[:40]!r}.")
    return float(value) if abs(value) > _LARGEST_WHOLE else value  # type: ignore[no-any-return]
