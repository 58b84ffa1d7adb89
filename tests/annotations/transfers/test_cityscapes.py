"""Cityscapes: polygons and PNGs under its names, out and in again."""

import io
import json
import uuid
import zipfile

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import geometry_to_mask
from annotations.painting import index_mask
from annotations.services import store
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.annotations.transfers.test_round_trips import drawn, into, ring  # noqa: F401
from tests.shared import shared

pytestmark = pytest.mark.django_db


def polygons(*objects, **more):
    rows = [{"label": label, "polygon": points, **row} for label, points, row in objects]
    return json.dumps({"imgHeight": 20, "imgWidth": 30, "objects": rows, **more})


def grey(*boxes, dtype=np.uint16):
    values = np.zeros((20, 30), dtype)
    for value, x, y, width, height in boxes:
        values[y : y + height, x : x + width] = value
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


def tree(**truths):
    members = {"leftImg8bit/val/ulm/ulm_000000_000019_leftImg8bit.png": png()}
    for what, content in truths.items():
        ending = "json" if what == "polygons" else "png"
        members[f"gtFine/val/ulm/ulm_000000_000019_gtFine_{what}.{ending}"] = content
    return packed(members)


def test_polygons_are_read_in_their_order(bring):
    text = polygons(
        ("road", ring(0, 0, 20), {}),
        ("car", ring(2, 2, 8), {}),
        ("cargroup", ring(12, 2, 5), {}),
        ("out of roi", ring(0, 15, 3), {}),
        ("car", ring(2, 2, 3), {"deleted": 1}),
        ("kiosk", ring(20, 2, 3), {}),
    )
    result = bring("cityscapes", "x.zip", tree(polygons=text, instanceIds=b"left"), create_classes="true")
    assert result["result"] == {"assets": 1, "annotations": 5, "classes": 4, "skipped": []}
    asset = Asset.objects.get()
    assert asset.split == "val"
    rows = [(row["class"], row["attributes"]) for row in shapes_of(asset)]
    assert rows == [
        *(("road", {}), ("car", {}), ("car", {"iscrowd": 1}), ("out of roi", {}), ("kiosk", {})),
    ]
    columns = list(LabelClass.objects.values_list("name", "color", "ignore", "stuff"))
    assert columns[:3] == [
        ("road", "#804080", False, True),
        ("car", "#00008e", False, False),
        ("out of roi", "#000000", True, True),
    ]


@pytest.mark.parametrize(
    ("object", "reason"),
    [
        (("car", [[1, 1], [5, 5]], {}), "three different points"),
        (("car", [[1, 1], [5, "x"], [3, 3]], {}), "finite number"),
        (("car", ring(100, 100, 3), {}), "outside the image"),
        (("", ring(1, 1, 3), {}), "has no label"),
        (("car", None, {}), "list of points"),
    ],
)
def test_a_broken_object_is_named_and_the_rest_lands(bring, object, reason):
    text = polygons(object, ("car", ring(2, 2, 8), {}))
    result = bring("cityscapes", "x.zip", tree(polygons=text), create_classes="true")["result"]
    assert result["annotations"] == 1
    assert [reason in note["reason"] for note in result["skipped"]] == [True]


def test_objects_from_a_png_where_the_polygons_are_broken(bring):
    pixels = grey(
        (7, 0, 0, 30, 10), (26000, 2, 2, 3, 3), (26001, 6, 2, 3, 3), (26, 20, 2, 3, 3), (99, 0, 18, 2, 2)
    )
    file = tree(polygons=b"[]", instanceIds=pixels, labelIds=grey((7, 0, 0, 30, 10), dtype=np.uint8))
    result = bring("cityscapes", "x.zip", file, create_classes="true")["result"]
    assert [(note["item"][-13:], note["reason"]) for note in result["skipped"]] == [
        ("polygons.json", result["skipped"][0]["reason"]),
        ("value 99", "is the id of no label: left out in 1 PNGs"),
    ]
    rows = [(row["class"], row["area"], row["attributes"]) for row in shapes_of(Asset.objects.get())]
    assert sorted(rows, key=str) == [
        ("car", 9, {"iscrowd": 1}),
        ("car", 9, {}),
        ("car", 9, {}),
        ("road", 273, {}),
    ]


def test_names_that_are_not_of_the_format(bring):
    job = bring("cityscapes", "x.zip", packed({"a.json": "{}", "a.png": png()}))
    assert job["status"] == "failed"
    assert "_gtFine_polygons.json" in job["error"]["detail"]


def test_a_list_of_labels_of_its_own(bring):
    members = {
        "labels.json": json.dumps([{"name": "crop", "id": 1, "color": [1, 2, 3], "hasInstances": True}]),
        "a_b_c_gtFine_instanceIds.png": grey((1000, 0, 0, 3, 3), (1001, 5, 5, 3, 3)),
        "a_b_c_leftImg8bit.png": png(),
    }
    result = bring("cityscapes", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["annotations"], result["skipped"]) == (2, [])
    assert LabelClass.objects.values_list("name", "color").get() == ("crop", "#010203")
    members["labels.json"] = '[{"name": "crop"}]'
    assert "no list of labels" in bring("cityscapes", "x.zip", packed(members))["error"]["detail"]


def test_what_is_written_is_what_the_scripts_expect(principal, project, classes, upload, take):
    cat, void = (uuid.UUID(classes[name]) for name in ("cat", "void"))
    car = LabelClass.objects.create(project=project, name="car", color="#123456", position=9)
    asset = Asset.objects.get(pk=upload("ulm_000000_000019_leftImg8bit.png", png()))
    Asset.objects.filter(pk=asset.pk).update(split="val")
    upload("my photo_7.png", png(grey=5))
    shapes = [
        {"class": cat, "polygons": [{"exterior": ring(1, 1, 4), "holes": []}]},
        {"class": car.pk, "polygons": [{"exterior": ring(10, 1, 4), "holes": []}]},
        {"class": car.pk, "bbox": [15, 1, 4, 4]},
        {"class": car.pk, "bbox": [20, 1, 4, 4], "attributes": {"iscrowd": 1}},
        {"class": void, "bbox": [20, 10, 4, 4]},
    ]
    store.patch(principal, asset, 0, create=shapes, update=[], delete=[])
    with zipfile.ZipFile(io.BytesIO(take("cityscapes")[0])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    start = "gtFine/val/ulm/ulm_000000_000019_gtFine_"
    assert "leftImg8bit/val/ulm/ulm_000000_000019_leftImg8bit.png" in files
    assert all(len(name.rsplit("/")[-1].split("_")) in (4, 5) for name in files if "/" in name)
    pixels = {
        what: np.asarray(Image.open(io.BytesIO(files[f"{start}{what}.png"])))
        for what in ("labelIds", "instanceIds", "labelTrainIds", "color")
    }
    at = [(2, 2), (2, 11), (2, 16), (2, 21), (11, 21), (19, 29)]
    assert [int(pixels["labelIds"][place]) for place in at] == [34, 26, 26, 26, 35 + 1, 0]
    assert [int(pixels["instanceIds"][place]) for place in at] == [34000, 26000, 26001, 26, 36000, 0]
    assert [int(pixels["labelTrainIds"][place]) for place in at] == [19, 13, 13, 13, 255, 255]
    assert pixels["color"][2, 11].tolist() == [0x12, 0x34, 0x56, 255]
    document = json.loads(files[f"{start}polygons.json"])
    assert [row["label"] for row in document["objects"]] == ["cat", "car", "car", "cargroup", "void"]


def test_a_project_comes_back_with_its_names_and_classes(drawn, take, into):  # noqa: F811
    LabelClass.objects.filter(project=drawn, name="dog").update(stuff=True)
    Asset.objects.filter(project=drawn, name="a.png").update(split="test")
    copy, result = into("cityscapes", take("cityscapes")[0])
    assert result["skipped"] == []
    assert dict(Asset.objects.filter(project=copy).values_list("name", "split")) == {
        "a.png": "test",
        "a.jpg": None,
    }
    columns = ("name", "color", "ignore", "position", "stuff")
    assert list(LabelClass.objects.filter(project=copy).values_list(*columns)) == list(
        LabelClass.objects.filter(project=drawn).values_list(*columns)
    )


def test_the_pngs_alone_keep_every_pixel(drawn, take, into):  # noqa: F811
    source = zipfile.ZipFile(io.BytesIO(take("cityscapes")[0]))
    members = {name: source.read(name) for name in source.namelist() if not name.endswith("polygons.json")}
    copy, result = into("cityscapes", packed(members))
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=copy):
        assert (index_mask(asset) == index_mask(Asset.objects.get(project=drawn, name=asset.name))).all()


@pytest.mark.parametrize("name", ["dataset", "train_dataset"])
def test_datumaro_sample(bring, name):
    """Every value of each PNG is one mask of its pixels: ids and names as in cityscapesscripts."""
    folder = shared("formats", "datumaro", "cityscapes_dataset", name)
    members = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.png")}
    for number, member in enumerate(sorted(each for each in members if "leftImg8bit" in each)):
        members[member] = png(5, 1, number)
    result = bring("cityscapes", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["skipped"]) == (4, [])
    names = {1: "ego vehicle", 3: "out of roi", 12: "wall", 24: "person", 27: "truck", 31: "train"}
    total = 0
    for asset in Asset.objects.all():
        (truth,) = (
            Image.open(path) for path in folder.rglob(asset.name.replace("leftImg8bit", "gtFine_instanceIds"))
        )
        values = np.asarray(truth).astype(int)
        found = shapes_of(asset)
        for value, shape in zip(np.unique(values).tolist(), found, strict=True):
            assert shape["class"] == names[value // 1000 or value if value >= 1000 else value]
            assert (geometry_to_mask({"mask": shape["mask"]}, 1, 5) == (values == value)).all()
            assert shape["attributes"] == ({"iscrowd": 1} if 24 <= value < 1000 else {})
        total += len(found)
        assert asset.split in ("train", "val", "test")
    assert total == result["annotations"]


@pytest.mark.parametrize("name", ["a\0b.png", "x" * 5000 + ".png", "../../a.png", "\ud800.png"])
def test_hostile_names_of_images_harm_nobody(bring, name):
    members = {
        "names.json": json.dumps({"a_b_c": name}),
        "a_b_c_gtFine_polygons.json": polygons(("car", ring(2, 2, 8), {})),
        "a_b_c_leftImg8bit.png": png(),
    }
    job = bring("cityscapes", "x.zip", packed(members), create_classes="true")
    assert job["status"] == "succeeded", job
    assert job["result"]["annotations"] == Asset.objects.count() <= 1
