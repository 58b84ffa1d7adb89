"""An image as some thousand small areas of one colour each, and what separates neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Areas:
    """`labels` int32 [h, w] numbers the areas from 0; of each the mean `colour` (Lab) and its `size` in
    pixels; `pairs` [m, 2] of neighbours with the length of the border between them and how strong it is.
    """

    labels: Ints
    colour: Floats
    size: Floats
    pairs: Ints
    length: Floats
    strength: Floats


def areas_of(lab: Floats, gradient: Floats, spacing: int) -> Areas:
    """Cut a Lab image [h, w, 3] by a watershed on its `gradient` [h, w], one area for about every
    `spacing`² pixels.
    """
    labels = _watershed(gradient, spacing)
    count = int(labels.max()) + 1
    flat = labels.ravel()
    size = np.maximum(np.bincount(flat, minlength=count), 1).astype(np.float32)
    sums = [np.bincount(flat, lab[:, :, channel].ravel(), count) for channel in range(3)]
    colour = (np.stack(sums, axis=1) / size[:, None]).astype(np.float32)
    pairs, length, edge = _borders(labels, gradient, count)
    apart = np.linalg.norm(colour[pairs[:, 0]] - colour[pairs[:, 1]], axis=1)
    return Areas(labels, colour, size, pairs, length, (apart + edge).astype(np.float32) / 2)


def _watershed(gradient: Floats, spacing: int) -> Ints:
    """Areas that grow from the flattest pixel of each cell of a grid."""
    height, width = gradient.shape
    markers = np.zeros((height, width), np.int32)
    number = 0
    for top in range(0, height, spacing):
        for left in range(0, width, spacing):
            cell = gradient[top : top + spacing, left : left + spacing]
            row, column = divmod(int(cell.argmin()), cell.shape[1])
            number += 1
            markers[top + row, left + column] = number
    relief = np.clip(gradient * 4, 0, 255).astype(np.uint8)
    cv2.watershed(cv2.merge([relief] * 3), markers)
    # OpenCV leaves lines between the areas and round the picture: they go to the nearest area.
    unknown = markers <= 0
    _, nearest = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[~unknown]] = markers[~unknown]
    return np.asarray(table[nearest] - 1, np.int32)


def _borders(labels: Ints, gradient: Floats, count: int) -> tuple[Ints, Floats, Floats]:
    """Which areas touch, along how many pixel edges, and the mean gradient there."""
    keys, values = [], []
    for axis in (0, 1):
        first, second = (labels[:-1], labels[1:]) if axis == 0 else (labels[:, :-1], labels[:, 1:])
        strong = (
            np.maximum(gradient[:-1], gradient[1:])
            if axis == 0
            else np.maximum(gradient[:, :-1], gradient[:, 1:])
        )
        apart = first != second
        low, high = np.minimum(first[apart], second[apart]), np.maximum(first[apart], second[apart])
        keys.append(low.astype(np.int64) * count + high)
        values.append(strong[apart])
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    length = np.bincount(place).astype(np.float32)
    edge = np.bincount(place, weights=np.concatenate(values)).astype(np.float32) / length
    return np.stack([found // count, found % count], axis=1).astype(np.int32), length, edge
