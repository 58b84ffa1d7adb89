"""mask.png is what the shapes say, pixel by pixel; the overlay shows it in the classes' colours."""

import io

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import mask_to_rle
from projects.services.projects import update_project
from tests.annotations.store.conftest import box

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(api, url, classes):
    mask = np.zeros((20, 30), np.uint8)
    mask[15:, 20:] = 1
    shapes = [
        box(classes["cat"], 0, 0, 10, 10),
        box(classes["dog"], 5, 5, 10, 10),
        {"class": classes["void"], "mask": mask_to_rle(mask)},
    ]
    return api.put(url, {"results": shapes}, HTTP_IF_MATCH="0")


def read(answer):
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def test_mask_by_painting_order(api, asset, drawn):
    mask = read(api.get(f"/api/v1/assets/{asset.pk}/mask.png"))
    assert mask.shape == (20, 30)
    assert mask.dtype == np.uint8
    assert (mask[0, 0], mask[7, 7], mask[19, 29], mask[0, 29]) == (1, 2, 255, 0)
    assert [(mask == value).sum() for value in (1, 2, 255)] == [75, 100, 50]


def test_mask_without_background(api, asset, drawn, project, principal):
    update_project(principal, project, unlabelled="ignore")
    mask = read(api.get(f"/api/v1/assets/{asset.pk}/mask.png"))
    assert (mask[0, 0], mask[7, 7], mask[0, 29]) == (0, 1, 255)


def test_not_modified_until_something_changes(api, asset, drawn, classes):
    url = f"/api/v1/assets/{asset.pk}/mask.png"
    etag = api.get(url)["ETag"]
    assert api.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 304
    api.patch(f"/api/v1/classes/{classes['dog']}", {"position": 0})
    assert api.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_overlay_is_coloured_where_something_is(api, asset, drawn, classes):
    api.patch(f"/api/v1/classes/{classes['cat']}", {"color": "#ff0000"})
    picture = read(api.get(f"/api/v1/assets/{asset.pk}/overlay.png?size=160"))
    assert picture.shape == (20, 30, 4)
    assert tuple(picture[3, 3][:3]) == (255, 0, 0)
    assert 100 < picture[3, 3][3] < 200
    assert picture[2, 27][3] == 0


def test_overlay_size_is_checked(api, asset):
    answer = api.get(f"/api/v1/assets/{asset.pk}/overlay.png?size=7")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "size"


def test_strangers(other_api, asset):
    for name in ("mask.png", "overlay.png"):
        assert other_api.get(f"/api/v1/assets/{asset.pk}/{name}").status_code == 404
