"""What the classical engine has to be better than: two textbook engines round the clicks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

from training.ml.assist.engine import Answer, Box, Mask, Pixels, Point

# Pixels of the image on a side of the neighbourhood, and of what is computed on.
AROUND = 256
SIDE = 128
# Pixels round a click that share its answer.
REACH = 3
BETA = 90.0


@dataclass(frozen=True)
class Photo:
    """The image as it is: neither engine looks ahead."""

    image: Pixels

    @property
    def nbytes(self) -> int:
        return self.image.nbytes


# bool [h, w]: the object in an image, by seeds int8 [h, w]: 1 for it, 0 for the rest, -1 where nobody knows.
Divide = Callable[[Pixels, np.ndarray], Mask]


class _Neighbourhood:
    """Cuts out what lies round the clicks, has it divided, puts the answer back."""

    def __init__(self, divide: Divide) -> None:
        self._divide = divide

    def prepare(self, image: Pixels) -> Photo:
        return Photo(image)

    def segment(
        self, state: Photo, points: Sequence[Point], box: Box | None = None, previous: Any = None
    ) -> Answer:
        height, width = state.image.shape[:2]
        places = np.array([(x, y) for x, y, _ in points])
        middle, reach = (places.min(0) + places.max(0)) / 2, np.ptp(places, 0).max()
        side = max(AROUND, int(reach) + AROUND // 2)
        left, top = (int(max(0, value - side / 2)) for value in middle)
        part = state.image[top : top + side, left : left + side]
        scale = min(1.0, SIDE / max(part.shape[:2]))
        small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        seeds = np.full(small.shape[:2], -1, np.int8)
        # The border of the neighbourhood is not the object, unless clicked.
        seeds[[0, -1], :] = seeds[:, [0, -1]] = 0
        for x, y, belongs in points:
            row, column = int((y - top) * scale), int((x - left) * scale)
            at = (
                slice(max(0, row - REACH), row + REACH + 1),
                slice(max(0, column - REACH), column + REACH + 1),
            )
            seeds[at] = belongs
        found = self._divide(np.ascontiguousarray(small), seeds)
        size = (part.shape[1], part.shape[0])
        large = cv2.resize(found.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) >= 0.5
        mask = np.zeros((height, width), bool)
        mask[top : top + side, left : left + side] = large
        return Answer(mask, 1.0)


def _cut(image: Pixels, seeds: np.ndarray) -> Mask:
    """Colour mixtures and a graph cut, in turn (Rother, Kolmogorov & Blake 2004)."""
    given = np.select([seeds == 1, seeds == 0], [cv2.GC_FGD, cv2.GC_BGD], cv2.GC_PR_FGD).astype(np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(image, given, (0, 0, 1, 1), *models, 5, cv2.GC_INIT_WITH_MASK)
    return np.asarray((given == cv2.GC_FGD) | (given == cv2.GC_PR_FGD))


def _walk(image: Pixels, seeds: np.ndarray) -> Mask:
    """Where a walk that crosses no strong edge arrives first (Grady 2006, equation 8; beta as there, 90 by
    differences scaled to 0…1).
    """
    height, width = seeds.shape
    pixels = image.astype(np.float64) / 255
    numbers = np.arange(height * width).reshape(height, width)
    ends, weights = [], []
    for one, other in (
        ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
        ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
    ):
        difference = ((pixels[one] - pixels[other]) ** 2).sum(-1)
        ends.append((numbers[one].ravel(), numbers[other].ravel()))
        weights.append(np.exp(-BETA * difference.ravel()) + 1e-6)
    rows, columns = (np.concatenate(part) for part in zip(*ends, strict=True))
    weight = np.concatenate(weights)
    graph = sparse.coo_matrix((weight, (rows, columns)), shape=(height * width, height * width)).tocsr()
    graph = graph + graph.T
    laplacian = sparse.diags(np.asarray(graph.sum(1)).ravel()) - graph
    flat = seeds.ravel()
    known, unknown = np.flatnonzero(flat >= 0), np.flatnonzero(flat < 0)
    right = -laplacian.tocsr()[unknown][:, known] @ flat[known].astype(np.float64)
    within = laplacian.tocsr()[unknown][:, unknown]
    scaling = sparse.diags(1 / within.diagonal())
    share, _ = cg(within, right, rtol=1e-3, maxiter=500, M=scaling)
    found = flat == 1
    found[unknown] = share >= 0.5
    return np.asarray(found.reshape(height, width))


class GrabCut(_Neighbourhood):
    def __init__(self) -> None:
        super().__init__(_cut)


class RandomWalker(_Neighbourhood):
    def __init__(self) -> None:
        super().__init__(_walk)
