"""Cutting a ring at a rectangle (Sutherland and Hodgman, Reentrant polygon clipping, 1974)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Ring = list[list[float]]


def clip_ring(ring: Any, height: int, width: int, margin: float = 0) -> Sequence[Sequence[float]]:
    """The ring cut at the image's border, widened by `margin` pixels; the same object if nothing sticks out.

    The covered area inside stays what it was under the even-odd rule; edges may run along the border. A ring
    wholly outside gives fewer than three points.
    """
    points = np.asarray(ring, np.float64).reshape(-1, 2)
    low, right, bottom = -margin, width + margin, height + margin
    if not len(points):
        return ring  # type: ignore[no-any-return]
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    if x0 >= low and y0 >= low and x1 <= right and y1 <= bottom:
        return ring  # type: ignore[no-any-return]
    cut: Ring = points.tolist()
    for axis, limit, keep_above in ((0, low, True), (0, right, False), (1, low, True), (1, bottom, False)):
        cut = _cut(cut, axis, limit, keep_above)
    return cut


def _cut(ring: Ring, axis: int, limit: float, keep_above: bool) -> Ring:
    kept: Ring = []
    for before, point in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
        inside_before = before[axis] >= limit if keep_above else before[axis] <= limit
        inside = point[axis] >= limit if keep_above else point[axis] <= limit
        if inside != inside_before:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
            kept.append([limit, other] if axis == 0 else [other, limit])
        if inside:
            kept.append(point)
    return kept
