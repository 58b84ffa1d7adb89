"""What inks and profiles become: sRGB by the file's own profile, and RGB with its numbers untouched."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from projects.media import encode
from projects.media.images import fit, read
from tests.projects.pictures import encoded, opened
from tests.shared import shared
from training.ml.images import load_rgb

# sRGB's red in CIE L*a*b* under D50 (Lindbloom's tables), and white.
RED, WHITE, BLACK = (54.29, 80.81, 69.89), (100.0, 0.0, 0.0), (0.0, 0.0, 0.0)


def inks() -> bytes:
    """An ICC profile (ICC.1:2001-04, 6.5.8 lut8Type) by which the first ink alone is red, none are white and
    all else is black: nothing that a guess without it would give.
    """
    corners = [BLACK] * 16
    corners[0b0000], corners[0b1000] = WHITE, RED
    grid = b"".join(bytes([round(L * 2.55), round(a + 128), round(b + 128)]) for L, a, b in corners)
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if n % 4 == 0 else 0 for n in range(9)))
    lut = b"mft1" + bytes([0, 0, 0, 0, 4, 3, 2, 0]) + matrix + ramp * 4 + grid + ramp * 3
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(lut))
    head = struct.pack(">I4sI4s4s4s", 144 + len(lut), b"test", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + tags + lut


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_inks_become_what_their_profile_says(kind):
    red = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    file = encoded(red, kind, icc_profile=inks(), quality=100)

    shown = np.asarray(read(io.BytesIO(file)).upright).astype(int)
    assert np.abs(shown - [255, 0, 0]).max() <= 4
    assert np.array_equal(load_rgb(file), shown)


@pytest.mark.parametrize("profile", [b"", b"no profile at all", inks()[:200]])
def test_without_a_profile_that_can_be_used_inks_are_subtracted(profile):
    file = encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "TIFF", icc_profile=profile)

    shown = np.asarray(read(io.BytesIO(file)).upright)
    assert shown[0, 0].tolist() == [0, 255, 255]
    assert np.array_equal(load_rgb(file), shown)


@pytest.mark.parametrize("name", ["pil_sample_cmyk.jpg", "tiff_strip_cmyk_jpeg.tif"])
def test_real_inks_look_as_their_rgb_twin(name):
    twin = np.asarray(opened(shared("images", "pillow", "pil_sample_rgb.jpg").read_bytes())).astype(int)
    assert np.abs(np.asarray(read(shared("images", "pillow", name).open("rb")).upright) - twin).mean() < 6


def wide() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:80] + b"wide" + profile[84:]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_rgb_keeps_its_numbers_and_what_is_made_of_it_its_profile(kind):
    image = Image.new("RGB", (64, 48), (200, 40, 40))
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True}
    picture = read(io.BytesIO(encoded(image, kind, icc_profile=wide(), **options)))

    assert np.abs(np.asarray(picture.upright).astype(int) - [200, 40, 40]).max() <= 2
    made = [encode.thumbnail(fit(picture.upright, 32)), encode.display(picture.upright, "image/jpeg")[0]]
    made.append(encode.display(picture.upright, "image/tiff")[0])
    assert [opened(content).info["icc_profile"] for content in made] == [wide()] * 3


def test_a_profile_of_inks_is_not_borne_on_as_one_of_rgb():
    file = encoded(Image.new("CMYK", (8, 8)), "TIFF", icc_profile=inks())
    content, _ = encode.display(read(io.BytesIO(file)).upright, "image/tiff")
    assert opened(content).info.get("icc_profile", b"RGB ".rjust(20))[16:20] == b"RGB "


def test_browsers_get_inks_as_they_are_trained_on():
    picture = read(shared("images", "pillow", "pil_sample_cmyk.jpg").open("rb"))
    assert not picture.displayable
    content, content_type = encode.display(picture.upright, picture.content_type)
    shown = np.asarray(opened(content)).astype(int)
    assert content_type == "image/jpeg"
    trained = load_rgb(shared("images", "pillow", "pil_sample_cmyk.jpg"))
    assert np.abs(shown - trained).mean() < 2
