"""Awkward real files: each has one right answer, a size or a reason."""

import io

import numpy as np
import pytest
from PIL import Image

from projects.media.errors import Unreadable
from projects.media.images import fit, read
from tests.projects.pictures import encoded
from tests.shared import shared

# Displayed width, height and EXIF orientation of what can be read.
READABLE = {
    "10ct_32bit_128.tiff": (128, 128, 1),
    "16bit.MM.cropped.tif": (64, 64, 1),
    "16_bit_binary.pgm": (20, 100, 1),
    "chi.gif": (320, 240, 1),
    "exif_imagemagick_orientation.png": (512, 512, 3),
    "flower.webp": (480, 360, 1),
    "frozenpond.mpo": (640, 480, 1),
    "g4_orientation_6.tif": (590, 88, 1),
    "hopper.Lab.tif": (128, 128, 1),
    "hopper.avif": (128, 128, 1),
    "hopper_bad_exif.jpg": (500, 500, 1),
    "hopper_gray.jpg": (128, 128, 1),
    "hopper_orientation_6.webp": (128, 128, 6),
    "icc_profile_big.jpg": (425, 250, 1),
    "invalid-exif.jpg": (200, 200, 1),
    "iss634.apng": (245, 245, 1),
    "mode_16bit.png": (128, 64, 1),
    "mode_palette_alpha.png": (128, 64, 1),
    "multipage.tiff": (10, 10, 1),
    "orientation_rectangle.jpg": (1, 2, 8),
    "pil_sample_cmyk.jpg": (100, 100, 1),
    "rot1mir0.avif": (640, 427, 5),
    "test-card-lossless.jp2": (640, 480, 1),
    "tiff_16bit_RGBa.tiff": (100, 40, 1),
    "tiff_strip_cmyk_jpeg.tif": (100, 100, 1),
    "truncated_app14.jpg": (100, 100, 1),
    "xmp_tags_orientation.png": (326, 268, 3),
}
REFUSED = {
    "badwidth.bmp": "more pixels",
    "broken.png": "known format",
    "broken_data_stream.png": "damaged",
    "crash-2020-10-test.tif": "damaged",
    "decompression_bomb.gif": "more pixels",
    "decompression_bomb.ico": "known format",
    "png_decompression_dos.png": "damaged",
    "pngtest_bad.png.bin": "known format",
    "reallybig.bmp": "more pixels",
    "seek_too_large.tif": "damaged",
    "truncated_end_chunk.png": "damaged or cut off",
    "truncated_image.png": "damaged or cut off",
    "truncated_jpeg.jpg": "damaged or cut off",
    "zero_width.gif": "known format",
}


@pytest.mark.parametrize("name", READABLE)
def test_readable_files_give_the_displayed_size(name):
    picture = read(shared("images", "pillow", name).open("rb"))

    assert (picture.width, picture.height, picture.orientation) == READABLE[name]
    assert picture.upright.size == (picture.width, picture.height)
    assert picture.upright.mode in ("RGB", "RGBA", "L")


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_with_the_reason(name):
    with pytest.raises(Unreadable, match=REFUSED[name]):
        read(shared("images", "pillow", name).open("rb"), at_least=320)


def test_size_is_decided_before_pixels_are_decoded(monkeypatch):
    header = encoded(Image.new("1", (40_000, 10)), "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))

    with pytest.raises(Unreadable, match="40000×10"):
        read(io.BytesIO(header))


def test_a_quick_look_sees_the_same_picture_and_also_its_end():
    path = shared("images", "exif", "Portrait_6.jpg")
    whole, quick = read(path.open("rb")), read(path.open("rb"), at_least=320)
    content = path.read_bytes()

    assert whole[:5] == quick[:5]
    assert max(quick.upright.size) >= 320
    pixels = [np.asarray(fit(each.upright, 64), float) for each in (whole, quick)]
    assert np.abs(pixels[0] - pixels[1]).mean() < 4
    with pytest.raises(Unreadable, match="cut off"):
        read(io.BytesIO(content[: len(content) - 5000]), at_least=320)


def test_deep_pixels_become_eight_bits_by_one_rule():
    deep = np.array([[0, 257, 65535]], np.uint16)
    unit = np.array([[0.0, 0.5, 1.0]], np.float32)

    for values, expected in ((deep, [0, 1, 255]), (unit, [0, 128, 255])):
        file = io.BytesIO(encoded(Image.fromarray(values), "TIFF"))
        assert np.asarray(read(file).upright).tolist() == [expected]
