"""An engine that needs no weights: areas that are nearer to the clicks than to what is not meant, by colour
and by the borders on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from training.ml.assist.engine import Answer, Box, Mask, Pixels, Point
from training.ml.assist.superpixels import Areas, Floats, areas_of

# The longer side that is looked at.
SIDE = 640
SPACING = 10


@dataclass(frozen=True)
class Looked:
    """An image of `height` × `width`, shrunk by `scale` and cut into areas."""

    height: int
    width: int
    scale: float
    areas: Areas

    @property
    def nbytes(self) -> int:
        return self.areas.labels.nbytes + self.areas.pairs.nbytes * 2


class Classical:
    """Grows objects over areas from the clicks."""

    def prepare(self, image: Pixels) -> Looked:
        height, width = image.shape[:2]
        scale = min(1.0, SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
        lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.8), np.float32)
        gradient = _gradient(lab)
        return Looked(height, width, scale, areas_of(lab, gradient, SPACING))

    def segment(
        self, state: Looked, points: Sequence[Point], box: Box | None = None, previous: object = None
    ) -> Answer:
        areas = state.areas
        inside = [_at(state, x, y) for x, y, belongs in points if belongs]
        outside = [_at(state, x, y) for x, y, belongs in points if not belongs]
        if box is not None:
            left, top, right, bottom = _cells(state, box)
            within = np.zeros(areas.labels.shape, bool)
            within[top:bottom, left:right] = True
            share = np.bincount(areas.labels[within], minlength=len(areas.size)) / areas.size
            outside += np.flatnonzero(share < 0.5).tolist()
            if not inside:
                inside = [int(areas.labels[(top + bottom) // 2, (left + right) // 2])]
        if not inside:
            return Answer(np.zeros((state.height, state.width), bool), 0.0)
        near = _distances(areas, inside)
        far = _distances(areas, outside) if outside else np.full(len(areas.size), np.inf, np.float32)
        chosen, score = _cut(areas, near, near < far)
        chosen[inside] = True
        return Answer(_full(state, chosen), score)


def _gradient(lab: Floats) -> Floats:
    across = cv2.Scharr(lab, cv2.CV_32F, 1, 0) / 16
    down = cv2.Scharr(lab, cv2.CV_32F, 0, 1) / 16
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)), np.float32)


def _at(state: Looked, x: float, y: float) -> int:
    height, width = state.areas.labels.shape
    row, column = min(int(y * state.scale), height - 1), min(int(x * state.scale), width - 1)
    return int(state.areas.labels[row, column])


def _cells(state: Looked, box: Box) -> tuple[int, int, int, int]:
    height, width = state.areas.labels.shape
    x, y, w, h = (value * state.scale for value in box)
    left, top = min(round(x), width - 1), min(round(y), height - 1)
    return left, top, max(left + 1, min(round(x + w), width)), max(top + 1, min(round(y + h), height))


def _distances(areas: Areas, sources: list[int]) -> Floats:
    """From the nearest source to each area, over borders that cost what they are strong."""
    count = len(areas.size)
    first, second = areas.pairs.T
    cost = 0.3 + areas.strength
    graph = coo_matrix((cost, (first, second)), shape=(count, count)).tocsr()
    return np.asarray(dijkstra(graph, directed=False, indices=sources, min_only=True), np.float32)


def _cut(areas: Areas, near: Floats, allowed: np.ndarray) -> tuple[np.ndarray, float]:
    """The areas nearer than the distance at which their common outline is the strongest."""
    first, second = areas.pairs.T
    reach = np.where(allowed, near, np.inf)
    low, high = np.minimum(reach[first], reach[second]), np.maximum(reach[first], reach[second])
    levels = np.unique(np.quantile(reach[np.isfinite(reach)], np.linspace(0, 1, 120)))
    best, chosen = -1.0, reach <= levels[0]
    for level in levels:
        crossing = (low <= level) & (high > level)
        total = areas.length[crossing].sum()
        if total == 0:
            continue
        strength = float((areas.length * areas.strength)[crossing].sum() / total)
        if strength > best:
            best, chosen = strength, reach <= level
    return chosen, float(1 - np.exp(-max(best, 0) / 12))


def _full(state: Looked, chosen: np.ndarray) -> Mask:
    """The areas' pixels at the image's size, their outline smooth."""
    small = chosen[state.areas.labels].astype(np.float32)
    if state.scale < 1:
        size = (state.width, state.height)
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(small >= 0.5)
