"""Image files to RGB arrays, the same for training and serving: upright, eight bits, bounded in size."""

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

with contextlib.suppress(
    ImportError
):  # a bundle on another machine reads no HEIC where this is not installed
    import pi_heif

    pi_heif.register_heif_opener()
MAX_PIXELS = 120_000_000
ORIENTATION_TAG = 274

Pixels = npt.NDArray[np.uint8]
IndexMap = npt.NDArray[np.unsignedinteger[Any]]


class ImageUnreadable(ValueError):
    """The bytes are no image that can be decoded whole."""


class ImageTooLarge(ValueError):
    """The image declares more pixels than the limit; nothing of it was decoded."""


def load_rgb(source: str | Path | bytes, max_pixels: int = MAX_PIXELS) -> Pixels:
    """Decode an image as it is meant to be looked at.

    EXIF orientation is applied, grey, palette and CMYK (by its ICC profile) become RGB, transparency is
    dropped, more than eight bits are scaled as `deep_range` says, and of several frames or pages the first
    is taken. The numbers of RGB stay as they are, whatever its profile.

    Returns uint8 `[height, width, 3]`. Raises `ImageUnreadable` or `ImageTooLarge`; `OSError` where a path
    cannot be read.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data))
            check_size(picture.size, max_pixels)
            pixels = decode(picture, data)
            return upright(pixels, orientation_of(picture))
    except ImageTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(f"it has more than the {max_pixels:,} pixels allowed") from error
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error on damaged files
        raise ImageUnreadable(f"not an image that can be decoded: {error}") from error


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Raise `ImageTooLarge` where width times height exceeds `max_pixels`."""
    width, height = size
    if width * height > max_pixels:
        raise ImageTooLarge(f"{width} x {height} pixels are more than the {max_pixels:,} allowed")


def decode(picture: Image.Image, data: bytes) -> Pixels:
    """The pixels as stored, uint8 `[h, w, 3]`."""
    complete = b"\xff\xd9" in data[-4096:]  # OpenCV fills a truncated JPEG with grey, Pillow refuses it
    if picture.format == "JPEG" and picture.mode in ("RGB", "L") and complete:
        flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        if decoded is not None:
            return np.asarray(decoded, np.uint8)
    if picture.mode.startswith("I") or picture.mode == "F":
        return from_deep(np.asarray(picture))
    if picture.mode == "CMYK" and (by_profile := by_profile_of(picture)):
        return np.asarray(by_profile)
    return np.asarray(picture.convert("RGB"))


def by_profile_of(picture: Image.Image) -> Image.Image | None:
    """The inks in sRGB by the file's ICC profile; None where it has none that can be used."""
    picture.load()
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        return ImageCms.profileToProfile(picture, inks, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (KeyError, OSError, ImageCms.PyCMSError):
        return None


def from_deep(values: npt.NDArray[Any]) -> Pixels:
    """Grey of more than eight bits to uint8 `[h, w, 3]`, black and white as `deep_range` says."""
    low, high = deep_range(values)
    with np.errstate(invalid="ignore"):
        grey = np.clip(np.rint((values.astype(np.float64) - low) * (255.0 / (high - low))), 0, 255)
    return np.repeat(np.nan_to_num(grey).astype(np.uint8)[:, :, None], 3, axis=2)


def deep_range(values: npt.NDArray[Any]) -> tuple[float, float]:
    """What becomes black and white: of whole numbers 0 and the largest number of as many bits (8, 10, 12, 14,
    16, …) as the largest value takes; fractions lie in 0…1 or 0…255, else in their own range.
    """
    if values.dtype.kind in "iu":
        bits = max(8, int(values.max(initial=0)).bit_length())
        return 0.0, float(2 ** (bits + bits % 2) - 1)
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if low < 0 or high > 255:
        return low, high
    return 0.0, 1.0 if high <= 1 else 255.0


def orientation_of(picture: Image.Image) -> int:
    """The EXIF orientation, 1 where there is none or a broken one."""
    try:
        value = int(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # damaged EXIF must not cost the image
        return 1
    return value if 1 <= value <= 8 else 1


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Turn `[h, w, 3]` pixels as EXIF orientation 1 to 8 asks."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def resize_rgb(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Stretch to `size` (height, width): area averages where it shrinks, so that nothing aliases, else
    bilinear.
    """
    height, width = size
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def resize_index(mask: IndexMap, size: tuple[int, int]) -> IndexMap:
    """Stretch an index mask or object map `[h, w]` to `size` (height, width) by the nearest pixel centre: no
    label is invented.
    """
    height, width = size
    if mask.shape == (height, width):
        return mask
    stretched = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return cast(IndexMap, np.asarray(stretched, mask.dtype))


def normalise(pixels: Pixels, table: npt.NDArray[np.float32], out: npt.NDArray[np.float32]) -> None:
    """Write `[h, w, 3]` pixels as planes into `out` `[3, h, w]` by the look-up `table` `[3, 256]` of
    `table_of`.
    """
    for channel, plane in enumerate(cv2.split(pixels)):
        cv2.LUT(plane, table[channel], dst=out[channel])


def table_of(mean: list[float], std: list[float], scale: float) -> npt.NDArray[np.float32]:
    """The 256 values `(value * scale - mean) / std` of each channel, float32 `[3, 256]`."""
    values = np.arange(256, dtype=np.float64)[None, :] * scale
    table = (values - np.array(mean)[:, None]) / np.array(std)[:, None]
    return np.asarray(table, np.float32)
