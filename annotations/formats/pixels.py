"""Masks as PNG: values as they are stored, palettes not applied."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

MAX_PIXELS = 120_000_000
# So many pixels are looked up at a time: memory is that of the picture.
_AT_ONCE = 1 << 20


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


def packed(colors: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Colours [..., 3] as 0xRRGGBB [...]."""
    channels = colors[..., :3].astype(np.uint32)
    codes: npt.NDArray[np.uint32] = channels @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    return codes


def places_in(codes: Sequence[int], values: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Where each value [h, w] stands in the sorted `codes` (65,534 at most), from 1 on; 0 where nowhere."""
    known = np.array([*codes, -1], np.int64)
    places = np.empty(values.shape, np.uint16)
    step = max(_AT_ONCE // max(values.shape[1], 1), 1)
    for row in range(0, len(values), step):
        block = values[row : row + step]
        found = np.searchsorted(known[:-1], block)
        places[row : row + step] = np.where(known[found] == block, found + 1, 0)
    return places


def write_png(values: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None) -> bytes:
    """PNG of values [h, w] (uint8, uint16), indices into a palette [n, 3] if there is one, or of colours."""
    image = Image.fromarray(values)
    if palette is not None:
        image = Image.fromarray(values, "L")
        image.putpalette(palette.ravel().tolist(), "RGB")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
