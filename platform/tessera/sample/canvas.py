"""A layer to draw on: float colours with an alpha channel, and the noise that makes surfaces look alive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# Colours and coverage, float in 0…1.
Array = NDArray[Any]
Colour = Sequence[float]


def fractal_noise(
    rng: np.random.Generator, height: int, width: int, cell: tuple[float, float], octaves: int = 4
) -> Array:
    """Smooth noise in 0…1, [height, width]; `cell` is the size in pixels (y, x) of its largest features."""
    total = np.zeros((height, width), np.float32)
    weight, sum_of_weights = 1.0, 0.0
    for octave in range(octaves):
        rows = max(2, int(height / cell[0] * 2**octave) + 2)
        columns = max(2, int(width / cell[1] * 2**octave) + 2)
        grid = rng.random((rows, columns), np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        sum_of_weights += weight
        weight *= 0.55
    total /= sum_of_weights
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def mix(first: Colour | Array, second: Colour | Array, share: Array | float) -> Array:
    """Between two colours (or colour images), by a map or number in 0…1."""
    part = np.asarray(share, np.float32)
    if part.ndim == 2:
        part = part[..., None]
    mixed: Array = np.asarray(first, np.float32) * (1 - part) + np.asarray(second, np.float32) * part
    return mixed


def smooth_path(points: Sequence[tuple[float, float]], count: int = 120) -> Array:
    """A Catmull-Rom curve through the points, [count, 2]."""
    given = np.asarray(points, np.float32)
    padded = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    where = np.linspace(0, len(given) - 1 - 1e-4, count)
    segment = where.astype(int)
    t = (where - segment)[:, None].astype(np.float32)
    before, start, end, after = (padded[segment + offset] for offset in range(4))
    curve: Array = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return curve


class Canvas:
    """Square, `size` pixels a side; shapes are given in the unit square, y down."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.colour: Array = np.zeros((size, size, 3), np.float32)
        self.alpha: Array = np.zeros((size, size), np.float32)

    def ellipse(self, x: float, y: float, rx: float, ry: float, angle: float = 0.0) -> Array:
        shape = np.zeros((self.size, self.size), np.uint8)
        box = ((x * self.size, y * self.size), (2 * rx * self.size, 2 * ry * self.size), angle)
        cv2.ellipse(shape, box, 255, -1, cv2.LINE_AA)
        return shape.astype(np.float32) / 255

    def polygon(self, points: Array | Sequence[tuple[float, float]]) -> Array:
        shape = np.zeros((self.size, self.size), np.uint8)
        cv2.fillPoly(shape, [self._fixed(points)], 255, cv2.LINE_AA, 4)
        return shape.astype(np.float32) / 255

    def stroke(self, points: Array, widths: Array) -> Array:
        """A line with a width at each of its points: discs along it."""
        shape = np.zeros((self.size, self.size), np.uint8)
        for (x, y), width in zip(self._fixed(points), widths, strict=True):
            cv2.circle(shape, (int(x), int(y)), int(width * self.size * 16 / 2), 255, -1, cv2.LINE_AA, 4)
        return shape.astype(np.float32) / 255

    def line(self, points: Array | Sequence[tuple[float, float]], width: float) -> Array:
        shape = np.zeros((self.size, self.size), np.uint8)
        thickness = max(1, round(width * self.size))
        cv2.polylines(shape, [self._fixed(points)], False, 255, thickness, cv2.LINE_AA, 4)
        return shape.astype(np.float32) / 255

    def paint(self, shape: Array, colour: Colour | Array) -> None:
        """Lay a shape in a colour (or a colour image) over what is there."""
        part = _extent(shape)
        cover = shape[part][..., None]
        self.colour[part] = self.colour[part] * (1 - cover) + _cut(colour, part) * cover
        self.alpha[part] = np.maximum(self.alpha[part], shape[part])

    def tint(self, shape: Array, colour: Colour | Array, strength: float) -> None:
        """Colour what is there already; the outline stays."""
        part = _extent(shape)
        cover = (shape[part] * self.alpha[part] * strength)[..., None]
        self.colour[part] = self.colour[part] * (1 - cover) + _cut(colour, part) * cover

    def _fixed(self, points: Array | Sequence[tuple[float, float]]) -> NDArray[np.int32]:
        """Points in cv2's fixed-point numbers with four fractional bits."""
        return np.round(np.asarray(points, np.float32) * self.size * 16).astype(np.int32)


def _extent(shape: Array) -> tuple[slice, slice]:
    """Where a shape is: most are small spots on a large canvas."""
    x, y, width, height = cv2.boundingRect((shape > 0).view(np.uint8))
    return slice(y, y + height), slice(x, x + width)


def _cut(colour: Colour | Array, part: tuple[slice, slice]) -> Array:
    values = np.asarray(colour, np.float32)
    return values[part] if values.ndim == 3 else values
