"""Corruptions of RGB images at five severities, after Hendrycks and Dietterich 2019, "Benchmarking Neural
Network Robustness to Common Corruptions and Perturbations" (arXiv:1903.12261, section 3): their parameters
for images of ImageNet's size, applied at the size that the network sees. Motion blur is a plain line here.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels, resize_rgb

SEVERITIES = (1, 2, 3, 4, 5)
Chance = np.random.Generator
Floats = npt.NDArray[np.float64]


def gaussian_noise(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Noise of the sensor, of the same strength everywhere."""
    spread = (0.08, 0.12, 0.18, 0.26, 0.38)[severity - 1]
    return eight_bit(image / 255 + chance.normal(0, spread, image.shape))


def shot_noise(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Noise of few photons: stronger where it is light."""
    photons = (60, 25, 12, 5, 3)[severity - 1]
    return eight_bit(chance.poisson(image / 255 * photons) / photons)


def gaussian_blur(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Out of focus."""
    sigma = (1, 2, 3, 4, 6)[severity - 1]
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def motion_blur(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """The camera moved in a straight line, in any direction."""
    length = (5, 9, 13, 17, 21)[severity - 1]
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    turned = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), chance.uniform(0, 180), 1)
    kernel = cv2.warpAffine(line, turned, (length, length))
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def brighter(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Too much light: the value of HSV is raised."""
    return shifted(image, (0.1, 0.2, 0.3, 0.4, 0.5)[severity - 1])


def darker(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Too little light: the value of HSV is lowered by as much."""
    return shifted(image, -(0.1, 0.2, 0.3, 0.4, 0.5)[severity - 1])


def contrast(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Fog: everything nearer to the mean."""
    share = (0.4, 0.3, 0.2, 0.1, 0.05)[severity - 1]
    values = image / 255
    means = values.mean((0, 1), keepdims=True)
    return eight_bit((values - means) * share + means)


def jpeg(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """Strong compression."""
    quality = (25, 18, 15, 10, 7)[severity - 1]
    _, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]


def scale(image: Pixels, severity: int, chance: Chance) -> Pixels:
    """A small picture: shrunk, and enlarged again."""
    share = (0.6, 0.5, 0.4, 0.3, 0.25)[severity - 1]
    height, width = image.shape[:2]
    small = resize_rgb(image, (max(1, round(height * share)), max(1, round(width * share))))
    return resize_rgb(small, (height, width))


CORRUPTIONS: dict[str, tuple[str, Callable[[Pixels, int, Chance], Pixels]]] = {
    "gaussian_noise": ("Noise", gaussian_noise),
    "shot_noise": ("Shot noise", shot_noise),
    "gaussian_blur": ("Blur", gaussian_blur),
    "motion_blur": ("Motion blur", motion_blur),
    "brightness": ("Brighter", brighter),
    "darkness": ("Darker", darker),
    "contrast": ("Low contrast", contrast),
    "jpeg": ("JPEG", jpeg),
    "scale": ("Small picture", scale),
}


def corrupted(image: Pixels, name: str, severity: int, number: int) -> Pixels:
    """RGB uint8 `[h, w, 3]` corrupted; the same for the same image `number` in each call."""
    chance = np.random.default_rng([list(CORRUPTIONS).index(name), severity, number])
    return CORRUPTIONS[name][1](image, severity, chance)


def shifted(image: Pixels, by: float) -> Pixels:
    """With the value of HSV shifted."""
    hsv = cv2.cvtColor((image / 255).astype(np.float32), cv2.COLOR_RGB2HSV)
    hsv[:, :, 2] = np.clip(hsv[:, :, 2] + by, 0, 1)
    return eight_bit(np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.float32))


def eight_bit(values: npt.NDArray[Any]) -> Pixels:
    """0 to 1 as 0 to 255."""
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)
