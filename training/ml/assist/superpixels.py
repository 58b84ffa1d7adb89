"""A picture as some hundred small areas of one colour each, and what separates neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Areas:
    """`labels` int32 [h, w] numbers the areas from 0. Of each the mean `colour` (Lab), the mean `square` of
    its distance to black, the `size` in pixels, the `centre` (x, y) and how much of the picture's edge it
    is; `pairs` [m, 2] of neighbours, the `length` of the border between them and how strong it is.
    """

    labels: Ints
    colour: Floats
    square: Floats
    size: Floats
    centre: Floats
    rim: Floats
    pairs: Ints
    length: Floats
    strength: Floats


def areas_of(lab: Floats, spacing: int) -> Areas:
    """Cut a Lab picture float32 [h, w, 3] into about one area for every `spacing`² pixels."""
    gradient = gradient_of(lab)
    labels = _watershed(gradient, spacing)
    flat = labels.ravel()
    count = int(flat.max()) + 1
    size = np.maximum(np.bincount(flat, minlength=count), 1).astype(np.float32)
    rows, columns = np.indices(labels.shape, np.float32)

    def mean(values: Any) -> Floats:
        return np.asarray(np.bincount(flat, values.ravel(), count) / size, np.float32)

    colour = np.stack([mean(lab[:, :, channel]) for channel in range(3)], axis=1)
    centre = np.stack([mean(columns), mean(rows)], axis=1)
    edges = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    rim = np.bincount(np.concatenate(edges), minlength=count).astype(np.float32)
    pairs, length, edge = _borders(labels, gradient, count)
    apart = np.linalg.norm(colour[pairs[:, 0]] - colour[pairs[:, 1]], axis=1)
    strength = ((apart + edge) / 2).astype(np.float32)
    return Areas(labels, colour, mean((lab**2).sum(axis=2)), size, centre, rim, pairs, length, strength)


def gradient_of(lab: Floats) -> Floats:
    """How much the colour changes at each pixel."""
    across = cv2.Scharr(lab, cv2.CV_32F, 1, 0) / 16
    down = cv2.Scharr(lab, cv2.CV_32F, 0, 1) / 16
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)), np.float32)


def _watershed(gradient: Floats, spacing: int) -> Ints:
    """Areas that grow from the flattest pixel of each cell of a grid."""
    height, width = gradient.shape
    down, across = -(-height // spacing), -(-width // spacing)
    padded = np.full((down * spacing, across * spacing), np.inf, np.float32)
    padded[:height, :width] = gradient
    cells = padded.reshape(down, spacing, across, spacing).transpose(0, 2, 1, 3).reshape(down, across, -1)
    row, column = np.divmod(cells.argmin(axis=2), spacing)
    markers = np.zeros((height, width), np.int32)
    row += np.arange(down)[:, None] * spacing
    column += np.arange(across)[None, :] * spacing
    markers[row, column] = np.arange(1, down * across + 1).reshape(down, across)
    relief = np.clip(gradient * 4, 0, 255).astype(np.uint8)
    cv2.watershed(cv2.merge([relief] * 3), markers)
    # OpenCV leaves lines between the areas and round the picture: they go to the nearest area.
    unknown = markers <= 0
    if unknown.all():
        return np.zeros((height, width), np.int32)
    _, nearest = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[~unknown]] = markers[~unknown]
    labels = table[nearest] - 1
    return np.asarray(np.unique(labels, return_inverse=True)[1].reshape(labels.shape), np.int32)


def _borders(labels: Ints, gradient: Floats, count: int) -> tuple[Ints, Floats, Floats]:
    """Which areas touch, along how many pixels, and the mean gradient there."""
    keys, values = [], []
    for first, second in (
        ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
        ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
    ):
        apart = labels[first] != labels[second]
        one, other = labels[first][apart], labels[second][apart]
        keys.append(np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other))
        values.append(np.maximum(gradient[first], gradient[second])[apart])
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    length = np.bincount(place, minlength=len(found)).astype(np.float32)
    edge = np.bincount(place, np.concatenate(values), len(found)) / np.maximum(length, 1)
    pairs = np.stack([found // count, found % count], axis=1).astype(np.int32)
    return pairs, length, edge.astype(np.float32)
