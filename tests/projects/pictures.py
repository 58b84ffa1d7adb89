"""Small images made on the spot."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image


def png(width: int = 40, height: int = 30, seed: int = 0) -> bytes:
    """Noise, so that every seed is another content."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return encoded(Image.fromarray(pixels), "PNG")


def jpeg(width: int = 40, height: int = 30, seed: int = 0) -> bytes:
    return encoded(opened(png(width, height, seed)), "JPEG", quality=95)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def body(response: Any) -> bytes:
    """The bytes of an answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content
