"""LabelMe files come in, of the desktop program and of MIT's web tool."""

import json

import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from projects.models import Asset
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

pytestmark = pytest.mark.django_db
TRIANGLE = [[1, 1], [9, 1], [9, 9]]


def document(*shapes, **more):
    rows = [{"label": "cat", "shape_type": "polygon", "points": TRIANGLE, **shape} for shape in shapes]
    return json.dumps({"shapes": rows, "imagePath": "a.png", "imageWidth": 30, "imageHeight": 20, **more})


def test_kinds_of_shapes(bring, classes):
    shapes = [
        {"flags": {"blurred": True, "cut": False}},
        {"shape_type": "rectangle", "points": [[9, 8], [2, 3]]},
        {"shape_type": "circle", "points": [[10, 10], [14, 10]]},
        {"group_id": 4},
        {"group_id": 4, "points": [[12, 12], [15, 12], [15, 15]]},
        {"group_id": 4, "label": "dog"},
    ]
    file = packed({"x/a.png": png(), "x/a.json": document(*shapes)})
    job = bring("labelme", "x.zip", file)
    assert job["result"] == {"assets": 1, "annotations": 5, "classes": 0, "skipped": []}
    plain, box, circle, group, dog = shapes_of(Asset.objects.get())
    assert plain["polygons"][0]["exterior"] == TRIANGLE
    assert plain["attributes"] == {"blurred": True}
    assert box["bbox"] == [2, 3, 7, 5]
    assert abs(circle["area"] - 50) < 5
    assert len(group["polygons"]) == 2
    assert dog["class"] == "dog"


BROKEN = [
    ({"shape_type": "linestrip"}, "covers no area"),
    ({"shape_type": "rectangle"}, "two points"),
    ({"points": [[1, 1], [2, 2]]}, "three different points"),
    ({"points": "x"}, "no list"),
    ({"label": ""}, "no label"),
    ({"label": "newt"}, "no such class"),
    ({"shape_type": "mask", "points": [[1, 1], [2, 2]], "mask": "!"}, "no PNG"),
]


@pytest.mark.parametrize(("shape", "reason"), BROKEN)
def test_a_broken_shape_is_named_and_the_rest_lands(bring, classes, upload, shape, reason):
    upload("a.png", png())
    job = bring("labelme", "a.json", document(shape, {}))
    assert job["result"]["annotations"] == 1
    (note,) = job["result"]["skipped"]
    assert reason in note["reason"]


def test_a_damaged_file_among_others(bring, classes):
    file = packed({"a.png": png(), "a.json": document({}), "b.json": "{", "c.json": '{"version": 1}'})
    job = bring("labelme", "x.zip", file)
    assert job["result"]["annotations"] == 1
    assert {note["item"] for note in job["result"]["skipped"]} == {"b.json", "c.json"}


def test_web_tool_with_masks(bring):
    folder = shared("formats", "datumaro", "labelme_dataset")
    members = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".png", ".xml")
    }
    job = bring("labelme", "web.zip", packed(members), create_classes="true")
    assert job["status"] == "succeeded", job
    asset = Asset.objects.get()
    assert (asset.width, asset.height) == (102, 77)
    shapes = shapes_of(asset)
    kinds = [next(kind for kind in ("polygons", "mask", "bbox") if kind in shape) for shape in shapes]
    assert {shape["class"] for shape in shapes} >= {"window", "license plate", "o1", "q1", "b1", "m1"}
    assert job["result"]["annotations"] == len(shapes) == kinds.count("polygons") + kinds.count("mask") + 1
    plate = next(shape for shape in shapes if shape["class"] == "license plate")
    assert np.count_nonzero(rle_to_mask(plate["mask"])) == plate["area"] > 0
    assert plate["box"][0] >= 57


def test_entities_are_refused(bring, classes):
    text = '<!DOCTYPE x [<!ENTITY a "b">]><annotation><filename>&a;</filename></annotation>'
    job = bring("labelme", "a.xml", text)
    assert job["status"] == "failed"
    assert "entities" in job["error"]["detail"]
