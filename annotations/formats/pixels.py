"""Masks as PNG: values as they are stored, palettes not applied."""

from __future__ import annotations

import io
import warnings
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

MAX_PIXELS = 120_000_000


class Pixels(NamedTuple):
    """`values` [h, w] (indices or grey, 8 or 16 bits) or [h, w, 3] (colours); `palette` [n, 3] of indices."""

    values: npt.NDArray[Any]
    palette: npt.NDArray[np.uint8] | None

    def is_set(self) -> npt.NDArray[np.bool_]:
        """Which pixels are neither 0 nor black."""
        height, width = self.values.shape[:2]
        flags: npt.NDArray[np.bool_] = (self.values != 0).reshape(height, width, -1)
        return np.logical_or.reduce(flags, axis=2)


def read_png(content: bytes | IO[bytes]) -> Pixels:
    """Decode a PNG; raises ValueError for anything else, damaged ones, and ones too large."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(file, formats=("PNG",))
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"it claims {image.width}×{image.height} pixels")
            image.load()
    except ValueError:
        raise
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error
        raise ValueError(f"it is no PNG or is damaged: {error}") from error
    if image.mode == "P":
        palette = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
        return Pixels(np.array(image), palette)
    if image.mode == "1":
        return Pixels(np.array(image).astype(np.uint8), None)
    # Transparency says nothing of a class.
    plain = {"LA": "L", "RGBA": "RGB"}.get(image.mode)
    return Pixels(np.array(image.convert(plain) if plain else image), None)


def write_png(values: npt.NDArray[np.uint8], palette: npt.NDArray[np.uint8] | None = None) -> bytes:
    """PNG of values [h, w]; with a palette [n, 3] they are indices into it."""
    image = Image.fromarray(values)
    if palette is not None:
        image = Image.fromarray(values, "L")
        image.putpalette(palette.ravel().tolist(), "RGB")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
