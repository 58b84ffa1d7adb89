"""Polygons with parts and holes as one ring, for formats that know nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ring = npt.NDArray[np.float64]
# Distances of so many pairs of points are looked at at a time.
_PAIRS = 1 << 20


def one_ring(polygons: Sequence[Mapping[str, Any]]) -> list[list[float]]:
    """One ring that covers what the polygons do: parts and holes hang on it by cuts without width.

    A cut is walked there and back, so that it encloses nothing, whichever rule fills the ring; holes run
    against the way of what surrounds them.
    """
    if len(polygons) == 1 and not polygons[0].get("holes"):
        return [[x, y] for x, y in polygons[0]["exterior"]]
    rings = [_directed(part["exterior"], True) for part in polygons]
    rings += [_directed(hole, False) for part in polygons for hole in part.get("holes") or ()]
    joined, *rest = rings
    for ring in rest:
        here, there = _nearest(joined, ring)
        around = np.roll(ring, -there, axis=0)
        # There, around, back to where the cut began.
        joined = np.concatenate((joined[: here + 1], around, around[:1], joined[here:]))
    points: list[list[float]] = joined.tolist()
    return points


def _directed(ring: Sequence[Sequence[float]], is_outer: bool) -> Ring:
    """The ring clockwise as it is seen, or against it for a hole."""
    points = np.asarray(ring, np.float64)
    x, y = points[:, 0], points[:, 1]
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return points if (area > 0) == is_outer else points[::-1]


def _nearest(one: Ring, other: Ring) -> tuple[int, int]:
    """The numbers of the two points of the rings that are nearest to each other."""
    step = max(1, _PAIRS // len(other))
    best = (np.inf, 0, 0)
    for start in range(0, len(one), step):
        block = one[start : start + step]
        far = ((block[:, None, :] - other[None, :, :]) ** 2).sum(axis=2)
        here, there = np.unravel_index(int(far.argmin()), far.shape)
        best = min(best, (float(far[here, there]), start + int(here), int(there)))
    return best[1], best[2]
