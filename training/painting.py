"""Index masks as pictures. Pure."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

OPACITY = 140
UNCOLOURED = "#888888"


def palette_png(mask: NDArray[np.uint8], colours: Mapping[int, tuple[str, int]]) -> bytes:
    """`mask` (uint8 [h, w]) as a palette PNG: each value in its `#rrggbb` colour and opacity (0 to 255), the
    others transparent."""
    palette = bytearray(768)
    opacity = bytearray(256)
    for value, (colour, alpha) in colours.items():
        palette[value * 3 : value * 3 + 3] = bytes.fromhex(colour.lstrip("#"))
        opacity[value] = alpha
    image = Image.fromarray(mask).convert("L")
    image.putpalette(bytes(palette))
    out = io.BytesIO()
    image.save(out, "PNG", transparency=bytes(opacity))
    return out.getvalue()
