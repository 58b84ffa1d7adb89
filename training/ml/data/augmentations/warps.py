"""Warps that resample: the image by bilinear interpolation, mirrored at its edges; the mask by the nearest
pixel, ignored where it comes from outside.
"""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.ml.data.augmentations.kinds import (
    Augmentation,
    Pair,
    Parameters,
    amount,
    chance,
    drawn,
    span,
    to_either_side,
)
from training.ml.data.example import void_of
from training.ml.hyperparameters import Field
from training.ml.images import IndexMap, Pixels

GROUP = "Geometry"

Grid = NDArray[np.float32]
Matrix = NDArray[np.float64]


def moved(image: Pixels, mask: IndexMap, matrix: Matrix) -> Pair:
    """By a matrix `[3, 3]` from places in the image (x, y, 1) to places in the result."""
    size = (mask.shape[1], mask.shape[0])
    image, mask = np.ascontiguousarray(image), np.ascontiguousarray(mask)
    warp = cv2.warpPerspective
    picture = warp(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    labels = warp(
        mask,
        matrix,
        size,
        flags=cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=void_of(mask),
    )
    return np.asarray(picture, np.uint8), np.asarray(labels, mask.dtype)


def sampled(image: Pixels, mask: IndexMap, x: Grid, y: Grid) -> Pair:
    """Each pixel of the result from the place `x`, `y` (both `[h, w]`) of the image."""
    image, mask = np.ascontiguousarray(image), np.ascontiguousarray(mask)
    picture = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    labels = cv2.remap(
        mask, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=void_of(mask)
    )
    return np.asarray(picture, np.uint8), np.asarray(labels, mask.dtype)


def about_centre(mask: IndexMap, linear: Matrix) -> Matrix:
    """The matrix `[3, 3]` of a linear map `[2, 2]` that leaves the centre where it is."""
    centre = np.array([(mask.shape[1] - 1) / 2, (mask.shape[0] - 1) / 2])
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = linear, centre - linear @ centre
    return matrix


def rotate(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    angle = np.deg2rad(drawn(rng, given, "degrees"))
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return moved(image, mask, about_centre(mask, np.array([[cos, sin], [-sin, cos]])))


def translate(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """By whole pixels, so that nothing is resampled."""
    matrix = np.eye(3)
    matrix[0, 2] = round(to_either_side(rng, given, "shift") * mask.shape[1])
    matrix[1, 2] = round(to_either_side(rng, given, "shift") * mask.shape[0])
    return moved(image, mask, matrix)


def shear(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    slope = float(np.tan(np.deg2rad(to_either_side(rng, given, "degrees"))))
    linear = np.array([[1.0, slope], [0.0, 1.0]])
    return moved(image, mask, about_centre(mask, linear if rng.random() < 0.5 else linear.T))


def perspective(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    right, bottom = mask.shape[1] - 1, mask.shape[0] - 1
    corners = np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]], np.float32)
    shifts = rng.uniform(-1, 1, (4, 2)) * given["strength"] * (mask.shape[1], mask.shape[0])
    if right == 0 or bottom == 0:
        return image, mask
    matrix = cv2.getPerspectiveTransform(corners, (corners + shifts).astype(np.float32))
    return moved(image, mask, np.asarray(matrix, np.float64))


def elastic(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """Shifts drawn on a coarse grid and interpolated cubically, so that neighbours move together."""
    height, width = mask.shape
    shape = (2, given["cells"], given["cells"])
    shifts = rng.standard_normal(shape, dtype=np.float32) * np.float32(given["strength"])
    x, y = (cv2.resize(shift, (width, height), interpolation=cv2.INTER_CUBIC) for shift in shifts)
    x *= width
    y *= height
    x += np.arange(width, dtype=np.float32)
    y += np.arange(height, dtype=np.float32)[:, None]
    return sampled(image, mask, x, y)


def grid_distortion(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """Columns and rows of a grid become wider or narrower; the edges stay, so that nothing is ignored."""
    x, y = (uneven(side, rng, given) for side in (mask.shape[1], mask.shape[0]))
    grid = np.meshgrid(x, y)
    return sampled(image, mask, grid[0], grid[1])


def uneven(side: int, rng: Generator, given: Parameters) -> Grid:
    """For each place along a side, where it comes from: rising, from the first to the last."""
    widths = 1 + rng.uniform(-1, 1, given["cells"]) * given["strength"]
    knots = np.concatenate([[0], np.cumsum(widths)]) / widths.sum() * (side - 1)
    places = np.interp(np.arange(side), np.linspace(0, side - 1, len(knots)), knots)
    return np.asarray(places, np.float32)


def lens(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    """Radial distortion: a place at radius r (1 at the corners) comes from r (1 + k r²)."""
    height, width = mask.shape
    bend = to_either_side(rng, given, "strength")
    centre = (np.float32((width - 1) / 2), np.float32((height - 1) / 2))
    x = np.arange(width, dtype=np.float32)[None] - centre[0]
    y = np.arange(height, dtype=np.float32)[:, None] - centre[1]
    factor = 1 + np.float32(bend / max(float(centre[0] ** 2 + centre[1] ** 2), 1.0)) * (x * x + y * y)
    return sampled(image, mask, x * factor + centre[0], y * factor + centre[1])


def cells(default: int, what: str) -> Field:
    """The number of cells of a grid along a side."""
    return Field("cells", "int", default, what, min=2, max=64)


AUGMENTATIONS = (
    Augmentation(
        "rotate",
        "Rotate",
        "By any angle about the centre; corners from outside are ignored.",
        (chance(0.5), span("degrees", (-15, 15), "Smallest and largest angle.", -180, 180)),
        GROUP,
        geometry=rotate,
        detail=True,
    ),
    Augmentation(
        "translate",
        "Shift",
        "Along both sides; what comes from outside is ignored.",
        (chance(0.5), amount("shift", 0.1, "Largest shift, as a part of the side.", 0.9)),
        GROUP,
        geometry=translate,
    ),
    Augmentation(
        "shear",
        "Shear",
        "Slanted to the side or downwards.",
        (chance(0.5), amount("degrees", 10, "Largest angle.", 60)),
        GROUP,
        geometry=shear,
        detail=True,
    ),
    Augmentation(
        "perspective",
        "Perspective",
        "Seen from another place: each corner moves by itself.",
        (chance(0.5), amount("strength", 0.1, "Largest shift of a corner, as a part of the side.", 0.25)),
        GROUP,
        geometry=perspective,
        detail=True,
    ),
    Augmentation(
        "elastic",
        "Elastic",
        "Soft shifts that vary over the image, as tissue gives way.",
        (
            chance(0.3),
            amount("strength", 0.02, "Usual shift, as a part of the side.", 0.2),
            cells(8, "Grid on which shifts are drawn; more is finer."),
        ),
        GROUP,
        geometry=elastic,
        detail=True,
    ),
    Augmentation(
        "grid_distortion",
        "Grid distortion",
        "Parts of the image wider, others narrower.",
        (
            chance(0.3),
            amount("strength", 0.3, "Largest change of a cell's width.", 0.9),
            cells(5, "Cells along each side."),
        ),
        GROUP,
        geometry=grid_distortion,
        detail=True,
    ),
    Augmentation(
        "lens",
        "Lens distortion",
        "Barrel or pincushion.",
        (
            chance(0.3),
            amount("strength", 0.15, "Largest shift of the corners, as a part of their radius.", 0.3),
        ),
        GROUP,
        geometry=lens,
        detail=True,
    ),
)
