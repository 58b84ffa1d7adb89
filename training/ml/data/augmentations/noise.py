"""Noise, weather and light that falls unevenly; the mask stays as it is."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.ml.data.augmentations.kinds import (
    Augmentation,
    Parameters,
    amount,
    chance,
    drawn,
    span,
)
from training.ml.images import Pixels

GROUP = "Noise and light"

FOG = 235.0
PATCHES = 4


def rounded(values: NDArray[np.floating]) -> Pixels:
    """To whole values of 0…255."""
    return np.clip(np.rint(values, out=values), 0, 255, out=values).astype(np.uint8)


def gaussian_noise(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    noise *= np.float32(drawn(rng, given, "std") * 255)
    noise += image
    return rounded(noise)


def iso_noise(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """Grain that grows with the root of the brightness, as photons are counted; a part of it is the same in
    all colours.
    """
    grain, colour = drawn(rng, given, "grain") * 255, float(given["colour"])
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    noise *= np.float32(colour)
    noise += cv2.merge([rng.standard_normal(image.shape[:2], dtype=np.float32)] * 3)
    deviations = (np.sqrt(np.arange(256) / 255) * grain / np.sqrt(1 + colour**2)).astype(np.float32)
    noise *= cv2.LUT(image, deviations)
    noise += image
    return rounded(noise)


def salt_pepper(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    share = drawn(rng, given, "share")
    lot = rng.random(image.shape[:2], dtype=np.float32)
    changed = image.copy()
    changed[lot < share / 2] = 0
    changed[lot > 1 - share / 2] = 255
    return changed


def illumination(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """A slope of the brightness, in any direction, nothing at the centre."""
    height, width = image.shape[:2]
    angle, strength = rng.uniform(0, 2 * np.pi), drawn(rng, given, "strength")
    x = np.linspace(-1, 1, width, dtype=np.float32) * np.float32(np.cos(angle) * strength)
    y = np.linspace(-1, 1, height, dtype=np.float32) * np.float32(np.sin(angle) * strength)
    return rounded(np.multiply(image, 1 + x[None, :, None] + y[:, None, None], dtype=np.float32))


def shadow(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """A strip across the image, darker by a factor."""
    height, width = image.shape[:2]
    ends = np.sort(rng.uniform(-0.2, 1.2, (2, 2)), axis=1)
    if rng.random() < 0.5:
        corners = [(ends[0, 0], 0), (ends[0, 1], 0), (ends[1, 1], 1), (ends[1, 0], 1)]
    else:
        corners = [(0, ends[0, 0]), (0, ends[0, 1]), (1, ends[1, 1]), (1, ends[1, 0])]
    area = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(area, np.rint(np.array(corners) * (width, height)).astype(np.int32), 1)
    table = np.rint(np.arange(256) * (1 - drawn(rng, given, "darkness"))).astype(np.uint8)
    return np.where(area[:, :, None] == 1, cv2.LUT(image, table), image)


def fog(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """Mixed with a light grey whose part varies softly over the image."""
    height, width = image.shape[:2]
    density = drawn(rng, given, "density")
    parts = (rng.uniform(0.5, 1, (PATCHES, PATCHES)) * density).astype(np.float32)
    part = np.clip(cv2.resize(parts, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)[:, :, None]
    return rounded(np.multiply(image, 1 - part, dtype=np.float32) + part * np.float32(FOG))


AUGMENTATIONS = (
    Augmentation(
        "gaussian_noise",
        "Noise",
        "Sensor noise.",
        (chance(0.2), span("std", (0.0, 0.05), "Standard deviation, as a part of the full range.", 0, 1)),
        GROUP,
        colour=gaussian_noise,
    ),
    Augmentation(
        "iso_noise",
        "Grain",
        "As of a camera in little light: more where it is bright, partly coloured.",
        (
            chance(0.2),
            span("grain", (0.02, 0.08), "Standard deviation of white, as a part of the full range.", 0, 1),
            amount("colour", 0.5, "Coloured part against the grey one.", 4),
        ),
        GROUP,
        colour=iso_noise,
    ),
    Augmentation(
        "salt_pepper",
        "Salt and pepper",
        "Single pixels black or white.",
        (chance(0.1), span("share", (0.0, 0.02), "Part of the pixels.", 0, 1)),
        GROUP,
        colour=salt_pepper,
    ),
    Augmentation(
        "illumination",
        "Uneven light",
        "Brighter on one side, darker on the other.",
        (chance(0.2), span("strength", (0.05, 0.3), "Change at the edge.", 0, 1)),
        GROUP,
        colour=illumination,
    ),
    Augmentation(
        "shadow",
        "Shadow",
        "A strip in the shade.",
        (chance(0.2), span("darkness", (0.2, 0.6), "Part of the light that is missing.", 0, 1)),
        GROUP,
        colour=shadow,
    ),
    Augmentation(
        "fog",
        "Fog",
        "A light haze, denser here than there.",
        (chance(0.1), span("density", (0.1, 0.5), "Part of the light that is the fog's.", 0, 1)),
        GROUP,
        colour=fog,
    ),
)
