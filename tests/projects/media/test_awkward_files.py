"""Awkward real files: each has one right answer, a size or a reason."""

import io

import numpy as np
import pytest
from PIL import Image

from projects.media.errors import Unreadable
from projects.media.images import fit, read
from tests.projects.pictures import encoded
from tests.shared import shared
from training.ml.images import load_rgb

# Displayed size, EXIF orientation, content type without `image/`, pages, and mode of the upright picture.
READABLE = {
    "exif/Landscape_0.jpg": (1800, 1200, 1, "jpeg", 1, "RGB"),
    "exif/Landscape_1.jpg": (1800, 1200, 1, "jpeg", 1, "RGB"),
    "exif/Landscape_2.jpg": (1800, 1200, 2, "jpeg", 1, "RGB"),
    "exif/Landscape_3.jpg": (1800, 1200, 3, "jpeg", 1, "RGB"),
    "exif/Landscape_4.jpg": (1800, 1200, 4, "jpeg", 1, "RGB"),
    "exif/Landscape_5.jpg": (1800, 1200, 5, "jpeg", 1, "RGB"),
    "exif/Landscape_6.jpg": (1800, 1200, 6, "jpeg", 1, "RGB"),
    "exif/Landscape_7.jpg": (1800, 1200, 7, "jpeg", 1, "RGB"),
    "exif/Landscape_8.jpg": (1800, 1200, 8, "jpeg", 1, "RGB"),
    "exif/Portrait_0.jpg": (1200, 1800, 1, "jpeg", 1, "RGB"),
    "exif/Portrait_1.jpg": (1200, 1800, 1, "jpeg", 1, "RGB"),
    "exif/Portrait_2.jpg": (1200, 1800, 2, "jpeg", 1, "RGB"),
    "exif/Portrait_3.jpg": (1200, 1800, 3, "jpeg", 1, "RGB"),
    "exif/Portrait_4.jpg": (1200, 1800, 4, "jpeg", 1, "RGB"),
    "exif/Portrait_5.jpg": (1200, 1800, 5, "jpeg", 1, "RGB"),
    "exif/Portrait_6.jpg": (1200, 1800, 6, "jpeg", 1, "RGB"),
    "exif/Portrait_7.jpg": (1200, 1800, 7, "jpeg", 1, "RGB"),
    "exif/Portrait_8.jpg": (1200, 1800, 8, "jpeg", 1, "RGB"),
    "heic/alpha.heic": (1440, 960, 1, "heic", 1, "RGB"),
    "heic/pug.heic": (4032, 3024, 1, "heic", 1, "RGB"),
    "pillow/10ct_32bit_128.tiff": (128, 128, 1, "tiff", 1, "L"),
    "pillow/12bit.cropped.tif": (100, 100, 1, "tiff", 1, "L"),
    "pillow/16_bit_binary.pgm": (20, 100, 1, "x-portable-anymap", 1, "L"),
    "pillow/16bit.MM.cropped.tif": (64, 64, 1, "tiff", 1, "L"),
    "pillow/16bit.cropped.tif": (64, 64, 1, "tiff", 1, "L"),
    "pillow/16bit.deflate.tif": (64, 64, 1, "tiff", 1, "L"),
    "pillow/16bit.s.tif": (10, 10, 1, "tiff", 1, "L"),
    "pillow/broken_exif_dpi.jpg": (100, 100, 1, "jpeg", 1, "RGB"),
    "pillow/chi.gif": (320, 240, 1, "gif", 31, "RGBA"),
    "pillow/dispose_bgnd.gif": (100, 100, 1, "gif", 5, "RGB"),
    "pillow/exif_gps.jpg": (8, 8, 1, "jpeg", 1, "RGB"),
    "pillow/exif_imagemagick_orientation.png": (512, 512, 3, "png", 1, "RGB"),
    "pillow/flower.webp": (480, 360, 1, "webp", 1, "RGB"),
    "pillow/frozenpond.mpo": (640, 480, 1, "jpeg", 1, "RGB"),
    "pillow/g4_orientation_6.tif": (590, 88, 1, "tiff", 1, "RGB"),
    "pillow/hopper.Lab.tif": (128, 128, 1, "tiff", 1, "RGB"),
    "pillow/hopper.avif": (128, 128, 1, "avif", 1, "RGB"),
    "pillow/hopper.gif": (128, 128, 1, "gif", 1, "RGB"),
    "pillow/hopper.heif": (128, 128, 1, "heic", 1, "RGB"),
    "pillow/hopper.jpg": (128, 128, 1, "jpeg", 1, "RGB"),
    "pillow/hopper.webp": (128, 128, 1, "webp", 1, "RGB"),
    "pillow/hopper_16bit_qtables.jpg": (128, 128, 1, "jpeg", 1, "RGB"),
    "pillow/hopper_1bit.pbm": (128, 128, 1, "x-portable-anymap", 1, "RGB"),
    "pillow/hopper_bad_exif.jpg": (500, 500, 1, "jpeg", 1, "L"),
    "pillow/hopper_bigtiff.tif": (128, 128, 1, "tiff", 1, "RGB"),
    "pillow/hopper_gray.jpg": (128, 128, 1, "jpeg", 1, "L"),
    "pillow/hopper_gray_4bpp.tif": (128, 128, 1, "tiff", 1, "L"),
    "pillow/hopper_jpg.tif": (128, 128, 1, "tiff", 1, "RGB"),
    "pillow/hopper_orientation_2.jpg": (128, 128, 2, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_3.jpg": (128, 128, 3, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_4.jpg": (128, 128, 4, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_5.jpg": (128, 128, 5, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_6.jpg": (128, 128, 6, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_6.webp": (128, 128, 6, "webp", 1, "RGB"),
    "pillow/hopper_orientation_7.jpg": (128, 128, 7, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_8.jpg": (128, 128, 8, "jpeg", 1, "RGB"),
    "pillow/hopper_orientation_8.webp": (128, 128, 8, "webp", 1, "RGB"),
    "pillow/icc-after-SOF.jpg": (10, 10, 1, "jpeg", 1, "L"),
    "pillow/icc_profile_big.jpg": (425, 250, 1, "jpeg", 1, "RGB"),
    "pillow/invalid-exif.jpg": (200, 200, 1, "jpeg", 1, "RGB"),
    "pillow/iss634.apng": (245, 245, 1, "png", 41, "RGBA"),
    "pillow/iss634.gif": (245, 245, 1, "gif", 42, "RGB"),
    "pillow/iss634.webp": (245, 245, 1, "webp", 42, "RGBA"),
    "pillow/la.tga": (64, 64, 1, "x-tga", 1, "RGBA"),
    "pillow/mode_16bit.png": (128, 64, 1, "png", 3, "RGBA"),
    "pillow/mode_palette_alpha.png": (128, 64, 1, "png", 3, "RGBA"),
    "pillow/multipage-mmap.tiff": (10, 10, 1, "tiff", 3, "RGB"),
    "pillow/multipage.tiff": (10, 10, 1, "tiff", 3, "RGB"),
    "pillow/multiple_exif.jpg": (1, 1, 1, "jpeg", 1, "L"),
    "pillow/no_palette.gif": (1, 1, 1, "gif", 2, "L"),
    "pillow/no_rows_per_strip.tif": (950, 975, 1, "tiff", 3, "RGB"),
    "pillow/orientation_rectangle.jpg": (1, 2, 8, "jpeg", 1, "RGB"),
    "pillow/palette_negative.png": (128, 128, 1, "png", 1, "RGB"),
    "pillow/palette_wedge.png": (128, 128, 1, "png", 1, "RGB"),
    "pillow/pil123rgba.png": (162, 150, 1, "png", 1, "RGBA"),
    "pillow/pil_sample_cmyk.jpg": (100, 100, 1, "jpeg", 1, "RGB"),
    "pillow/pil_sample_rgb.jpg": (100, 100, 1, "jpeg", 1, "RGB"),
    "pillow/rdf.tif": (518, 556, 1, "tiff", 1, "RGBA"),
    "pillow/rgba32.bmp": (127, 64, 1, "bmp", 1, "RGBA"),
    "pillow/rot1mir0.avif": (640, 427, 5, "avif", 1, "RGB"),
    "pillow/sugarshack.mpo": (640, 480, 1, "jpeg", 1, "RGB"),
    "pillow/test-card-lossless.jp2": (640, 480, 1, "jp2", 1, "RGB"),
    "pillow/tiff_16bit_RGB.tiff": (100, 40, 1, "tiff", 1, "RGB"),
    "pillow/tiff_16bit_RGBa.tiff": (100, 40, 1, "tiff", 1, "RGBA"),
    "pillow/tiff_strip_cmyk_jpeg.tif": (100, 100, 1, "tiff", 1, "RGB"),
    "pillow/tiff_wrong_bits_per_sample.tiff": (52, 53, 1, "tiff", 1, "RGBA"),
    "pillow/total-pages-zero.tif": (1728, 2156, 1, "tiff", 3, "RGB"),
    "pillow/transparent.gif": (200, 150, 1, "gif", 1, "RGBA"),
    "pillow/transparent.png": (200, 150, 1, "png", 1, "RGBA"),
    "pillow/transparent.webp": (200, 150, 1, "webp", 1, "RGBA"),
    "pillow/truncated_app14.jpg": (100, 100, 1, "jpeg", 1, "RGB"),
    "pillow/xmp_tags_orientation.png": (326, 268, 3, "png", 1, "RGBA"),
    "pillow/xmp_tags_orientation_exiftool.png": (10, 10, 3, "png", 1, "RGBA"),
}
REFUSED = {
    "heic/truncated.heic": "damaged or cut off",
    "pillow/badwidth.bmp": "more pixels",
    "pillow/broken.png": "known format",
    "pillow/broken_data_stream.png": "damaged or cut off",
    "pillow/crash-2020-10-test.tif": "damaged or cut off",
    "pillow/decompression_bomb.gif": "more pixels",
    "pillow/decompression_bomb.ico": "known format",
    "pillow/oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "known format",
    "pillow/png_decompression_dos.png": "damaged or cut off",
    "pillow/pngtest_bad.png.bin": "known format",
    "pillow/reallybig.bmp": "more pixels",
    "pillow/seek_too_large.tif": "damaged or cut off",
    "pillow/truncated_end_chunk.png": "damaged or cut off",
    "pillow/truncated_image.png": "damaged or cut off",
    "pillow/truncated_jpeg.jpg": "damaged or cut off",
    "pillow/zero_width.gif": "known format",
}


def test_every_file_has_an_answer():
    texts = {"exif/Makefile", "exif/README.markdown", "exif/VERSION"}
    root = shared("images")
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    pictures = {name for name in files - texts if "LICENSE" not in name and "/generator/" not in name}
    assert pictures == READABLE.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READABLE)
def test_readable_files_give_the_displayed_size(name):
    with shared("images", name).open("rb") as file:
        picture = read(file)

    width, height, orientation, kind, pages, mode = READABLE[name]
    assert (picture.width, picture.height, picture.orientation) == (width, height, orientation)
    assert (picture.content_type, picture.pages) == (f"image/{kind}", pages)
    assert picture.upright.size == (width, height)
    assert picture.upright.mode == mode


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_with_the_reason(name):
    with pytest.raises(Unreadable, match=REFUSED[name]):
        read(shared("images", name).open("rb"), at_least=320)


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


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 257, 65535]], np.uint16), [0, 1, 255]),
        (np.array([[0, 2048, 4095]], np.uint16), [0, 128, 255]),
        (np.array([[0, 100, 700]], np.uint16), [0, 25, 174]),
        (np.array([[0, 7, 200]], np.uint16), [0, 7, 200]),
        (np.array([[0, 1 << 19, 1 << 20]], np.int32), [0, 32, 64]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 40.0, 250.0]], np.float32), [0, 40, 250]),
        (np.array([[-1.0, 0.0, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[-1.0, np.nan, 3.0]], np.float32), [0, 0, 255]),
        (np.array([[0.0, 0.0, 0.0]], np.float32), [0, 0, 0]),
    ],
)
def test_deep_pixels_become_eight_bits_by_one_rule(values, expected):
    file = encoded(Image.fromarray(values), "TIFF")

    assert np.asarray(read(io.BytesIO(file)).upright).tolist() == [expected]
    assert load_rgb(file)[..., 0].tolist() == [expected]
