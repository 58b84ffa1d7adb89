"""A photograph that was taken sideways: shapes are drawn, painted and frozen in the upright picture."""

import io
import uuid

import numpy as np
import pytest
from PIL import Image

from annotations.services.store import replace
from projects.services.assets import add_asset
from tests.shared import shared

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_mask_stands_upright_with_its_picture(api, principal, project, classes, orientation):
    photo = shared("images", "exif", f"Portrait_{orientation}.jpg")
    asset = add_asset(project, "turned.jpg", photo.read_bytes()).asset
    shape = {"class": uuid.UUID(classes["cat"]), "bbox": [100, 1500, 200, 300]}
    replace(principal, asset, 0, [shape])
    answer = api.get(f"/api/v1/assets/{asset.pk}/mask.png")
    mask = np.asarray(Image.open(io.BytesIO(answer.content)))

    assert mask.shape == (1800, 1200)
    assert (mask[1500:1800, 100:300] == 1).all()
    assert mask.sum() == 200 * 300
