"""Image files made on the spot."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image


def pixels(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Soft random shapes, uint8 [height, width, 3]."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (max(2, height // 8), max(2, width // 8), 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def encode(picture: np.ndarray, orientation: int = 1, kind: str = "JPEG") -> bytes:
    """`picture` as a file that claims to be stored in EXIF `orientation`."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    if orientation != 1:
        exif[274] = orientation
    Image.fromarray(picture).save(buffer, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    return buffer.getvalue()


def jpeg(width: int, height: int, seed: int = 0) -> bytes:
    return encode(pixels(width, height, seed))


def png(picture: np.ndarray) -> bytes:
    return encode(picture, kind="PNG")
