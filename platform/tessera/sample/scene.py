"""One picture: a place, animals in it, something in front of them, and the light of the moment."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tessera.sample import butterfly, squirrel
from tessera.sample.backgrounds import BACKGROUNDS, blade, leaf
from tessera.sample.canvas import Array, fractal_noise, mix

SIZES = ((240, 320), (264, 352), (288, 384), (320, 240), (288, 288))
# Less of an animal than this many visible pixels is not annotated, so it is not drawn either.
SMALLEST = 120
KINDS = ("squirrel", "butterfly")


@dataclass
class Scene:
    """`image` uint8 [h, w, 3]; `objects`: class name and the mask (uint8 0/1 [h, w]) of what is visible."""

    image: NDArray[np.uint8]
    objects: list[tuple[str, NDArray[np.uint8]]]


def draw(rng: np.random.Generator) -> Scene:
    height, width = SIZES[rng.integers(len(SIZES))]
    picture = BACKGROUNDS[rng.integers(len(BACKGROUNDS))](rng, height, width)
    picture = cv2.GaussianBlur(np.ascontiguousarray(picture, np.float32), (0, 0), rng.uniform(0.4, 1.6))
    layers: list[tuple[str, NDArray[np.bool_]]] = []
    for kind in _who(rng):
        colour, alpha = _placed(rng, kind, height, width)
        here = alpha >= 0.5
        if here.sum() < SMALLEST or any((before & ~here).sum() < SMALLEST for _, before in layers):
            continue
        picture = _over(_shadow(picture, alpha), colour, alpha)
        layers = [(name, before & ~here) for name, before in layers]
        layers.append((kind, here))
    front, cover = _foreground(rng, height, width)
    hidden = cover >= 0.5
    if all((mask & ~hidden).sum() >= SMALLEST for _, mask in layers):
        picture = _over(picture, front, cover)
        layers = [(name, mask & ~hidden) for name, mask in layers]
    return Scene(_photographed(rng, picture), [(name, mask.astype(np.uint8)) for name, mask in layers])


def _who(rng: np.random.Generator) -> list[str]:
    count = int(rng.choice([1, 2, 3, 4], p=[0.25, 0.45, 0.25, 0.05]))
    return [KINDS[i] for i in rng.integers(0, 2, count)]


def _placed(rng: np.random.Generator, kind: str, height: int, width: int) -> tuple[Array, Array]:
    """An animal somewhere in the picture: colours [h, w, 3] times alpha, and alpha [h, w]."""
    canvas = squirrel.draw(rng) if kind == "squirrel" else butterfly.draw(rng)
    shortest = min(height, width)
    share = rng.uniform(0.50, 1.0) if kind == "squirrel" else rng.uniform(0.34, 0.80)
    angle = rng.uniform(-25, 25) if kind == "squirrel" else rng.uniform(-180, 180)
    if rng.random() < 0.5:
        canvas.colour, canvas.alpha = canvas.colour[:, ::-1], canvas.alpha[:, ::-1]
    size = max(24, round(share * shortest))
    # First to its size by areas, then turned: turning while shrinking would drop the fine lines.
    layered = np.dstack([canvas.colour * canvas.alpha[..., None], canvas.alpha])
    layered = cv2.resize(layered, (size, size), interpolation=cv2.INTER_AREA)
    centre = rng.uniform(0.12, 0.88) * width, rng.uniform(0.20, 0.85) * height
    turn: Array = cv2.getRotationMatrix2D((size / 2, size / 2), angle, 1.0)
    turn[:, 2] += np.array(centre) - size / 2
    placed = cv2.warpAffine(layered, turn, (width, height), flags=cv2.INTER_LINEAR)
    light = rng.uniform(0.75, 1.12)
    return placed[..., :3] * light, placed[..., 3]


def _shadow(picture: Array, alpha: Array) -> Array:
    moved = np.roll(alpha, (5, 3), axis=(0, 1))
    shade = cv2.GaussianBlur(moved, (0, 0), 5)
    shaded: Array = picture * (1 - 0.45 * shade[..., None])
    return shaded


def _over(picture: Array, colour: Array, alpha: Array) -> Array:
    laid: Array = picture * (1 - alpha[..., None]) + colour
    return laid


def _foreground(rng: np.random.Generator, height: int, width: int) -> tuple[Array, Array]:
    """Blades of grass or leaves before the animals: premultiplied colours, and their alpha."""
    cover = np.zeros((height, width), np.float32)
    tones: Array = mix((0.20, 0.38, 0.10), (0.66, 0.76, 0.34), fractal_noise(rng, height, width, (30, 6)))
    choice = rng.random()
    if choice < 0.4:
        for x in rng.uniform(0, width, int(rng.integers(20, 70))):
            blade(cover, rng, x, height + 4, rng.uniform(0.15, 0.45) * height, (1.0,))
    elif choice < 0.65:
        tones = mix(tones, (0.62, 0.40, 0.16), float(rng.random()))
        for _ in range(int(rng.integers(3, 9))):
            leaf(cover, rng, rng.uniform(0, width), rng.uniform(0, height), rng.uniform(22, 52), (1.0,))
    return tones * cover[..., None], cover


def _photographed(rng: np.random.Generator, picture: Array) -> NDArray[np.uint8]:
    """Exposure, colour of the light, a gradient over the frame, and the sensor's noise."""
    height, width = picture.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    slope = 1 + rng.uniform(0, 0.3) * (np.cos(angle) * columns + np.sin(angle) * rows)
    vignette = 1 - rng.uniform(0, 0.25) * (rows**2 + columns**2) / 2
    warmth = rng.uniform(-0.12, 0.12)
    tone = np.array([1 + warmth, 1, 1 - warmth], np.float32)
    lit = np.clip(picture, 0, 1) ** rng.uniform(0.85, 1.2) * rng.uniform(0.75, 1.15)
    lit = lit * (slope * vignette)[..., None] * tone
    lit = lit + rng.normal(0, rng.uniform(0.004, 0.025), lit.shape)
    return np.round(np.clip(lit, 0, 1) * 255).astype(np.uint8)
