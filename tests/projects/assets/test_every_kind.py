"""Pictures of every kind go in as they are and come out as what browsers show."""

import io

import numpy as np
import pytest

from tests.projects.pictures import body, opened
from tests.shared import shared
from training.ml.images import load_rgb

pytestmark = pytest.mark.django_db
# And what browsers get.
KINDS = {
    "hopper.heif": "image/png",
    "test-card-lossless.jp2": "image/png",
    "16bit.deflate.tif": "image/png",
    "10ct_32bit_128.tiff": "image/png",
    "g4_orientation_6.tif": "image/png",
    "la.tga": "image/png",
    "16_bit_binary.pgm": "image/png",
    "mode_16bit.png": "image/png",
    "pil_sample_cmyk.jpg": "image/jpeg",
    "rot1mir0.avif": "image/jpeg",
    "hopper_orientation_6.webp": "image/jpeg",
    "frozenpond.mpo": "image/jpeg",
    "hopper.gif": "image/gif",
    "rgba32.bmp": "image/bmp",
}


@pytest.mark.parametrize("name", KINDS)
def test_shown_as_trained_and_kept_as_sent(api, project, name):
    content = shared("images", "pillow", name).read_bytes()
    file = io.BytesIO(content)
    file.name = name
    answer = api.post(f"/api/v1/projects/{project.pk}/assets", {"files": [file]}, format="multipart")
    (row,) = answer.json()["results"]
    assert row["status"] == "ready", row["error"]

    url = f"/api/v1/assets/{row['id']}"
    image = api.get(f"{url}/image")
    assert image["Content-Type"] == KINDS[name]
    shown, trained = opened(body(image)), load_rgb(content)
    assert shown.size == (row["width"], row["height"]) == trained.shape[1::-1]
    assert np.abs(np.asarray(shown.convert("RGB")).astype(int) - trained).mean() < 2
    assert body(api.get(f"{url}/image?original=1")) == content
    assert max(opened(body(api.get(f"{url}/thumbnail?size=160"))).size) <= 160
