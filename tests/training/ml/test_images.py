"""Images come upright, in eight bits and within bounds, or not at all."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from training.ml.images import ImageTooLarge, ImageUnreadable, load_rgb, normalise, table_of


def picture(width: int = 24, height: int = 16) -> Image.Image:
    rng = np.random.default_rng(0)
    return Image.fromarray(cv2.resize(rng.integers(0, 256, (4, 6, 3), dtype=np.uint8), (width, height)))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_orientation_is_applied(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    data = encoded(picture(), kind, exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    assert np.array_equal(load_rgb(data), expected)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "CMYK"])
def test_other_modes_become_rgb(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    data = encoded(picture().convert(mode), kind)
    assert np.array_equal(load_rgb(data), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def test_sixteen_bits_are_scaled() -> None:
    values = np.array([[0, 257, 32896, 65535]], np.uint16)
    _, data = cv2.imencode(".png", values)
    assert load_rgb(data.tobytes())[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_truncated_file_is_refused(kind: str) -> None:
    data = encoded(picture(200, 200), kind)
    with pytest.raises(ImageUnreadable):
        load_rgb(data[: len(data) // 2])


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        load_rgb(data)


def test_too_many_pixels_are_refused_before_decoding() -> None:
    with pytest.raises(ImageTooLarge):
        load_rgb(encoded(picture(), "PNG"), max_pixels=100)


def test_normalisation_by_table_is_the_formula() -> None:
    pixels = np.asarray(picture())
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    out = np.empty((3, 16, 24), np.float32)
    normalise(pixels, table_of(mean, std, 1 / 255), out)
    expected = ((pixels / 255.0 - mean) / std).transpose(2, 0, 1)
    assert np.allclose(out, expected, atol=1e-6)
