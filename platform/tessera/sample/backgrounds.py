"""Places where squirrels and butterflies are found, with colours close enough to theirs to mislead."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from tessera.sample.canvas import Array, Colour, fractal_noise, mix


def grass(rng: np.random.Generator, height: int, width: int) -> Array:
    base = mix((0.16, 0.30, 0.08), (0.45, 0.60, 0.22), fractal_noise(rng, height, width, (60, 60)))
    picture = np.ascontiguousarray(base)
    for _ in range(900):
        x, y = rng.uniform(0, width), rng.uniform(0, height * 1.1)
        blade(
            picture, rng, x, y, rng.uniform(10, 34), mix((0.18, 0.36, 0.08), (0.62, 0.74, 0.30), rng.random())
        )
    return _flowers(picture, rng, int(rng.integers(0, 16)))


def bark(rng: np.random.Generator, height: int, width: int) -> Array:
    plates = fractal_noise(rng, height, width, (90, 16), 5)
    fine = fractal_noise(rng, height, width, (14, 4), 3)
    picture = mix((0.20, 0.13, 0.09), (0.60, 0.45, 0.32), 0.7 * plates + 0.3 * fine)
    furrows = np.clip(1 - np.abs(plates - 0.5) * 14, 0, 1)
    picture = mix(picture, (0.11, 0.07, 0.05), 0.75 * furrows)
    moss = np.clip(fractal_noise(rng, height, width, (70, 50)) * 3 - 1.9, 0, 0.8)
    return mix(picture, (0.36, 0.46, 0.18), moss)


def leaves(rng: np.random.Generator, height: int, width: int) -> Array:
    """Fallen leaves in the colours of a squirrel."""
    picture = mix((0.20, 0.12, 0.07), (0.38, 0.24, 0.12), fractal_noise(rng, height, width, (30, 30)))
    picture = np.ascontiguousarray(picture)
    tones: tuple[Colour, ...] = (
        (0.72, 0.36, 0.10),
        (0.60, 0.24, 0.09),
        (0.80, 0.55, 0.16),
        (0.45, 0.30, 0.14),
        (0.55, 0.50, 0.20),
    )
    for _ in range(260):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        tone = np.asarray(tones[rng.integers(len(tones))]) * rng.uniform(0.6, 1.15)
        leaf(picture, rng, x, y, rng.uniform(9, 26), tone)
    return picture


def foliage(rng: np.random.Generator, height: int, width: int) -> Array:
    picture = mix((0.07, 0.15, 0.06), (0.22, 0.36, 0.13), fractal_noise(rng, height, width, (40, 40)))
    picture = np.ascontiguousarray(picture)
    for _ in range(220):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        tone = mix((0.13, 0.30, 0.09), (0.50, 0.68, 0.26), rng.random())
        leaf(picture, rng, x, y, rng.uniform(10, 28), tone)
    return _flowers(picture, rng, int(rng.integers(4, 26)))


def sky(rng: np.random.Generator, height: int, width: int) -> Array:
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    picture = mix((0.28, 0.50, 0.82), (0.78, 0.88, 0.96), down)
    clouds = np.clip(fractal_noise(rng, height, width, (60, 110), 5) * 2.4 - 1.0, 0, 0.95)
    picture = np.ascontiguousarray(mix(picture, (0.97, 0.96, 0.94), clouds))
    for _ in range(int(rng.integers(1, 4))):
        _branch(picture, rng)
    return picture


def stones(rng: np.random.Generator, height: int, width: int) -> Array:
    """Gravel: cells around random points, in the grey of a grey squirrel."""
    count = 170
    points = rng.uniform((0, 0), (height, width), (count, 2)).astype(np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    distances = np.full((2, height, width), np.inf, np.float32)
    owner = np.zeros((height, width), np.int32)
    for number, (y, x) in enumerate(points):
        distance = np.hypot(rows - y, columns - x)
        nearer = distance < distances[0]
        distances[1] = np.where(nearer, distances[0], np.minimum(distances[1], distance))
        distances[0] = np.where(nearer, distance, distances[0])
        owner[nearer] = number
    tones = mix((0.34, 0.33, 0.32), (0.72, 0.69, 0.64), rng.random((count, 1)))[:, 0]
    picture = tones[owner] * (0.8 + 0.35 * fractal_noise(rng, height, width, (8, 8))[..., None])
    return mix(picture, (0.16, 0.15, 0.14), np.clip(1 - (distances[1] - distances[0]) / 4, 0, 1))


BACKGROUNDS: tuple[Callable[[np.random.Generator, int, int], Array], ...] = (
    grass,
    bark,
    leaves,
    foliage,
    sky,
    stones,
)


def blade(
    picture: Array, rng: np.random.Generator, x: float, y: float, length: float, tone: Array | Colour
) -> None:
    """A blade of grass, drawn into a colour image or, with one number as its tone, into a mask."""
    lean = rng.uniform(-0.5, 0.5)
    points = [(x, y), (x + lean * length * 0.4, y - length * 0.6), (x + lean * length, y - length)]
    colour = tuple(float(value) for value in np.atleast_1d(tone))
    cv2.polylines(picture, [_fixed(points)], False, colour, int(rng.integers(1, 3)), cv2.LINE_AA, 4)


def leaf(
    picture: Array, rng: np.random.Generator, x: float, y: float, length: float, tone: Array | Colour
) -> None:
    """A leaf with its midrib."""
    t = np.linspace(0, 1, 14)
    half = 0.30 * np.sin(np.pi * t) ** 0.8 * rng.uniform(0.8, 1.3)
    outline = np.concatenate([np.stack([t - 0.5, half], 1), np.stack([t[::-1] - 0.5, -half[::-1]], 1)])
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = outline @ turn * length + (x, y)
    colour = np.atleast_1d(np.asarray(tone, np.float64))
    cv2.fillPoly(picture, [_fixed(points)], tuple(colour), cv2.LINE_AA, 4)
    if colour.size == 3:
        midrib = np.array([[-0.5, 0], [0.45, 0]]) @ turn * length + (x, y)
        cv2.polylines(picture, [_fixed(midrib)], False, tuple(colour * 0.72), 1, cv2.LINE_AA, 4)


def _flowers(picture: Array, rng: np.random.Generator, count: int) -> Array:
    """Blossoms in the colours of butterflies."""
    tones = (
        (0.95, 0.85, 0.30),
        (0.93, 0.93, 0.95),
        (0.70, 0.35, 0.75),
        (0.90, 0.40, 0.45),
        (0.45, 0.55, 0.92),
    )
    height, width = picture.shape[:2]
    for _ in range(count):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(3, 9)
        tone = np.asarray(tones[rng.integers(len(tones))]) * rng.uniform(0.8, 1.0)
        for angle in np.arange(5) * 2 * np.pi / 5 + rng.uniform(0, 1):
            centre = (x + np.cos(angle) * radius * 0.7, y + np.sin(angle) * radius * 0.7)
            cv2.circle(picture, _pixel(centre), int(radius * 0.55 * 16), tuple(tone), -1, cv2.LINE_AA, 4)
        cv2.circle(picture, _pixel((x, y)), int(radius * 0.4 * 16), (0.85, 0.65, 0.15), -1, cv2.LINE_AA, 4)
    return picture


def _branch(picture: Array, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    x = np.linspace(-10, width + 10, 30)
    y = rng.uniform(0.15, 0.95) * height + np.cumsum(rng.normal(0, height * 0.012, 30))
    points = _fixed(np.stack([x, y], 1))
    cv2.polylines(picture, [points], False, (0.27, 0.19, 0.13), int(rng.integers(4, 11)), cv2.LINE_AA, 4)
    for at in rng.integers(0, 30, 22):
        tone = mix((0.16, 0.32, 0.10), (0.50, 0.62, 0.24), rng.random())
        leaf(picture, rng, x[at], y[at] + rng.uniform(-14, 14), rng.uniform(10, 22), tone)


def _fixed(points: object) -> np.ndarray:
    return np.round(np.asarray(points, np.float64) * 16).astype(np.int32)


def _pixel(point: tuple[float, float]) -> tuple[int, int]:
    return int(point[0] * 16), int(point[1] * 16)
