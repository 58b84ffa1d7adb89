"""Focus, movement and resolution; the mask stays as it is."""

import cv2
import numpy as np
from numpy.random import Generator

from training.ml.data.augmentations.kinds import (
    Augmentation,
    Parameters,
    chance,
    drawn,
    drawn_whole,
    span,
)
from training.ml.images import Pixels, resize_rgb

GROUP = "Sharpness"


def gaussian_blur(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(drawn(rng, given, "sigma"), 1e-3)), np.uint8)


def motion_blur(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """The mean along a line through each pixel."""
    length, angle = drawn(rng, given, "length"), rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * (length - 1) / 2
    side = 2 * int(np.ceil(np.abs(reach).max())) + 1
    kernel = np.zeros((side, side), np.float32)
    # Sixteenths of a pixel, for lines that lie between pixels.
    ends = [tuple(int(round((side // 2 + sign * part) * 16)) for part in reach) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    total = float(kernel.sum())
    return np.asarray(cv2.filter2D(image, -1, kernel / total), np.uint8) if total > 0 else image


def median_blur(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.medianBlur(image, 2 * (drawn_whole(rng, given, "size") // 2) + 1), np.uint8)


def sharpen(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """The difference from a blurred copy, added."""
    strength = drawn(rng, given, "strength")
    return np.asarray(
        cv2.addWeighted(image, 1 + strength, cv2.GaussianBlur(image, (0, 0), 1.0), -strength, 0), np.uint8
    )


def downscale(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    height, width = image.shape[:2]
    factor = drawn(rng, given, "factor")
    small = resize_rgb(image, (max(1, round(height * factor)), max(1, round(width * factor))))
    return resize_rgb(small, (height, width))


def jpeg(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, drawn_whole(rng, given, "quality")])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


AUGMENTATIONS = (
    Augmentation(
        "gaussian_blur",
        "Blur",
        "Out of focus.",
        (chance(0.2), span("sigma", (0.1, 2.0), "Radius in pixels of the input.", 0, 20)),
        GROUP,
        colour=gaussian_blur,
    ),
    Augmentation(
        "motion_blur",
        "Motion blur",
        "The camera moved, in any direction.",
        (chance(0.2), span("length", (3, 9), "Shortest and longest way, in pixels of the input.", 1, 99)),
        GROUP,
        colour=motion_blur,
    ),
    Augmentation(
        "median_blur",
        "Median",
        "Fine structure is smoothed, edges stay.",
        (chance(0.1), span("size", (3, 5), "Width of the window in pixels of the input, odd.", 1, 15)),
        GROUP,
        colour=median_blur,
    ),
    Augmentation(
        "sharpen",
        "Sharpen",
        "Edges stand out, as cameras make them.",
        (chance(0.2), span("strength", (0.2, 1.0), "Weakest and strongest.", 0, 5)),
        GROUP,
        colour=sharpen,
    ),
    Augmentation(
        "downscale",
        "Lower resolution",
        "Shrunk and stretched again.",
        (chance(0.2), span("factor", (0.4, 0.9), "Part of the resolution that stays.", 0.05, 1)),
        GROUP,
        colour=downscale,
    ),
    Augmentation(
        "jpeg",
        "JPEG",
        "Compression artefacts.",
        (chance(0.2), span("quality", (40, 95), "Lowest and highest quality.", 1, 100)),
        GROUP,
        colour=jpeg,
    ),
)
