"""Pictures made from pictures."""

from __future__ import annotations

import io

from PIL import Image

THUMBNAIL_TYPE = "image/webp"


def thumbnail(image: Image.Image) -> bytes:
    """Lossy WebP of an RGB, RGBA or L picture."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def display(image: Image.Image, content_type: str) -> tuple[bytes, str]:
    """A browser's picture and its content type: JPEG for what was lossy and opaque, PNG for the rest."""
    out = io.BytesIO()
    if content_type in ("image/jpeg", "image/webp", "image/avif") and image.mode != "RGBA":
        image.save(out, "JPEG", quality=95, subsampling=0)
        return out.getvalue(), "image/jpeg"
    image.save(out, "PNG", compress_level=3)
    return out.getvalue(), "image/png"
