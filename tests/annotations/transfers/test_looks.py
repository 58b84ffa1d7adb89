"""Whoever chose the wrong format is told which one the file seems to be in."""

import json

import pytest

from tests.annotations.transfers.conftest import coco, packed, png, polygon

pytestmark = pytest.mark.django_db

LABELME = json.dumps({"shapes": [], "imagePath": "a.png", "imageHeight": 20, "imageWidth": 30})
DATUMARO = json.dumps({"dm_format_version": "1.0", "categories": {"label": {"labels": []}}, "items": []})
CVAT = "<annotations><version>1.1</version><image id='0' name='a.png' width='3' height='2'/></annotations>"
VOC = "<annotation><filename>a.png</filename><size><width>30</width></size></annotation>"
COCO = coco(["a.png"], [polygon(1, 1, 5, 1, 5, 5)])


@pytest.mark.parametrize(
    ("chosen", "name", "content", "title"),
    [
        ("coco", "a.xml", CVAT, "CVAT"),
        ("coco", "a.json", LABELME, "LabelMe"),
        ("coco", "x.zip", packed({"annotations.xml": CVAT}), "CVAT"),
        ("cvat", "x.zip", packed({"annotations/train.json": DATUMARO}), "datumaro"),
        ("labelme", "a.json", COCO, "COCO"),
        ("datumaro", "x.zip", packed({"annotations/instances.json": COCO}), "COCO"),
        ("mask_png", "x.zip", packed({"data.yaml": "names: [a]", "labels/a.txt": "0 .1 .1 .2 .2"}), "YOLO"),
        ("yolo_seg", "x.zip", packed({"a.json": LABELME}), "LabelMe"),
        ("yolo_seg", "x.zip", packed({"masks/a.png": png()}), "PNG masks"),
    ],
)
def test_a_refused_file(bring, chosen, name, content, title):
    job = bring(chosen, name, content)
    assert job["status"] == "failed"
    assert f"It looks like {title}" in job["error"]["detail"]


def test_a_file_that_is_read_and_holds_nothing(bring):
    job = bring("labelme", "x.zip", packed({"annotations.xml": CVAT, "images/a.png": png()}))
    assert job["status"] == "succeeded"
    assert "It looks like CVAT" in job["result"]["skipped"][-1]["reason"]


@pytest.mark.parametrize("content", [COCO, "hello", "<html/>"])
def test_nothing_is_said_where_nothing_is_known(bring, content):
    job = bring("coco", "a.json", content)
    assert "looks like" not in json.dumps(job)
