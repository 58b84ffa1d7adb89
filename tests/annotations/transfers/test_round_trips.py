"""Out of one project and into another: lossless formats give back every shape exactly."""

import io
import uuid
import zipfile

import numpy as np
import pytest

from annotations.formats import FORMATS
from annotations.geometry import mask_to_rle
from annotations.models import Snapshot
from annotations.painting import index_mask
from annotations.services import store
from projects.models import Asset, LabelClass
from projects.services.projects import create_project
from tests.annotations.transfers.conftest import png, shapes_of

pytestmark = pytest.mark.django_db


def ring(x, y, side):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


def blob():
    mask = np.zeros((20, 30), np.uint8)
    mask[3:15, 4:20] = 1
    mask[5:9, 6:10] = 0
    return mask_to_rle(mask)


@pytest.fixture
def drawn(principal, project, classes, upload):
    """Two images of one stem with every kind of shape, out of drawing order."""
    cat, dog, void = (uuid.UUID(classes[name]) for name in ("cat", "dog", "void"))
    first = Asset.objects.get(pk=upload("a.png", png()))
    second = Asset.objects.get(pk=upload("a.jpg", png(grey=7)))
    holed = {"exterior": ring(1, 1, 12.5), "holes": [ring(3, 3, 4.25)]}
    shapes = [
        {"class": cat, "polygons": [holed, {"exterior": ring(16.1, 2.7, 3), "holes": []}], "z": 3},
        {"class": dog, "mask": blob(), "attributes": {"iscrowd": 1, "note": "ä"}, "score": 0.25},
        {"class": cat, "bbox": [0.1, 0.2, 10.7, 3.3], "z": -1},
        {"class": dog, "polygons": [{"exterior": ring(2, 2, 5), "holes": []}], "track": uuid.uuid4()},
        {"class": cat, "polygons": [{"exterior": ring(2, 2, 5), "holes": []}] * 2},
    ]
    store.patch(principal, first, 0, create=shapes, update=[], delete=[])
    store.patch(principal, second, 0, create=[{"class": void, "bbox": [1, 1, 9, 9]}], update=[], delete=[])
    return project


@pytest.fixture
def into(principal, workspace, bring, api, run_jobs):
    """`into(format, file)`: a fresh project with the file imported into it, and the import's result."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(format, file):
        project = create_project(principal, workspace, name=f"Copy {uuid.uuid4()}", task="semantic")
        form = {"format": format, "file": SimpleUploadedFile("x.zip", file), "create_classes": "true"}
        answer = api.post(f"/api/v1/projects/{project.pk}/imports", form, format="multipart")
        run_jobs()
        return project, api.get(f"/api/v1/jobs/{answer.json()['id']}").json()["result"]

    return send


def contents(project):
    return {asset.name: shapes_of(asset) for asset in Asset.objects.filter(project=project)}


@pytest.mark.parametrize("name", [each.name for each in FORMATS.values() if each.lossless])
def test_lossless(drawn, take, into, name):
    file, job = take(name)
    assert (job["result"]["images"], job["result"]["annotations"]) == (2, 6)
    copy, result = into(name, file)
    assert result["skipped"] == []
    assert contents(copy) == contents(drawn)


def test_coco_keeps_the_classes(drawn, take, into):
    copy, _ = into("coco", take("coco")[0])
    columns = ("name", "color", "ignore", "position")
    assert list(LabelClass.objects.filter(project=copy).values_list(*columns)) == list(
        LabelClass.objects.filter(project=drawn).values_list(*columns)
    )


def test_masks_keep_every_pixel(drawn, take, into):
    file, _ = take("mask_png")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.read("classes.txt") == b"background\ncat\ndog\n"
        assert {"masks/a.png.png", "masks/a.jpg.png", "images/a.jpg"} <= set(archive.namelist())
    copy, result = into("mask_png", file)
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=copy):
        assert (index_mask(asset) == index_mask(Asset.objects.get(project=drawn, name=asset.name))).all()


@pytest.mark.parametrize("name", ["coco", "labelme"])
def test_into_the_same_project_changes_nothing(drawn, take, bring, name):
    before = contents(drawn)
    job = bring(name, "x.zip", take(name)[0])
    assert job["result"] == {"assets": 0, "annotations": 0, "classes": 0, "skipped": []}
    assert contents(drawn) == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_snapshot_goes_out_as_it_was(api, url, drawn, take, principal, name):
    snapshot = api.post(f"{url}/snapshots").json()["id"]
    before, _ = take(name)
    for asset in Asset.objects.filter(project=drawn):
        store.replace(principal, asset, asset.revision, [])
    after, job = take(name, snapshot=snapshot)
    assert job["result"]["annotations"] == 6
    assert Snapshot.objects.count() == 1

    def pictures(content):
        # A snapshot has an order and splits of its own, which texts and folders tell.
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.endswith((".png", ".jpg"))]
            return sorted(archive.read(name) for name in names)

    assert pictures(after) == pictures(before)
