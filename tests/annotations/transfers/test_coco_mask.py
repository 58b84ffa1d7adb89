"""COCO panoptic: every pixel belongs to one segment, out and in again."""

import io
import json
import uuid
import zipfile

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import geometry_to_mask, mask_to_rle
from annotations.painting import index_mask
from annotations.services import store
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.annotations.transfers.test_round_trips import contents, drawn, into, ring  # noqa: F401
from tests.shared import shared

pytestmark = pytest.mark.django_db


def panoptic(infos, **more):
    return json.dumps(
        {
            "images": [{"id": 7, "file_name": "a.png", "width": 30, "height": 20}],
            "categories": [{"id": 0, "name": "cat", "isthing": 1}, {"id": 3, "name": "sky", "isthing": 0}],
            "annotations": [{"image_id": 7, "file_name": "a.png", "segments_info": infos}],
            **more,
        }
    )


def colored(*boxes):
    """A PNG of 30×20 with rectangles (id, x, y, width, height)."""
    image = np.zeros((20, 30, 3), np.uint8)
    for number, x, y, width, height in boxes:
        image[y : y + height, x : x + width] = [number & 255, number >> 8 & 255, number >> 16]
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_segments_become_masks(bring, instances):
    infos = [
        {"id": 1, "category_id": 0, "iscrowd": 0},
        {"id": 256, "category_id": 0, "iscrowd": 1},
        {"id": 65536 + 5, "category_id": 3},
    ]
    pixels = colored((1, 0, 0, 10, 10), (256, 5, 5, 4, 4), (65541, 20, 0, 3, 20))
    members = {"p.json": panoptic(infos), "p/a.png": pixels, "images/a.png": png()}
    result = bring("coco_mask", "x.zip", packed(members), create_classes="true")["result"]
    assert result == {"assets": 1, "annotations": 3, "classes": 2, "skipped": []}
    first, crowd, sky = shapes_of(Asset.objects.get())
    assert (first["class"], first["area"], first["box"]) == ("cat", 84, [0, 0, 10, 10])
    assert (crowd["area"], crowd["attributes"]) == (16, {"iscrowd": 1})
    assert (sky["class"], sky["box"]) == ("sky", [20, 0, 3, 20])
    assert list(LabelClass.objects.values_list("name", "stuff")) == [("cat", False), ("sky", True)]


@pytest.mark.parametrize(
    ("infos", "reason"),
    [
        ([{"id": 9, "category_id": 0}], "has no pixel in the PNG"),
        ([{"id": 1, "category_id": 8}], "category 8 is not in the list `categories`"),
        ([{"id": "1", "category_id": 0}], "whole number"),
        ([7], "whole number"),
        ([{"id": 1, "category_id": 0}] * 2, "twice; the first was taken"),
        ([], "84 pixels are of 1 segments not in `segments_info`: 1"),
    ],
)
def test_what_does_not_fit_is_named(bring, instances, infos, reason):
    good = {"id": 256, "category_id": 0}
    pixels = colored((1, 0, 0, 10, 10), (256, 5, 5, 4, 4))
    members = {"p.json": panoptic([*infos, good]), "p/a.png": pixels, "images/a.png": png()}
    result = bring("coco_mask", "x.zip", packed(members), create_classes="true")["result"]
    assert result["annotations"] >= 1
    assert any(reason in note["reason"] for note in result["skipped"])


@pytest.mark.parametrize("pixels", [None, b"no PNG", colored((1, 0, 0, 5, 5))[:40]])
def test_a_png_that_is_missing_or_broken_is_named(bring, instances, pixels):
    members = {"p.json": panoptic([{"id": 1, "category_id": 0}]), "images/a.png": png()}
    if pixels:
        members["p/a.png"] = pixels
    result = bring("coco_mask", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["annotations"]) == (1, 0)
    assert any("a.png" in note["item"] for note in result["skipped"])


def test_a_single_json_is_refused(bring):
    job = bring("coco_mask", "p.json", panoptic([]))
    assert job["status"] == "failed"
    assert "in one ZIP" in job["error"]["detail"]


def test_out_and_in_again_every_pixel_stays(drawn, take, into):  # noqa: F811
    copy, result = into("coco_mask", take("coco_mask")[0])
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=copy):
        before = index_mask(Asset.objects.get(project=drawn, name=asset.name))
        # What is ignored becomes void, and void is not labelled here.
        assert (index_mask(asset) == np.where(before == 255, 0, before)).all()
    assert contents(copy).keys() == contents(drawn).keys()


def test_what_is_written_keeps_the_rules_of_the_format(principal, project, classes, upload, take):
    cat, dog = (uuid.UUID(classes[name]) for name in ("cat", "dog"))
    LabelClass.objects.filter(pk=dog).update(stuff=True)
    asset = Asset.objects.get(pk=upload("a.png", png()))
    track = uuid.uuid4()
    part = {"exterior": ring(16, 2, 3), "holes": []}
    shapes = [
        {"class": dog, "bbox": [0, 0, 10, 10]},
        {"class": dog, "bbox": [12, 0, 3, 3]},
        {"class": cat, "polygons": [{"exterior": ring(2, 2, 5), "holes": []}], "track": track},
        {"class": cat, "polygons": [part], "track": track},
        {"class": cat, "bbox": [20, 10, 4, 4]},
        {"class": cat, "bbox": [25, 10, 4, 4], "attributes": {"iscrowd": 1}},
    ]
    store.patch(principal, asset, 0, create=shapes, update=[], delete=[])
    with zipfile.ZipFile(io.BytesIO(take("coco_mask")[0])) as archive:
        document = json.loads(archive.read("annotations/panoptic_default.json"))
        image = np.asarray(Image.open(io.BytesIO(archive.read("annotations/panoptic_default/a.png")))).astype(
            int
        )
    ids = image[..., 0] + 256 * image[..., 1] + 65536 * image[..., 2]
    (row,) = document["annotations"]
    infos = row["segments_info"]
    assert [(each["isthing"]) for each in document["categories"]] == [1, 0]
    assert sorted((each["category_id"], each["iscrowd"]) for each in infos) == [
        (1, 0),
        (1, 0),
        (1, 1),
        (2, 0),
    ]
    assert set(np.unique(ids)) - {0} == {each["id"] for each in infos}
    for each in infos:
        rows, columns = np.nonzero(ids == each["id"])
        box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
        assert (each["area"], each["bbox"]) == (len(rows), box)


def test_datumaro_panoptic(bring, instances):
    folder = shared("formats", "datumaro", "coco_dataset", "coco_panoptic", "annotations")
    members = {"images/train/a.jpg": png(5, 5), "images/val/b.jpg": png(5, 10)}
    for split in ("train", "val"):
        members[f"annotations/panoptic_{split}.json"] = (folder / f"panoptic_{split}.json").read_bytes()
    members["annotations/panoptic_train/a.png"] = (folder / "panoptic_train" / "a.png").read_bytes()
    members["annotations/panoptic_val/b.png"] = (folder / "panoptic_val" / "b.png").read_bytes()
    # The file says 10×5 of an image whose PNG has 5×5.
    name = "annotations/panoptic_train.json"
    members[name] = members[name].replace(b'"width":10', b'"width":5')
    result = bring("coco_mask", "coco.zip", packed(members), create_classes="true")["result"]
    assert result == {"assets": 2, "annotations": 3, "classes": 2, "skipped": []}
    (whole,) = shapes_of(Asset.objects.get(name="a.jpg"))
    assert (whole["class"], whole["area"]) == ("a", 25)
    left, crowd = shapes_of(Asset.objects.get(name="b.jpg"))
    # As read by datumaro.
    theirs = np.asarray(Image.open(folder / "panoptic_val" / "b.png"))[..., 0]
    for shape, number in ((left, 7), (crowd, 20)):
        assert (geometry_to_mask({"mask": shape["mask"]}, 10, 5) == (theirs == number)).all()
        assert shape["mask"] == mask_to_rle(theirs == number)
    assert (left["class"], crowd["class"], crowd["attributes"]) == ("a", "b", {"iscrowd": 1})
