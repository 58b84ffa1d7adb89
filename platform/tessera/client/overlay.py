"""Predictions drawn over their image."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from annotations.geometry import rle_to_mask

PALETTE = (
    *((232, 89, 12), (28, 126, 214), (47, 158, 68), (156, 54, 181)),
    *((240, 140, 0), (12, 133, 153), (194, 37, 92), (102, 168, 15)),
)
STRENGTH = 0.55


def draw(image: bytes, prediction: dict[str, Any]) -> Image.Image:
    """The upright image with every predicted mask in the colour of its class."""
    with Image.open(io.BytesIO(image)) as opened:
        pixels = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"), np.float32).copy()
    for found in prediction["predictions"]:
        mask = rle_to_mask(found["mask"]).astype(bool)
        colour = np.array(PALETTE[(found["class"]["index"] - 1) % len(PALETTE)], np.float32)
        pixels[mask] = pixels[mask] * (1 - STRENGTH) + colour * STRENGTH
    return Image.fromarray(pixels.round().astype(np.uint8))
