"""The same pixels as readers that share no code with ours for it: OpenCV's, FFmpeg's, and arithmetic."""

import av
import cv2
import numpy as np
import pytest

from projects.media.images import read
from tests.shared import shared


def ours(*parts):
    return np.asarray(read(shared("images", *parts).open("rb")).upright.convert("RGB")).astype(int)


def by_opencv(*parts, flags=cv2.IMREAD_COLOR_RGB):
    return cv2.imread(str(shared("images", *parts)), flags)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["Landscape", "Portrait"])
def test_exif_orientations(name, orientation):
    theirs = by_opencv("exif", f"{name}_{orientation}.jpg")
    shown = ours("exif", f"{name}_{orientation}.jpg")
    assert shown.shape == theirs.shape
    assert np.abs(shown - theirs).mean() < 1.5


@pytest.mark.parametrize("name", ["Landscape", "Portrait"])
def test_all_orientations_show_one_photograph(name):
    small = [cv2.resize(ours("exif", f"{name}_{n}.jpg").astype(np.uint8), (60, 60)) for n in range(1, 9)]
    assert all(np.abs(each.astype(int) - small[0]).mean() < 12 for each in small)


@pytest.mark.parametrize("name", ["16bit.cropped.tif", "16bit.MM.cropped.tif", "16bit.deflate.tif"])
def test_grey_of_sixteen_bits(name):
    """The largest value is 694, which ten bits hold: 1023 is white."""
    stored = by_opencv("pillow", name, flags=cv2.IMREAD_UNCHANGED)
    assert stored.dtype == np.uint16 and stored.max() == 694
    assert np.array_equal(ours("pillow", name)[..., 0], np.rint(stored * (255 / 1023)))


def test_grey_of_twelve_bits():
    """OpenCV moves them up into sixteen; the largest is 30, which eight bits hold."""
    stored = by_opencv("pillow", "12bit.cropped.tif", flags=cv2.IMREAD_UNCHANGED)
    assert stored.max() == 30 << 4
    assert np.array_equal(ours("pillow", "12bit.cropped.tif")[..., 0], stored >> 4)


def test_colour_of_sixteen_bits_is_its_upper_eight():
    stored = by_opencv("pillow", "tiff_16bit_RGB.tiff", flags=cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert np.abs(ours("pillow", "tiff_16bit_RGB.tiff") - (stored >> 8)).max() <= 1


@pytest.mark.parametrize(
    "name", ["hopper.avif", "test-card-lossless.jp2", "flower.webp", "hopper_bigtiff.tif"]
)
def test_other_codecs(name):
    theirs = by_opencv("pillow", name)
    assert np.abs(ours("pillow", name) - theirs).mean() < 1.5


def test_heic():
    with av.open(str(shared("images", "pillow", "hopper.heif"))) as file:
        theirs = next(file.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(ours("pillow", "hopper.heif") - theirs).mean() < 1.5


def test_heic_of_many_tiles():
    """A telephone's: FFmpeg gives the tiles of 512 pixels, 8 a row, and libheif what they make together."""
    shown = ours("heic", "pug.heic")
    assert shown.shape == (3024, 4032, 3)
    for number in (0, 9, 47):
        with av.open(str(shared("images", "heic", "pug.heic"))) as file:
            tile = next(file.decode(video=number)).to_ndarray(format="rgb24")
        top, left = (512 * place for place in divmod(number, 8))
        here = shown[top : top + 512, left : left + 512]
        assert np.abs(here - tile[: here.shape[0], : here.shape[1]]).mean() < 1.5
