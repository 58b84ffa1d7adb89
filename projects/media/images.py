"""Images, checked and turned upright. Sizes are decided before pixels are decoded.

A picture is always the displayed one: EXIF (or XMP) orientation applied, eight bits a channel, the first
frame of an animation, the first page of a document. Inks become sRGB by their ICC profile. The numbers of RGB
stay as they are stored, whatever their profile: training and inference see those, and pictures made from it
bear the profile on, by which browsers show them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pi_heif
from PIL import Image, ImageCms, ImageOps

from projects.media.errors import Unreadable
from projects.media.turns import heavy

pi_heif.register_heif_opener()
# Decoded, 120 megapixels are 360 MB: what a small server can hold for a moment.
MAX_PIXELS = 120_000_000
# Beyond this no browser draws the picture in one piece.
MAX_SIDE = 32_767
# Pillow's decoders of other formats (EPS runs Ghostscript) see no upload.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF", "JPEG2000", "PPM", "TGA")
# What browsers show as it is, where it needs no turning and does not move.
DISPLAYABLE = frozenset({"JPEG", "MPO", "PNG", "WEBP", "AVIF", "BMP", "GIF"})
_ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
_LONGEST_CAMERA = 100
_VALUES_AT_ONCE = 1 << 20
_KINDS = {
    "MPO": "image/jpeg",
    "HEIF": "image/heic",
    "JPEG2000": "image/jp2",
    "PPM": "image/x-portable-anymap",
    "TGA": "image/x-tga",
}


class Picture(NamedTuple):
    """What a file turned out to be. `width` and `height` are the displayed ones."""

    width: int
    height: int
    orientation: int
    content_type: str
    displayable: bool
    # Of an animation or a document; the picture is the first of them.
    pages: int
    # Make and model as the camera wrote them; empty where it did not.
    camera: str
    upright: Image.Image


def read(file: IO[bytes], at_least: int = 0, page: int = 0) -> Picture:
    """Decode an image whole; raises Unreadable for anything damaged, cut off, too large or no image.

    With `at_least`, `upright` may be smaller than the picture, but not smaller than so many pixels on its
    longer side: JPEGs decode several times faster then, and still to their last byte. `page` is another one
    than the first of a document or an animation.
    """
    with heavy, _explained():
        file.seek(0)
        image = Image.open(file, formats=FORMATS)
        kind = image.format or ""
        if kind in ("HEIF", "AVIF"):
            _check_boxes(file)
        # The second picture of an MPO is the other eye's, and those of a HEIF are its burst or its parts.
        pages = 1 if kind in ("MPO", "HEIF") else int(getattr(image, "n_frames", 1))
        if page:
            image.seek(page)
        width, height = image.size
        _check_size(width, height)
        as_it_is = image.mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
        if at_least and kind in ("JPEG", "MPO"):
            scale = at_least / max(width, height)
            image.draft(None, (max(1, round(width * scale)), max(1, round(height * scale))))
        image.load()
        # After loading: TIFF's decoder has turned the picture itself by then, and says so.
        orientation = _orientation(image)
        upright = ImageOps.exif_transpose(image) if orientation != 1 else image
        if orientation >= 5:
            width, height = height, width
        displayable = kind in DISPLAYABLE and pages == 1 and orientation == 1 and as_it_is
        content_type = _KINDS.get(kind) or Image.MIME.get(kind, "application/octet-stream")
        eight_bit = _eight_bit(upright)
        camera = _camera(image)
        return Picture(width, height, orientation, content_type, displayable, pages, camera, eight_bit)


def fit(image: Image.Image, side: int) -> Image.Image:
    """The picture shrunk so that its longer side is at most `side`."""
    scale = side / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unreadable("The image has no pixels.")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Unreadable(
            f"The image claims {width}×{height} pixels; at most {MAX_PIXELS // 10**6} megapixels and "
            f"{MAX_SIDE} a side are taken."
        )


def _check_boxes(file: IO[bytes]) -> None:
    """The boxes of an ISO file end where it ends: decoders are content with what they need of it."""
    size, place = file.seek(0, io.SEEK_END), 0
    while place < size:
        file.seek(place)
        length = int.from_bytes(file.read(4), "big")
        if length == 1:  # the length is a long one, behind the kind
            length = int.from_bytes(file.read(12)[4:], "big")
        if length == 0:  # to the end
            return
        if length < 8 or place + length > size:
            raise Unreadable("The image is damaged or cut off: a part of it is missing at its end.")
        place += length


def _orientation(image: Image.Image) -> int:
    try:
        value = int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # damaged EXIF must not cost the image
        return 1
    return value if 1 <= value <= 8 else 1


def _camera(image: Image.Image) -> str:
    try:
        exif = image.getexif()
        make, model = (str(exif.get(tag, "")) for tag in (_MAKE, _MODEL))
    except Exception:  # damaged EXIF must not cost the image
        return ""
    # Most models repeat who made them.
    told = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return " ".join("".join(each if each.isprintable() else " " for each in told).split())[:_LONGEST_CAMERA]


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB, RGBA or L; what is deeper is scaled from its range, as training scales it."""
    if image.mode in ("RGB", "L", "RGBA"):
        return image
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image)
        return Image.fromarray(_scaled(values, *deep_range(values)), "L")
    if image.mode == "CMYK" and (by_profile := _by_profile(image)):
        return by_profile
    transparent = image.mode in ("LA", "PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _by_profile(image: Image.Image) -> Image.Image | None:
    """The inks as they look by the file's ICC profile, in sRGB; None where it has none that can be used."""
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        return ImageCms.profileToProfile(image, inks, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (KeyError, OSError, ImageCms.PyCMSError):
        return None


def deep_range(values: npt.NDArray[Any]) -> tuple[float, float]:
    """What becomes black and white of more than eight bits.

    Whole numbers use as many bits (8, 10, 12, 14, 16, …) as their largest takes: cameras and microscopes of
    12 bits write them into 16. Fractions are 0…1 or 0…255 where they lie in there, else their own range.
    """
    if values.dtype.kind in "iu":
        bits = max(8, int(values.max(initial=0)).bit_length())
        return 0.0, float(2 ** (bits + bits % 2) - 1)
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if low < 0 or high > 255:
        return low, high
    return 0.0, 1.0 if high <= 1 else 255.0


def _scaled(values: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[np.uint8]:
    """The range stretched over 0…255 and rounded; some rows at a time, for doubles take much memory."""
    scaled = np.empty(values.shape, np.uint8)
    rows = max(1, _VALUES_AT_ONCE // values.shape[1])
    factor = 255.0 / (high - low)
    with np.errstate(invalid="ignore"):
        for top in range(0, len(values), rows):
            block = (values[top : top + rows].astype(np.float64) - low) * factor
            scaled[top : top + rows] = np.nan_to_num(np.clip(np.rint(block), 0, 255))
    return scaled


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever a decoder raises on damaged bytes into one reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable("The image claims more pixels than any image that is taken.") from error
    except Image.UnidentifiedImageError as error:
        raise Unreadable("The file is not an image of a known format.") from error
    except MemoryError as error:
        raise Unreadable("The image needs more memory than there is.") from error
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error
        raise Unreadable(f"The image is damaged or cut off: {error}.") from error
