"""Turned photographs come out upright: their size, their picture, their thumbnail."""

import numpy as np
import pytest

from projects.models import Asset
from tests.projects.pictures import body, opened
from tests.shared import shared

pytestmark = pytest.mark.django_db
SIZES = {"Landscape": (1800, 1200), "Portrait": (1200, 1800)}


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
@pytest.mark.parametrize("orientation", range(9))
def test_every_exif_orientation_is_shown_upright(api, upload, shape, orientation):
    content = shared("images", "exif", f"{shape}_{orientation}.jpg").read_bytes()
    (result,) = upload((f"{orientation}.jpg", content))
    shown = opened(body(api.get(f"/api/v1/assets/{result['id']}/image")))
    small = opened(body(api.get(f"/api/v1/assets/{result['id']}/thumbnail")))

    assert (result["width"], result["height"]) == SIZES[shape]
    assert Asset.objects.get(pk=result["id"]).orientation == (orientation or 1)
    assert shown.size == SIZES[shape]
    assert shown.getexif().get(0x0112, 1) in (0, 1)
    assert small.size == tuple(side * 320 // 1800 for side in SIZES[shape])
    assert_alike(shown, small)
    assert_alike(shown, opened(shared("images", "exif", f"{shape}_1.jpg").read_bytes()))


def assert_alike(picture, other):
    """The same scene: the files of one shape differ by their printed number and compression only."""
    pixels = [np.asarray(each.convert("L").resize((24, 24)), float) for each in (picture, other)]
    turned = [np.asarray(np.rot90(pixels[1], turns)) for turns in (1, 2, 3)] + [pixels[1][:, ::-1]]
    difference = np.abs(pixels[0] - pixels[1]).mean()

    assert difference < 12
    assert all(difference < np.abs(pixels[0] - each).mean() / 2 for each in turned)
