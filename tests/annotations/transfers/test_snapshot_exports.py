"""A snapshot is exported again and again, whatever happened to its project since."""

import io
import zipfile

import pytest

from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import SQUARE, coco, packed, png, polygon

pytestmark = pytest.mark.django_db


def members(file):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("format", ["coco", "labelme", "mask_png"])
def test_the_same_file_after_everything_changed(api, url, bring, take, format):
    pictures = {f"{n}.png": png(grey=n) for n in range(4)}
    shapes = [{**polygon(*SQUARE), "image_id": n + 1, "category_id": n % 2 + 1} for n in range(4)]
    document = coco(list(pictures), shapes)
    bring("coco", "x.zip", packed({**pictures, "c.json": document}), create_classes="true")
    snapshot = api.post(f"{url}/snapshots").json()["id"]
    before, _ = take(format, snapshot=snapshot)

    first, second, *_ = Asset.objects.order_by("name")
    api.patch(f"/api/v1/assets/{second.pk}", {"name": "renamed.png", "split": "test"})
    assert api.delete(f"/api/v1/assets/{first.pk}").status_code == 204
    cat = LabelClass.objects.get(name="cat")
    api.patch(f"/api/v1/classes/{cat.pk}", {"name": "lion", "color": "#000001"})
    api.post(f"{url}/classes", {"name": "new", "color": "#123456"})
    api.put(
        f"/api/v1/assets/{second.pk}/annotations",
        {"results": []},
        format="json",
        HTTP_IF_MATCH=str(second.revision),
    )
    after, job = take(format, snapshot=snapshot)
    assert job["result"]["images"] == 4
    assert members(after) == members(before)
