"""Pictures made from pictures."""

from __future__ import annotations

import io

from PIL import Image

THUMBNAIL_TYPE = "image/webp"
# Profiles of cameras and screens are a few kilobytes; a thumbnail bears no more than itself.
MOST_PROFILE = 16 << 10


def thumbnail(image: Image.Image) -> bytes:
    """Lossy WebP of an RGB, RGBA or L picture."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=2, icc_profile=_profile(image, MOST_PROFILE))
    return out.getvalue()


def display(image: Image.Image, content_type: str) -> tuple[bytes, str]:
    """A browser's picture and its content type: JPEG for what was lossy and opaque, PNG for the rest."""
    out = io.BytesIO()
    if content_type in ("image/jpeg", "image/webp", "image/avif") and image.mode != "RGBA":
        image.save(out, "JPEG", quality=95, subsampling=0, icc_profile=_profile(image))
        return out.getvalue(), "image/jpeg"
    image.save(out, "PNG", compress_level=3, icc_profile=_profile(image))
    return out.getvalue(), "image/png"


def _profile(image: Image.Image, most: int = 4 << 20) -> bytes:
    """The colours that the numbers stand for, where there is a profile of so few bytes that says so."""
    profile = image.info.get("icc_profile") or b""
    # One of inks or of grey would be of the file, not of this picture.
    return (
        profile
        if image.mode in ("RGB", "RGBA") and profile[16:20] == b"RGB " and len(profile) <= most
        else b""
    )
